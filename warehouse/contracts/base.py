"""The words a contract is written in: column, code list, rule, contract.

A contract is the one home of every fact about a table. What is compiled from it
(Arrow schema, SQL table, Great Expectations suite, dictionary) lives in
`warehouse.compile`; how rules are run lives in `checks.scan`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

ColumnType = Literal[
    "identifier", "code", "text", "period", "integer", "number", "money", "date", "timestamp", "boolean"
]
"""`identifier` is a household or person and is pseudonymised at intake; `money` is exact to the cent;
`period` is an SDMX time period (`2010-07`, `2010-Q3`, `2010-S2`, `2010`)."""

Severity = Literal["info", "flag", "error", "block"]
"""info and flag are counted; error sends the row to quarantine; block also stops the release."""

RuleKind = Literal["row", "set", "table", "figure"]
"""row: a predicate on one row. set: a query giving the row_ordinal of rows that break it together.
table: a query giving one line per unit examined, with `failed`, `example` and, where the unit is one, `area_code`.
figure: the same on a mart, with `time_period` and the columns of the mart's key that say which figures it is about."""

Dimension = Literal["completeness", "validity", "uniqueness", "consistency", "accuracy"]
"""What of quality a broken rule speaks of (docs/methods/data-quality.md). completeness: what is due is there. validity:
it has its form and its codes. uniqueness: it is there once. consistency: it agrees with what else is known. accuracy:
it can be true. Timeliness is counted from when files came; no rule is about it."""

Owner = Literal["data engineer", "statistician", "fund accountant"]
"""Of the form of files the data engineer, of incomes and prices the statistician, of money the fund accountant."""


Excuse = Literal["waive", "release"]
"""Kinds of decisions that let a row pass which breaks a rule."""


@dataclass(frozen=True)
class CodeList:
    """A closed list of codes with their meanings; `valid` limits a code to months from/to (inclusive)."""

    name: str
    codes: dict[str, tuple[str, str]]
    """code -> (English, Chinese)"""
    valid: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)

    def valid_in(self, month: str) -> frozenset[str]:
        """The codes that may be used in `month` (`YYYY-MM`)."""
        return frozenset(
            code
            for code in self.codes
            if (bounds := self.valid.get(code, (None, None)))
            and (bounds[0] is None or bounds[0] <= month)
            and (bounds[1] is None or month <= bounds[1])
        )


@dataclass(frozen=True)
class Column:
    """One column. `unit` is of the stored value; `minimum`/`maximum` bound what is possible, not what is usual."""

    name: str
    type: ColumnType
    description: str
    description_zh: str
    unit: str | None = None
    nullable: bool = False
    code_list: str | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    may_identify: bool = False
    """Its text may tell who a person is although it is no identifier (a payee, a remark): hidden in quarantine."""
    concept: str = ""
    """Code of the list `concept`; empty for that of its table."""
    since: str = "0.1.0"
    """Version of the program that first had it."""

    @property
    def is_hidden(self) -> bool:
        """Whether the quarantine shows a pseudonym in place of what was sent."""
        return self.may_identify or self.type == "identifier"


@dataclass(frozen=True)
class Change:
    """A change of what a table says that its readers must know: `columns` are those concerned, none for all."""

    version: str
    text: str
    text_zh: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """A statement about a table that must hold, as SQL that is true (row), or lists (set, table), what breaks it.

    Row predicates see the typed columns of the contract, `missing` and `unreadable` (bit masks over the contract's
    columns), `nominal_period`, `sender_area_code` and the views of `checks.rule_views`; rules on figures see the views
    of `checks.figures`. `level` is that of the European Statistical System.
    """

    id: str
    level: int
    severity: Severity
    text: str
    sql: str
    rationale: str
    kind: RuleKind = "row"
    columns: tuple[str, ...] = ()
    """The columns an editor looks at first."""
    do: str = "ask the sender to correct the line and to send the file again"
    """What the person does who finds it broken."""
    of_damaged: bool = False
    """Judged on damaged lines too. No other rule on rows finds them at fault: their cells may have slipped."""
    owner: Owner = "statistician"
    """Who answers for the rule: the one to ask when it seems wrong."""
    since: str = "0.1.0"
    """Version of the program that first had it."""
    without_rows: bool = False
    """A rule on what must be there, judged first, and also when no row came."""
    dimension: Dimension = "validity"
    """What of quality it speaks of when it is broken."""
    looks_at: tuple[str, ...] = ()
    """Source tables that it sees as views `known_<table>`: the accepted rows of all periods that have begun by the end
    of the judged month, and of the rule's own table those of the months before."""
    shared: tuple[tuple[str, str], ...] = ()
    """(name, query): tables that the SQL names and other rules do too, made once for all, each of those before it."""
    excused_by: tuple[Excuse, ...] = ("waive", "release")
    """The decisions that may let pass what breaks it; none where nothing is left that could be counted."""

    @property
    def whole_sql(self) -> str:
        """The SQL with the shared tables in it, so that it can be run by itself."""
        if not self.shared:
            return self.sql
        given = ",\n".join(f"{name} AS ({query})" for name, query in self.shared)
        own = self.sql.lstrip()
        return f"WITH {given},\n{own[5:]}" if own.startswith("WITH ") else f"WITH {given}\n{own}"

    @property
    def refuses(self) -> bool:
        """Whether what breaks it is kept out of the figures, or stops the release."""
        return self.severity in ("error", "block")


@dataclass(frozen=True)
class Product:
    """total = count × mean, of every row that has the three."""

    total: str
    count: str
    mean: str


@dataclass(frozen=True)
class Sum:
    """total = sum of parts, of every row; a blank part is nothing."""

    total: str
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Contract:
    """What is true of one table."""

    schema: str
    table: str
    grain: str
    """`one row per …`"""
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    description: str
    description_zh: str
    rules: tuple[Rule, ...] = ()
    identities: tuple[Product | Sum, ...] = ()
    """What holds between the figures of a row, by which the readings of a garbled one are judged"""
    concept: str = ""
    """Code of the list `concept` that its columns measure, but those that name their own; empty: results and sources
    are about the programme, other tables keep the warehouse."""
    universe: tuple[str, str] = ("", "")
    """Whom or what it is about, in English and Chinese; empty: every unit of the grain."""
    since: str = "0.1.0"
    """Version of the program that first had it."""
    changes: tuple[Change, ...] = ()
    sorted_by: tuple[str, ...] = ("area_code",)
    """Columns by which the rows of a month lie in Parquet, before the key: what is asked for together lies together, so
    that the statistics of row groups leave the rest unread. An index of PostgreSQL has the same columns."""

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        duplicates = {name for name in names if names.count(name) > 1}
        unknown = [name for name in self.key if name not in names]
        if duplicates or unknown:
            raise ValueError(f"contract {self.name}: columns twice {sorted(duplicates)}, key not a column {unknown}")

    @property
    def name(self) -> str:
        """`schema.table`, the table's only name: in the warehouse, as asset key and as Parquet folder."""
        return f"{self.schema}.{self.table}"

    def column(self, name: str) -> Column:
        """The column of that name; KeyError names the table."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name!r}")

    def bit(self, name: str) -> int:
        """The bit of a column in the masks `missing` and `unreadable`."""
        return 1 << [column.name for column in self.columns].index(name)
