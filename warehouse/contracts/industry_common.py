"""Columns and rules that the tables of industries share: the village key, workers, one line per unit.

What a product or industry is, is said by `codes.industries`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from warehouse.contracts.base import Column, Rule

YUAN = "currency of the jurisdiction"
MU = "mu"
_MANY = Decimal(10_000_000)


def households(name: str, description: str, description_zh: str) -> Column:
    """A number of households."""
    return Column(name, "integer", description, description_zh, unit="households", minimum=Decimal(0), maximum=_MANY)


def workers(name: str, description: str, description_zh: str) -> Column:
    """A number of people at work."""
    return Column(name, "integer", description, description_zh, unit="persons", minimum=Decimal(0), maximum=_MANY)


def amount(name: str, description: str, description_zh: str) -> Column:
    """Money, not negative."""
    return Column(name, "money", description, description_zh, unit=YUAN, minimum=Decimal(0), maximum=Decimal("1e13"))


def tonnes(name: str, description: str, description_zh: str) -> Column:
    """Mass, not negative."""
    return Column(
        name, "number", description, description_zh, unit="tonnes", minimum=Decimal(0), maximum=Decimal("1e9")
    )


def area_mu(name: str, description: str, description_zh: str) -> Column:
    """Land of one village or target, in mu: 1 mu = 1/15 ha."""
    return Column(name, "number", description, description_zh, unit=MU, minimum=Decimal(0), maximum=Decimal("1e7"))


def quoted(codes: Iterable[str]) -> str:
    """Codes as an SQL list, without its brackets."""
    return ", ".join(f"'{code}'" for code in codes)


def part_of(table: str, part: str, whole: str, words: str, rationale: str, do: str) -> Rule:
    """The rule that a part is no more than its whole; id `<table>.<part>_within_<whole>`."""
    return Rule(
        f"{table}.{part}_within_{whole}",
        1,
        "error",
        words,
        f"{part} > {whole}",
        rationale,
        columns=(part, whole),
        do=do,
        dimension="consistency",
    )


def once(table: str, key: Sequence[str], unit: str) -> Rule:
    """The rule that a unit has one line a period, whoever reports it."""
    columns = ", ".join(key)
    known = " AND ".join(f"{name} IS NOT NULL" for name in key)
    return Rule(
        f"{table}.once",
        2,
        "error",
        f"{unit} appears once per period",
        f"""SELECT row_ordinal FROM judged WHERE {known} QUALIFY count(*) OVER
            (PARTITION BY time_period, {columns}) > 1""",
        "The same line twice doubles what it counts, whether one office sent it or two.",
        kind="set",
        columns=tuple(key),
        do="ask the senders which of the lines holds, and to take the others out",
        dimension="uniqueness",
    )


def day_in_time(table: str, column: str, words: str) -> Rule:
    """The rule that something existed by the end of the period that it is reported for."""
    return Rule(
        f"{table}.{column}_in_time",
        1,
        "error",
        words,
        f"{column} > period_end_day",
        "What was founded after the period cannot have done anything in it: the day or the period is wrong.",
        columns=(column,),
        do="ask the sender for the right day",
        owner="data engineer",
        dimension="consistency",
    )
