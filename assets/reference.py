"""Reference tables: as a release was made with them, and as they are now in the warehouse.

What figures depend on besides the files: areas, income classification, poverty lines, links of the price index.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from assets.places.areas import PlaceAreas
from jurisdictions import reference
from warehouse.contracts import CODE_LISTS, CONTRACTS
from warehouse.engine import append_rows, table
from warehouse.store import Home

Rows = Sequence[Mapping[str, Any]]


class NoReference(LookupError):
    """The reference tables of a release cannot be had any more; the message says why."""


@dataclass(frozen=True)
class Reference:
    """Rows as their files have them; blank cells of areas are null."""

    areas: Rows
    """ref.area of the place"""
    area_sets: Rows
    """ref.area_set of the place"""
    income_source: Rows
    poverty_line: Rows
    price_links: Rows
    """Accepted rows of core.price_index"""

    @classmethod
    def of(cls, place: str, areas: PlaceAreas, price_links: Rows = ()) -> Reference:
        """The tables of a place as they are now, with some price links."""
        sources, lines = (reference(place, name) for name in ("income_source", "poverty_line"))
        return cls(areas.areas, areas.sets, sources, lines, price_links)

    @classmethod
    def archived(cls, home: Home, digest: str) -> Reference:
        """The tables kept under a SHA-256. Raises NoReference."""
        path = home.archive(digest)
        if not path.exists():
            raise NoReference(f"the archive has no {path.name}")
        content = path.read_bytes()
        tables = json.loads(content) if hashlib.sha256(content).hexdigest() == digest else {}
        if tables.keys() != cls.__annotations__.keys():
            raise NoReference(f"{path.name} in the archive is not what this program keeps of reference tables")
        return cls(**tables)

    def boundary(self, root_area: str) -> PlaceAreas:
        """Areas and sets that figures are made for."""
        return PlaceAreas(root_area, self.areas, (), self.area_sets)

    def source_rows(self, place: str) -> list[dict[str, object]]:
        """Rows of `ref.income_source`."""
        return [
            {"jurisdiction": place, **row, "in_denominator": row["in_denominator"] == "true"}
            for row in self.income_source
        ]

    def keep(self, home: Home) -> str:
        """Archive the tables; returns their SHA-256."""
        return home.keep_bytes(json.dumps(asdict(self), sort_keys=True, ensure_ascii=False).encode())

    def digest(self) -> str:
        """SHA-256 of what every month depends on; areas and price links matter to the months that they move."""
        tables = [self.income_source, self.poverty_line]
        return hashlib.sha256(json.dumps(tables, sort_keys=True).encode()).hexdigest()


def write_reference(
    connection: sa.Connection, jurisdiction: str, tables: Mapping[str, Sequence[dict[str, object]]]
) -> None:
    """Replace the jurisdiction's rows of each named table; rows carry every column of its contract."""
    for name, rows in tables.items():
        kept = table(CONTRACTS[name])
        connection.execute(sa.delete(kept).where(kept.c.jurisdiction == jurisdiction))
        append_rows(connection, CONTRACTS[name], rows)


def write_code_lists(connection: sa.Connection) -> None:
    """Write `ref.code_list` anew."""
    connection.execute(sa.delete(table(CONTRACTS["ref.code_list"])))
    append_rows(
        connection,
        CONTRACTS["ref.code_list"],
        [
            {
                "code_list": name,
                "code": code,
                "name": english,
                "name_zh": chinese,
                "valid_from": listed.valid.get(code, (None, None))[0],
                "valid_to": listed.valid.get(code, (None, None))[1],
            }
            for name, listed in CODE_LISTS.items()
            for code, (english, chinese) in listed.codes.items()
        ],
    )
