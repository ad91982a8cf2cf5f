"""Tables of the shared warehouse as SQLAlchemy has them, from the contracts: types, keys, partitions, indexes.

Here is also the DDL that the first migration of tables is made of. Views, words and rights are in `objects`.
"""

from __future__ import annotations

from functools import cache

import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex, CreateTable

from warehouse.compile import sql_table
from warehouse.contracts import CONTRACTS, MART_CONTRACTS, SOURCE_CONTRACTS, Contract

BOOKS = "povmon"
"""The schema in which the loader keeps its books; it holds nothing that a reader asks for."""

_INDEX_COLUMNS = 32
"""The most that an index of PostgreSQL has."""
_PIECE_COLUMNS = ("release_id", "run_id", "time_period", "head_hash")


def split_column(contract: Contract) -> str | None:
    """The column by whose values a table is loaded in pieces, beside the place; None: the place's rows are one piece.

    A source table goes by the months of its Parquet files, a mart by release, the ledger by run.
    """
    names = [column.name for column in contract.columns]
    split = next((name for name in _PIECE_COLUMNS if name in names), None)
    return contract.key[0] if split is None and "jurisdiction" not in names else split


def is_of_a_place(contract: Contract) -> bool:
    """Whether the rows of a table say which place they belong to."""
    return any(column.name == "jurisdiction" for column in contract.columns)


def row_key(contract: Contract) -> tuple[str, ...]:
    """The contract's key, made to hold among the homes that share a database: each counts its own releases."""
    also = "jurisdiction" if is_of_a_place(contract) else str(split_column(contract))
    return (*contract.key, *(() if also in contract.key else (also,)))


@cache
def metadata() -> sa.MetaData:
    """All tables of the shared warehouse, with keys, partitions and indexes.

    Source tables are partitioned by month: a partition holds the month and the quarter, half-year and year that it
    closes, as a Parquet file does. Their keys are held by the rules of their contracts, not by an index.
    """
    tables = sa.MetaData()
    for contract in CONTRACTS.values():
        table = sql_table(contract, tables)
        if contract.name in SOURCE_CONTRACTS:
            table.dialect_options["postgresql"]["partition_by"] = "LIST (time_period)"
            where = dict.fromkeys(("jurisdiction", *contract.sorted_by))
            sa.Index(f"{contract.table}_by_area", *(table.c[name] for name in where))
            continue
        key = [table.c[name] for name in row_key(contract)]
        if len(key) <= _INDEX_COLUMNS:
            sa.Index(f"{contract.table}_key", *key, unique=True, postgresql_nulls_not_distinct=True)
        else:
            sa.Index(f"{contract.table}_piece", table.c.jurisdiction, table.c[str(split_column(contract))])
        if contract.name in MART_CONTRACTS:
            trend = [table.c[name] for name in ("area_code", "time_period") if name in table.c]
            sa.Index(f"{contract.table}_by_area", *trend)
    return tables


def ddl() -> str:
    """The statements that make every table in an empty database, one after the other."""
    from sqlalchemy.dialects import postgresql

    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    statements: list[str] = []
    for table in metadata().sorted_tables:
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        made: list[CreateTable | CreateIndex] = [CreateTable(table), *map(CreateIndex, indexes)]
        statements += [str(element.compile(dialect=dialect)).strip() + ";" for element in made]
    return "\n\n".join(line.replace(" \n", "\n").replace("\t", "    ") for line in statements) + "\n"
