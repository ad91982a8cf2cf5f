"""A question about figures as one statement: names checked against the contracts, every value bound, never written in.

The statement is SQL that DuckDB and PostgreSQL both understand, with `?` where a value belongs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from warehouse.contracts import CODE_LISTS, PUBLISHED_VIEWS, Column, Contract
from warehouse.contracts.codes import SPECIAL_CODES
from warehouse.periods import is_month
from warehouse.published import LAST_MONTH, MACROS

Value = str | int | bool
Moment = str | date | datetime

_SHORT = {
    "area": "area_code",
    "definition": "share_definition",
    "policy": "negative_policy",
    "destination": "destination_code",
    "line": "line_id",
    "table": "table_name",
}
"""What people write -> the column that is meant"""

_FORMS = {macro.name: macro for macro in MACROS}


class AskedWrongly(ValueError):
    """What was asked for is not there; the message says what is."""


@dataclass(frozen=True)
class Statement:
    """SQL with `?`, and the values for them in their order."""

    sql: str
    values: tuple[object, ...]


def view(name: str) -> Contract:
    """The contract of a published view, by its name with or without the schema; AskedWrongly lists those there are."""
    found = PUBLISHED_VIEWS.get(str(name).removeprefix("published."))
    if found is None:
        raise AskedWrongly(f"no published view {name!r}; there are: {', '.join(PUBLISHED_VIEWS)}")
    return found


def keys(contract: Contract) -> dict[str, Column]:
    """Name of a parameter -> the column that it narrows: the key of a view and its codes, by short names if they have
    one; the period is asked by `since` and `until`."""
    short = {column: word for word, column in _SHORT.items()}
    return {
        short.get(column.name, column.name): column
        for column in contract.columns
        if (column.name in contract.key or column.type == "code") and column.name not in ("time_period", "release_id")
    }


def statement(
    contract: Contract,
    asked: dict[str, object],
    since: str | None = None,
    until: str | None = None,
    as_of: Moment | None = None,
    release: int | None = None,
) -> Statement:
    """All columns of a view, the rows that are asked for, in the order of its key. AskedWrongly when it cannot be."""
    source, values = _source(contract, as_of, release)
    where: list[str] = []
    for name, given in asked.items():
        if given is not None:
            column = _column(contract, name)
            among = [_checked(column, name, value) for value in _listed(given)]
            where.append(f'm."{column.name}" IN ({", ".join("?" * len(among))})' if among else "false")
            values += among
    for name, bound, sign in (("since", since, ">="), ("until", until, "<=")):
        if bound is not None:
            if not isinstance(bound, str) or not is_month(bound):
                raise AskedWrongly(f"{name}={bound!r} is not a month; write for instance {name}='2024-01'")
            where.append(f"{LAST_MONTH} {sign} ?")
            values.append(bound)
    names = ", ".join(f'm."{column.name}"' for column in contract.columns)
    order = ", ".join(f'm."{name}" NULLS FIRST' for name in contract.key)
    return Statement(
        f"SELECT {names} FROM {source} m WHERE {' AND '.join(where) or 'true'} ORDER BY {order}", tuple(values)
    )


def _source(contract: Contract, as_of: Moment | None, release: int | None) -> tuple[str, list[object]]:
    if as_of is None and release is None:
        return contract.name, []
    if as_of is not None and release is not None:
        raise AskedWrongly("give as_of or release, not both")
    form = f"{contract.table}_release" if as_of is None else f"{contract.table}_as_of"
    if form not in _FORMS:
        there = ", ".join(sorted({macro.view for macro in MACROS}))
        raise AskedWrongly(f"{contract.name} shows every release as it is; as_of and release are for: {there}")
    if as_of is not None:
        return f"published.{form}(CAST(? AS VARCHAR))", [_moment(as_of)]
    if isinstance(release, bool) or not isinstance(release, int) or not 0 < release < 2**63:
        raise AskedWrongly(f"release={release!r} is not a number of a release; write for instance release=3")
    return f"published.{form}(CAST(? AS BIGINT))", [release]


def _moment(given: Moment) -> str:
    if isinstance(given, date):
        return given.isoformat()
    try:
        datetime.fromisoformat(given)
    except (TypeError, ValueError) as error:
        raise AskedWrongly(f"as_of={given!r} is not a day or moment; write for instance as_of='2026-05-01'") from error
    return given


def _column(contract: Contract, name: str) -> Column:
    known = keys(contract)
    found = known.get(name) or {column.name: column for column in known.values()}.get(name)
    if found is None:
        raise AskedWrongly(f"{contract.name} cannot be asked by {name!r}; it can by: since, until, {', '.join(known)}")
    return found


def _listed(given: object) -> list[object]:
    return list(given) if isinstance(given, Iterable) and not isinstance(given, str | bytes) else [given]


def _checked(column: Column, name: str, value: object) -> Value:
    wanted = {"integer": int, "boolean": bool}.get(column.type, str)
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        raise AskedWrongly(f"{name}={value!r} is a {type(value).__name__}; expected {wanted.__name__} or a list of it")
    if isinstance(value, str):
        listed = CODE_LISTS.get(column.code_list or "")
        if listed is not None and value not in listed.codes and value not in SPECIAL_CODES:
            raise AskedWrongly(f"no {name} {value!r}; there are: {', '.join(listed.codes)}")
        if "\0" in value:
            raise AskedWrongly(f"{name}={value!r} holds a NUL, which no text of the warehouse does")
    return value  # type: ignore[return-value]
