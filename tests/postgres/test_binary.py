"""What is sent in PostgreSQL's binary form arrives as it was: every type of the contracts, with and without blanks."""

import datetime as dt
import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, get_args

import psycopg
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from servers import Server, libpq
from sqlalchemy.dialects import postgresql

from warehouse.compile import sql_type
from warehouse.contracts.base import ColumnType
from warehouse.parsing import arrow_type
from warehouse.postgres.binary import stream

TYPES: tuple[ColumnType, ...] = get_args(ColumnType)
TEXT = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=9)
VALUES: dict[ColumnType, st.SearchStrategy[Any]] = {
    "integer": st.integers(-(2**63), 2**63 - 1),
    "number": st.floats(),
    "money": st.integers(-(10**18) + 1, 10**18 - 1).map(lambda cents: Decimal(cents).scaleb(-2)),
    "date": st.dates(),
    "timestamp": st.datetimes(timezones=st.just(dt.UTC)),
    "boolean": st.booleans(),
}


@pytest.fixture(scope="module")
def connection(server: Server) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A connection in UTC; what is made in it goes with it."""
    with psycopg.connect(libpq(server.url("postgres")), autocommit=True, options="-c timezone=UTC") as opened:
        yield opened


def arrived(
    connection: psycopg.Connection[tuple[object, ...]], kinds: tuple[ColumnType, ...], rows: list[tuple[object, ...]]
) -> list[tuple[object, ...]]:
    """The rows as the server has them, sent in batches of which the second begins in the middle of its buffers."""
    names = [f"c{place}" for place in range(len(kinds))]
    schema = pa.schema([(name, arrow_type(kind)) for name, kind in zip(names, kinds, strict=True)])
    columns = list(zip(*rows, strict=True)) or [()] * len(kinds)
    arrays = [pa.array(cells, field.type) for cells, field in zip(columns, schema, strict=True)]
    batch = pa.record_batch(arrays, schema)
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    typed = ", ".join(
        f"{name} {sql_type(kind).compile(dialect=dialect)}" for name, kind in zip(names, kinds, strict=True)
    )
    with connection.transaction(force_rollback=True):
        connection.execute(f"CREATE TEMP TABLE sent (number serial, {typed})")
        with connection.cursor().copy(f"COPY sent ({', '.join(names)}) FROM STDIN (FORMAT binary)") as copy:
            for piece in stream([batch.slice(0, 3), batch.slice(3)]):
                copy.write(piece)
        return connection.execute(f"SELECT {', '.join(names)} FROM sent ORDER BY number").fetchall()


def told(rows: list[tuple[object, ...]]) -> list[list[object]]:
    """Rows in which every value equals itself: not-a-number as its name."""
    return [["nan" if isinstance(cell, float) and math.isnan(cell) else cell for cell in row] for row in rows]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data(), st.booleans())
def test_every_value_of_every_type_arrives(
    connection: psycopg.Connection[tuple[object, ...]], data: st.DataObject, with_blanks: bool
) -> None:
    cells = (VALUES.get(kind, TEXT) for kind in TYPES)
    rows = data.draw(st.lists(st.tuples(*(cell | st.none() if with_blanks else cell for cell in cells)), max_size=12))
    assert told(arrived(connection, TYPES, rows)) == told(rows)


@pytest.mark.parametrize(
    "cents",
    [0, 1, -1, 99, 100, 9_999, 10_000, 999_999, 1_000_000, -1_000_001, 10**10, 10**14 + 7, 10**18 - 1, 1 - 10**18],
)
def test_an_amount_arrives_whatever_digits_its_neighbour_needs(
    connection: psycopg.Connection[tuple[object, ...]], cents: int
) -> None:
    rows: list[tuple[object, ...]] = [(Decimal(value).scaleb(-2),) for value in (cents, 5, 12_345_678)]
    assert arrived(connection, ("money",), rows) == rows


def test_more_rows_than_are_made_at_a_time_arrive_in_their_order(
    connection: psycopg.Connection[tuple[object, ...]],
) -> None:
    rows: list[tuple[object, ...]] = [(number, None if number % 7 else f"line {number}") for number in range(40_000)]
    assert arrived(connection, ("integer", "text"), rows) == rows
