"""Reads what is known of a place's areas: its own tables and the latest accepted edition of the history of codes."""

from __future__ import annotations

import json
from collections.abc import Collection
from functools import cache
from pathlib import Path

import pyarrow.parquet as pq

from assets.places.areas import PlaceAreas, place_areas
from assets.places.events import read_history
from jurisdictions import load, reference
from warehouse.contracts import AREA_HISTORY
from warehouse.periods import closing_month
from warehouse.store import Home, sha256_of


def areas_of(home: Home, jurisdiction: str, refused: Collection[str] = ()) -> PlaceAreas:
    """Areas, events and sets of a place; `refused`: months whose edition has rows in quarantine, and so is not whole.

    Raises assets.places.sets.UnusableAreaSet.
    """
    not_whole = {home.partition(AREA_HISTORY.name, jurisdiction, month) for month in refused}
    editions = [edition for edition in home.partitions(AREA_HISTORY.name, jurisdiction) if edition not in not_whole]
    latest = editions[-1] if editions else None
    own = json.dumps([reference(jurisdiction, name) for name in ("areas", "area_sets")])
    return _areas_by(load(jurisdiction).root_area, own, latest, sha256_of(latest) if latest else "")


@cache
def _areas_by(root_area: str, tables: str, edition: Path | None, sha256: str) -> PlaceAreas:
    """The same for the same bytes: every step asks, and the areas of a country take seconds."""
    areas, named = json.loads(tables)
    own = [{name: text or None for name, text in row.items()} for row in areas]
    history = None
    if edition is not None:
        rows = pq.read_table(edition).to_pylist()
        history = read_history(rows, closing_month(str(rows[0]["time_period"])))
    return place_areas(root_area, own, named, history)
