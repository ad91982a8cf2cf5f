"""The file and the shared warehouse held against each other, row by row and to the last bit."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import duckdb
import psycopg
from servers import ask, libpq
from vintage_place import MONTH, Household, Line, Vintage

from warehouse.contracts import CONTRACTS
from warehouse.postgres.tables import is_of_a_place
from warehouse.store import Home

FARMER, WORKER, SOUTH = Household("1", "A", 60, 40), Household("2", "A", 20, 80), Household("3", "B", 50, 50, weight=20)


def first_release(place: Vintage) -> None:
    """Files of every kind, and their release."""
    place.lines(Line("low", 55))
    place.households(FARMER, WORKER, SOUTH)
    place.funds(100.0)
    place.workers(5)
    place.prices({MONTH: 101.0})
    place.run()


def second_release(place: Vintage, number: int = 1) -> None:
    """A correction, and a month more; with higher numbers more corrections."""
    place.households(FARMER, replace(WORKER, crop=39 + number, wage=61 - number), mark=f"_rev{number}")
    place.funds(119.0 + number, mark=f"_rev{number}")
    place.households(FARMER, SOUTH, month="2024-04")
    place.run()


def of_file(home: Path, query: str) -> list[tuple[object, ...]]:
    """Rows of a query in the published file."""
    with duckdb.connect(str(Home(home).warehouse), read_only=True) as file:
        file.execute("SET TimeZone = 'UTC'")
        return file.execute(query).fetchall()


def of_server(url: str, query: str) -> list[tuple[object, ...]]:
    """Rows of the same query in the shared warehouse."""
    with psycopg.connect(libpq(url), options="-c timezone=UTC") as connection:
        return connection.execute(query).fetchall()


def difference(home: Path, url: str, query: str, places: int | None = None) -> list[str]:
    """Rows that only one of the two has, up to five a side. Floats bit by bit, or to some significant digits."""
    here, there = (
        Counter(tuple(_told(value, places) for value in row) for row in rows)
        for rows in (of_file(home, query), of_server(url, query))
    )
    return [f"file only: {row}" for row in [*(here - there)][:5]] + [
        f"server only: {row}" for row in [*(there - here)][:5]
    ]


def _told(value: object, places: int | None) -> str:
    if isinstance(value, float):
        return value.hex() if places is None else f"{value:.{places}g}"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def digests(url: str, place: str | None = None) -> dict[str, object]:
    """Table -> rows and a hash of them all, of one place or of all."""
    found = {}
    for name, contract in CONTRACTS.items():
        if place is None or is_of_a_place(contract):
            where = f"WHERE jurisdiction = '{place}'" if place else ""
            query = f"SELECT count(*), sum(hashtextextended(t::text, 0)) FROM {name} t {where}"
            found[name] = ask(url, query)
    return found
