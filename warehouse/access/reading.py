"""The warehouse as a statistician holds it in Python: published figures as frames, microdata as lazy expressions.

The kinds of questions are the published views; their parameters come from the contracts.
"""

from __future__ import annotations

import inspect
import os
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, get_args

import pyarrow as pa

from warehouse.access.asking import AskedWrongly, Moment, keys, statement, view
from warehouse.access.codebook import Codebook
from warehouse.access.engines import Engine, PublishedFile, SharedWarehouse
from warehouse.compile import arrow_schema
from warehouse.contracts import PUBLISHED_VIEWS, SOURCE_CONTRACTS, Contract
from warehouse.store import Home

if TYPE_CHECKING:
    import ibis.expr.types as ir

Frame = Literal["pandas", "arrow", "polars"]
MOST_ROWS = 1_000_000
"""Rows that `collect` gives without being told to"""

HOME_VARIABLE, HOME_FOLDER = "POVMON_HOME", "povmon-home"


class TooManyRows(RuntimeError):
    """A question about microdata has more rows than were meant; the message says how to narrow it."""


def open_warehouse(home_or_url: str | Path | None = None) -> Warehouse:
    """The warehouse to ask: a home folder (its published DuckDB file, read-only) or a PostgreSQL address.

    Without an argument: the database of POVMON_WAREHOUSE, else the home of POVMON_HOME, else `povmon-home`.
    FileNotFoundError where the home has nothing published; WarehouseProblem where the address is none.
    """
    given = home_or_url or os.environ.get("POVMON_WAREHOUSE") or os.environ.get(HOME_VARIABLE) or HOME_FOLDER
    if isinstance(given, str) and "://" in given:
        return Warehouse(SharedWarehouse(given))
    return Warehouse(PublishedFile(Home(Path(given))))


class View:
    """A published view that is asked by calling it; `help()` shows by what, `codebook` what its columns mean."""

    def __init__(self, engine: Engine, contract: Contract) -> None:
        self._engine, self.contract = engine, contract
        self.__doc__ = f"{contract.description}\n\n{contract.grain}"
        only, empty = inspect.Parameter.KEYWORD_ONLY, None
        names = [*keys(contract), "since", "until", "as_of", "release", "frame"]
        self.__signature__ = inspect.Signature(
            [inspect.Parameter(name, only, default="pandas" if name == "frame" else empty) for name in names]
        )

    def __call__(
        self,
        *,
        since: str | None = None,
        until: str | None = None,
        as_of: Moment | None = None,
        release: int | None = None,
        frame: Frame = "pandas",
        **asked: object,
    ) -> Any:
        """The rows that are asked for, in the order of the view's key, one vintage of each.

        `since` and `until` are months, both included; a longer period counts by its last month. `as_of` is a day (its
        end, UTC) or a moment, `release` a number. Every other parameter is a value or a list of values. AskedWrongly
        says what there is.
        """
        if frame not in get_args(Frame):
            raise AskedWrongly(f"no frame {frame!r}; there are: {', '.join(get_args(Frame))}")
        question = statement(self.contract, asked, since, until, as_of, release)
        return framed(self._engine.fetch(question, _handed_out(self.contract)), frame)

    @property
    def codebook(self) -> Codebook:
        """Words, units and codes of its columns."""
        return Codebook(self.contract)

    def __repr__(self) -> str:
        return f"{self.contract.name}{self.__signature__}"


def _handed_out(contract: Contract) -> pa.Schema:
    """The columns of a view, decimals as every reader of Arrow knows them, and words beside them, in the codebook."""
    return pa.schema(
        [
            (field.name, pa.decimal128(field.type.precision, field.type.scale))
            if pa.types.is_decimal(field.type)
            else (field.name, field.type)
            for field in arrow_schema(contract)
        ]
    )


def _asks(name: str) -> property:
    def asked(self: Warehouse) -> View:
        return self.view(name)

    return property(asked, doc=PUBLISHED_VIEWS[name].description)


class Warehouse:
    """What is published, and microdata. A context manager; also closed when it is forgotten."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    share = _asks("income_share")
    levels = _asks("income_level")
    real_levels = _asks("income_level_real")
    growth = _asks("income_change")
    poverty = _asks("poverty")
    inequality = _asks("inequality")
    labour = _asks("labour_export")
    funds = _asks("fund_flow")
    villages = _asks("village_indicator")
    targets = _asks("target_progress")
    revisions = _asks("revisions")
    causes = _asks("revision_cause")

    def view(self, name: str) -> View:
        """Any published view; AskedWrongly lists those there are."""
        return View(self._engine, view(name))

    def figures(self, name: str, **asked: Any) -> Any:
        """Rows of any published view, asked as `View` is."""
        return self.view(name)(**asked)

    def codebook(self, name: str) -> Codebook:
        """What the columns of a published view or a source table mean."""
        return Codebook(SOURCE_CONTRACTS[name] if name in SOURCE_CONTRACTS else view(name))

    def microdata(self, name: str, *, identifiers: bool = False) -> ir.Table:
        """A source table as an Ibis expression: nothing is read until it is collected.

        The columns that a statistician may see; with `identifiers` those that may tell who someone is as well (a
        household's pseudonym, a payee), which the shared warehouse refuses to those who may not. AskedWrongly lists
        the tables there are.
        """
        contract = SOURCE_CONTRACTS.get(name if "." in str(name) else f"core.{name}")
        if contract is None:
            raise AskedWrongly(f"no microdata {name!r}; there are: {', '.join(SOURCE_CONTRACTS)}")
        table = self._engine.ibis().table(contract.table, database=contract.schema)
        return table.select([column.name for column in contract.columns if identifiers or not column.is_hidden])

    def collect(self, expression: ir.Table, *, limit: int | None = MOST_ROWS, frame: Frame = "pandas") -> Any:
        """The rows of an expression; TooManyRows when there are more than `limit`, before they are all read."""
        if frame not in get_args(Frame):
            raise AskedWrongly(f"no frame {frame!r}; there are: {', '.join(get_args(Frame))}")
        wanted = expression if limit is None else expression.limit(limit + 1)
        rows: pa.Table = self._engine.ibis().to_pyarrow(wanted)
        if limit is not None and rows.num_rows > limit:
            raise TooManyRows(
                f"the answer has more than {limit:,} rows; narrow it (.filter time_period and area_code, .select some "
                "columns, .aggregate before collecting), or say how many are meant: limit=5_000_000, limit=None for all"
            )
        return framed(rows, frame)

    def close(self) -> None:
        """Close the file or the connection."""
        self._engine.close()

    def __enter__(self) -> Warehouse:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def framed(rows: pa.Table, frame: Frame) -> Any:
    """An Arrow table as the frame that was asked for. Decimals are exact in Arrow and Polars, floats in pandas."""
    if frame == "arrow":
        return rows
    if frame == "polars":
        try:
            import polars
        except ModuleNotFoundError as error:
            raise AskedWrongly("polars is not installed; run: pip install polars") from error
        return polars.from_arrow(rows)
    for place, field in enumerate(rows.schema):
        if pa.types.is_decimal(field.type):
            rows = rows.set_column(place, field.name, rows[field.name].cast(pa.float64()))
    return rows.to_pandas()
