"""Loading what a home has published into the shared warehouse: what is new, by COPY, in one transaction.

Readers see the release before, whole, until the commit, and then the new one. Rows of a piece are deleted and copied;
TRUNCATE, or a partition put in the place of another, would wait for readers and hold up those who come after.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import duckdb
import pyarrow as pa
import sqlalchemy as sa

from warehouse.contracts import CONTRACTS, SOURCE_CONTRACTS, Contract
from warehouse.periods import periods_closing
from warehouse.postgres import binary
from warehouse.postgres.connection import WarehouseProblem, writing
from warehouse.postgres.pieces import ALL, Content, Piece, home_id, pieces_of, rows_in, rows_of
from warehouse.postgres.tables import BOOKS, is_of_a_place, split_column
from warehouse.postgres.upgrade import require_current
from warehouse.store import Home


@dataclass(frozen=True)
class Loaded:
    """What a load did: pieces and rows copied, pieces that are gone."""

    pieces: int
    rows: int
    gone: int


def load(home: Home, url: str, *, take_over: bool = False, anew: bool = False) -> Loaded:
    """Bring the shared warehouse to what the home has published; a run may go on meanwhile.

    A place that another home loads is refused, unless it is taken over. `anew` loads also what has not changed.
    Raises WarehouseProblem, and nothing has changed then.
    """
    with duckdb.connect(str(home.warehouse), read_only=True) as published, writing(url, as_engineer=True) as connection:
        require_current(connection)
        books = _Books(connection, home_id(published))
        there = pieces_of(published)
        books.claim({piece.jurisdiction for piece in there} - {ALL}, take_over)
        known = {} if anew else books.known()
        new = sorted(piece for piece, content in there.items() if known.get(piece) != content.fingerprint)
        gone = sorted(set(books.known()) - set(there))
        with closing(connection.connection.cursor()) as driver:
            for name, pieces in groupby([*gone], lambda piece: piece.table):
                _delete(driver, CONTRACTS[name], books.nobody_elses(pieces))
            for name, pieces in groupby(new, lambda piece: piece.table):
                _replace(driver, published, CONTRACTS[name], {piece: there[piece] for piece in pieces})
        books.write({piece: there[piece] for piece in new}, gone)
    return Loaded(len(new), sum(there[piece].rows for piece in new), len(gone))


def _replace(
    driver: Any, published: duckdb.DuckDBPyConnection, contract: Contract, pieces: dict[Piece, Content]
) -> None:
    """Delete what the table has of some pieces and copy what they hold now."""
    if contract.name in SOURCE_CONTRACTS:
        for month in sorted({piece.part for piece in pieces}):
            _replace_month(driver, contract, month, {p: held for p, held in pieces.items() if p.part == month})
        return
    _delete(driver, contract, pieces)
    _copy(driver, contract, contract.name, rows_of(published, contract, list(pieces)))
    driver.execute(f"ANALYZE {contract.name}")


def _replace_month(driver: Any, contract: Contract, month: str, pieces: dict[Piece, Content]) -> None:
    """The same for the places of a month. The partition of a new one is filled beside the table and then attached.

    Attaching waits for no reader and holds none up, and builds the indexes at once instead of row by row. COPY … FREEZE
    would save the server another look at the rows, but a reader whose transaction began before would see them.
    """
    name = _partition(contract, month)
    is_new = driver.execute("SELECT to_regclass(%s) IS NULL", [name]).fetchone()[0]
    if is_new:
        driver.execute(f"CREATE TABLE {name} (LIKE {contract.name} INCLUDING ALL EXCLUDING INDEXES)")
    else:
        _delete(driver, contract, pieces)
    for content in pieces.values():
        assert content.parquet is not None
        _copy(driver, contract, name, rows_in(content.parquet, contract))
    if is_new:
        periods = ", ".join(f"'{period}'" for period in periods_closing(month))
        driver.execute(f"ALTER TABLE {contract.name} ATTACH PARTITION {name} FOR VALUES IN ({periods})")
    driver.execute(f"ANALYZE {name}")


def _delete(driver: Any, contract: Contract, pieces: Iterable[Piece]) -> None:
    """Delete the rows of some pieces, whoever put them there."""
    column = split_column(contract)
    for jurisdiction, of_place in groupby(sorted(pieces), lambda piece: piece.jurisdiction):
        where, values = [], []
        if is_of_a_place(contract):
            where.append("jurisdiction IS NOT DISTINCT FROM %s" if jurisdiction == ALL else "jurisdiction = %s")
            values.append(jurisdiction or None)
        if column is not None:
            where.append(f"{column} = ANY(%s)")
            values.append(_values(contract, column, [piece.part for piece in of_place]))
        driver.execute(f"DELETE FROM {contract.name} WHERE {' AND '.join(where)}", values)


def _values(contract: Contract, column: str, parts: list[str]) -> list[Any]:
    if contract.name in SOURCE_CONTRACTS:
        return [period for month in parts for period in periods_closing(month)]
    return [int(part) for part in parts] if contract.column(column).type == "integer" else parts


def _copy(driver: Any, contract: Contract, target: str, batches: Iterator[pa.RecordBatch]) -> None:
    """Stream some rows; a thread of the driver sends while the next ones are made."""
    from psycopg.copy import QueuedLibpqWriter

    names = ", ".join(column.name for column in contract.columns)
    command = f"COPY {target} ({names}) FROM STDIN (FORMAT binary)"
    with driver.copy(command, writer=QueuedLibpqWriter(driver)) as copy:
        for bytes_of_rows in binary.stream(batches):
            copy.write(bytes_of_rows)


def _partition(contract: Contract, month: str) -> str:
    return f"{contract.name}_{month.replace('-', '_')}"


class _Books:
    """The loader's books in the database, for one home."""

    def __init__(self, connection: sa.Connection, home: str) -> None:
        self._connection = connection
        self._home = home

    def claim(self, places: set[str], take_over: bool) -> None:
        """Write down that the home loads some places. WarehouseProblem when another does, unless `take_over`."""
        query = sa.text(
            f"SELECT jurisdiction FROM {BOOKS}.place WHERE jurisdiction = ANY(:places) AND home_id <> :home"
        )
        taken = sorted(self._connection.execute(query, {"places": sorted(places), "home": self._home}).scalars())
        if taken and not take_over:
            raise WarehouseProblem(
                f"{', '.join(taken)}: another home loads it into this database; two would overwrite each other\n"
                "to do: give this home a database of its own; or, where it is to load the place from now on, run "
                "povmon warehouse load --take-over"
            )
        for place in taken:
            self._forget(place)
        claim = sa.text(
            f"INSERT INTO {BOOKS}.place VALUES (:place, :home) ON CONFLICT (jurisdiction) DO UPDATE SET home_id = :home"
        )
        for place in sorted(places):
            self._connection.execute(claim, {"place": place, "home": self._home})

    def _forget(self, place: str) -> None:
        """Delete everything that any home loaded of a place."""
        for contract in CONTRACTS.values():
            if is_of_a_place(contract):
                query = sa.text(f"DELETE FROM {contract.name} WHERE jurisdiction = :place")
                self._connection.execute(query, {"place": place})
        query = sa.text(f"DELETE FROM {BOOKS}.piece WHERE jurisdiction = :place")
        self._connection.execute(query, {"place": place})

    def known(self) -> dict[Piece, str]:
        """Fingerprints of what the home has loaded."""
        query = sa.text(f"SELECT table_name, jurisdiction, part, fingerprint FROM {BOOKS}.piece WHERE home_id = :home")
        rows = self._connection.execute(query, {"home": self._home})
        return {Piece(name, place, part): said for name, place, part, said in rows if name in CONTRACTS}

    def nobody_elses(self, pieces: Iterable[Piece]) -> list[Piece]:
        """Those of some pieces that no other home has as well: what belongs to no place, such as code lists."""
        query = sa.text(
            f"SELECT EXISTS (SELECT FROM {BOOKS}.piece WHERE table_name = :table AND jurisdiction = :place "
            "AND part = :part AND home_id <> :home)"
        )
        asked = [
            (piece, {"table": piece.table, "place": piece.jurisdiction, "part": piece.part, "home": self._home})
            for piece in pieces
        ]
        return [piece for piece, values in asked if not self._connection.execute(query, values).scalar()]

    def write(self, new: dict[Piece, Content], gone: list[Piece]) -> None:
        """Write down what was loaded, and what is gone."""
        key = {"home": self._home}
        forget = sa.text(
            f"DELETE FROM {BOOKS}.piece WHERE home_id = :home AND table_name = :table AND jurisdiction = :place "
            "AND part = :part"
        )
        keep = sa.text(
            f"INSERT INTO {BOOKS}.piece (home_id, table_name, jurisdiction, part, fingerprint, rows) "
            "VALUES (:home, :table, :place, :part, :fingerprint, :rows)"
        )
        named = [{"table": p.table, "place": p.jurisdiction, "part": p.part, **key} for p in (*gone, *new)]
        if named:
            self._connection.execute(forget, named)
        loaded = [
            {"table": p.table, "place": p.jurisdiction, "part": p.part, "fingerprint": c.fingerprint, "rows": c.rows}
            for p, c in new.items()
        ]
        if loaded:
            self._connection.execute(keep, [values | key for values in loaded])
