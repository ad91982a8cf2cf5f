"""What the pages say: a stored validation result turned into the plain facts that a template prints.

Works on the JSON of a result and on the words of contracts; knows neither Great Expectations nor HTML.
"""

from __future__ import annotations

import datetime as dt
import textwrap
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from warehouse.contracts import CONTRACTS

RULE, ROW_COUNT = "expect_rule", "expect_table_row_count_to_be_between"

LEVELS = {
    0: "format",
    1: "within the file",
    2: "with other files or periods of the source",
    3: "with other sources",
    4: "with other domains",
    5: "with other providers",
}
"""Levels of a rule in the European Statistical System."""


@dataclass(frozen=True)
class RuleLine:
    """A rule on a page."""

    rule_id: str
    level: int
    severity: str
    kind: str
    text: str
    rationale: str
    do: str
    sql: str
    rule_set_version: str
    outcome: str
    reason: str
    """Why it was not evaluated"""
    examined: int
    failed: int
    percent: str
    examples: tuple[str, ...]

    @property
    def look(self) -> str:
        """How its outcome is drawn: a failure that keeps nothing out of the figures is drawn as a flag."""
        return "flagged" if self.outcome == "fail" and self.severity in ("flag", "info") else self.outcome


@dataclass(frozen=True)
class BatchLine:
    """Something about the accepted partition itself, looked up in the file."""

    expected: str
    found: str
    outcome: str


@dataclass(frozen=True)
class IndexLine:
    """A table's month in the index: a page in numbers."""

    jurisdiction: str
    table: str
    month: str
    run_time: str
    verdict: str
    rows: int
    accepted: int | None
    refused: int | None
    rules: int
    passed: int
    failed: int
    not_evaluated: int
    waived: int
    flagged: int
    noted: int


@dataclass(frozen=True)
class MonthPage:
    """The page of a table's month."""

    jurisdiction: str
    table: str
    month: str
    description: str
    description_zh: str
    grain: str
    run_id: str
    run_time: str
    batch: tuple[BatchLine, ...]
    rules: tuple[RuleLine, ...]
    accepted: int | None

    @property
    def verdict(self) -> str:
        """The worst that was found: blocked, fail, not_evaluated, waived, flagged or pass, in this order."""
        batch = {line.outcome for line in self.batch}
        if "fail" in batch or self.of("fail", "block"):
            return "blocked"
        if self.of("fail", "error"):
            return "fail"
        if "not_evaluated" in batch or self.of("not_evaluated"):
            return "not_evaluated"
        if self.of("waived"):
            return "waived"
        return "flagged" if self.of("fail", "flag") else "pass"

    @property
    def rows(self) -> int:
        """Rows that were judged."""
        return max((line.examined for line in self.rules if line.kind != "table"), default=0)

    @property
    def refused(self) -> int | None:
        """Rows judged and not accepted; None when the partition cannot be what was judged."""
        return None if self.accepted is None or self.accepted > self.rows else self.rows - self.accepted

    @property
    def line(self) -> IndexLine:
        """What the index says of the page."""
        return IndexLine(
            self.jurisdiction,
            self.table,
            self.month,
            self.run_time,
            self.verdict,
            self.rows,
            self.accepted,
            self.refused,
            len(self.rules),
            len(self.of("pass")),
            len(self.of("fail", "error", "block")),
            len(self.of("not_evaluated")),
            len(self.of("waived")),
            len(self.of("fail", "flag")),
            len(self.of("fail", "info")),
        )

    @property
    def rule_set_versions(self) -> tuple[str, ...]:
        """Versions of the rules, nearly always one."""
        return tuple(sorted({line.rule_set_version for line in self.rules}))

    def of(self, outcome: str, *severities: str) -> tuple[RuleLine, ...]:
        """Rules with an outcome, of these severities or of all."""
        lines = (line for line in self.rules if line.outcome == outcome)
        return tuple(line for line in lines if not severities or line.severity in severities)

    @property
    def findings(self) -> tuple[tuple[str, tuple[RuleLine, ...]], ...]:
        """What a reader should look at: a word and the rules it stands for, the gravest first."""
        groups = {
            "failed": self.of("fail", "error", "block"),
            "not evaluated": self.of("not_evaluated"),
            "waived": self.of("waived"),
            "flagged": self.of("fail", "flag"),
            "noted": self.of("fail", "info"),
        }
        return tuple((word, lines) for word, lines in groups.items() if lines)


def month_page(result: Mapping[str, Any]) -> MonthPage:
    """The page of a validation result given as JSON."""
    definition = result["meta"]["active_batch_definition"]
    table, _, month = definition["data_asset_name"].rpartition(".")
    contract = CONTRACTS.get(table)
    of_the_batch = [line for line in result["results"] if _kind(line) != RULE]
    rules = tuple(_rule_line(line) for line in result["results"] if _kind(line) == RULE)
    nothing_judged = not any(line.examined for line in rules)
    return MonthPage(
        definition["datasource_name"],
        table,
        month,
        contract.description if contract else "",
        contract.description_zh if contract else "",
        contract.grain if contract else "",
        visible(result["meta"]["run_id"]["run_name"]),
        _moment(result["meta"]["run_id"]["run_time"]),
        tuple(_batch_line(line, nothing_judged) for line in of_the_batch),
        rules,
        next((_observed(line) for line in of_the_batch if _kind(line) == ROW_COUNT), None),
    )


def _kind(line: Mapping[str, Any]) -> str:
    return str(line["expectation_config"]["type"])


def _observed(line: Mapping[str, Any]) -> Any:
    return line["result"].get("observed_value")


def _rule_line(line: Mapping[str, Any]) -> RuleLine:
    kwargs, result = line["expectation_config"]["kwargs"], line["result"]
    outcome = result["details"]["outcome"] if result else "not_evaluated"
    return RuleLine(
        kwargs["rule_id"],
        kwargs["level"],
        kwargs["rule_severity"],
        kwargs["kind"],
        kwargs["text"],
        kwargs["rationale"],
        kwargs["do"],
        _unindented(kwargs["sql"]),
        kwargs["rule_set_version"],
        outcome,
        visible(_reason(line)) if outcome == "not_evaluated" else "",
        result.get("element_count", 0),
        result.get("unexpected_count", 0),
        _percent(result.get("unexpected_percent")),
        tuple(visible(example) for example in result.get("partial_unexpected_list", ())),
    )


def _reason(line: Mapping[str, Any]) -> str:
    if line["result"]:
        return str(line["result"]["observed_value"]).partition("; ")[2]
    return str(line["exception_info"].get("exception_message") or line["exception_info"])


def _batch_line(line: Mapping[str, Any], nothing_judged: bool) -> BatchLine:
    kwargs = line["expectation_config"]["kwargs"]
    found = _observed(line)
    if found is None:
        return BatchLine(_kind(line), visible(_reason(line)), "not_evaluated")
    outcome = "pass" if line["success"] else "fail"
    if _kind(line) == ROW_COUNT:
        expected = _between(kwargs["min_value"], kwargs["max_value"])
        # No rows where none were judged is no proof of anything.
        outcome = "not_evaluated" if nothing_judged and not found else outcome
        return BatchLine(f"{expected} (judged less refused)", f"{found:,} rows", outcome)
    columns = kwargs["column_list"]
    seen = "the same" if found == columns else "; ".join(_differences(columns, found))
    return BatchLine(f"the {len(columns)} columns of the contract, in its order", seen, outcome)


def _between(at_least: int, at_most: int) -> str:
    return f"{at_least:,} rows" if at_least == at_most else f"{at_least:,} to {at_most:,} rows"


def _differences(expected: Sequence[str], found: Sequence[str]) -> list[str]:
    missing = [name for name in expected if name not in found]
    unknown = [name for name in found if name not in expected]
    words = [("missing", missing), ("not in the contract", unknown)]
    found_out = [f"{what}: {', '.join(map(visible, names))}" for what, names in words if names]
    return found_out or ["in another order"]


def _unindented(sql: str) -> str:
    first, newline, rest = sql.partition("\n")
    return first.strip() + newline + textwrap.dedent(rest).rstrip()


def _percent(percent: float | None) -> str:
    if percent is None:
        return "—"
    return "< 0.01 %" if 0 < percent < 0.01 else f"{percent:.2f} %"


def _moment(text: str) -> str:
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def visible(text: str) -> str:
    """Senders' text with control, direction and broken characters spelled out."""
    return "".join(
        f"\\u{ord(character):04x}" if unicodedata.category(character) in ("Cc", "Cf", "Cs") else character
        for character in text
    )


@dataclass(frozen=True)
class Year:
    """A year of a table in the calendar: twelve months, None where nothing was judged."""

    year: str
    months: tuple[IndexLine | None, ...]


@dataclass(frozen=True)
class TableIndex:
    """A table of a jurisdiction in the index."""

    jurisdiction: str
    table: str
    description: str
    description_zh: str
    lines: tuple[IndexLine, ...]
    """Latest month first"""

    @property
    def years(self) -> tuple[Year, ...]:
        """All years from the first month to the last."""
        by_month = {line.month: line for line in self.lines}
        first, last = (int(line.month[:4]) for line in (self.lines[-1], self.lines[0]))
        return tuple(
            Year(str(year), tuple(by_month.get(f"{year}-{number:02d}") for number in range(1, 13)))
            for year in range(first, last + 1)
        )


def index_tables(lines: Sequence[IndexLine]) -> tuple[TableIndex, ...]:
    """The index of pages: by jurisdiction, then table in the order of the contracts, then month."""
    order = list(CONTRACTS)

    def place(line: IndexLine) -> tuple[str, int, str]:
        return line.jurisdiction, order.index(line.table) if line.table in order else len(order), line.table

    tables = []
    for (jurisdiction, _, table), members in groupby(sorted(lines, key=place), key=place):
        listed = sorted(members, key=lambda line: line.month, reverse=True)
        contract = CONTRACTS.get(table)
        words = (contract.description, contract.description_zh) if contract else ("", "")
        tables.append(TableIndex(jurisdiction, table, *words, tuple(listed)))
    return tuple(tables)
