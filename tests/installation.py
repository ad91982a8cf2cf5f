"""A home that runs through the public entry have filled, asked through the public answers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from pipelines.answers import answer
from pipelines.monthly import Done, run_months
from pipelines.office import Settings
from warehouse.store import sha256_of


def rows(home: Path, query: str) -> list[dict[str, object]]:
    """The answer of `povmon sql … --format json`."""
    found: list[dict[str, object]] = json.loads(answer(home, query, "json"))
    return found


def ask(home: Path, query: str) -> pd.DataFrame:
    """The same as a frame."""
    return pd.DataFrame(rows(home, query))


@dataclass(frozen=True)
class Installation:
    """A home, its landing folder, and the last run in it."""

    home: Path
    landing: Path
    done: Done | None = None

    @property
    def truth(self) -> Path:
        """What the generator says is true, beside the landing folder."""
        return self.landing.parent / "truth"

    def ask(self, query: str) -> pd.DataFrame:
        """The answer to a query, as a frame."""
        return ask(self.home, query)


def run(jurisdiction: str, landing: Path, home: Path, months: list[str] | None = None) -> Installation:
    """What `povmon run` does."""
    done = run_months(Settings(jurisdiction=jurisdiction, home=str(home), landing=str(landing)), months)
    return Installation(home, landing, done)


def parquet_of(home: Path) -> dict[str, str]:
    """Name -> hash of everything that was accepted, quarantined or counted."""
    return {
        path.relative_to(home).as_posix(): sha256_of(path) for path in sorted((home / "parquet").rglob("*.parquet"))
    }


def without_pages(patch: pytest.MonkeyPatch) -> None:
    """Runs make no Data Docs, which what is tested does not look at."""
    patch.setattr("assets.steps._begin", lambda *_: None)
    patch.setattr("assets.steps.data_docs", lambda run: {})


def released(place: Installation) -> int | None:
    """The number of the release that the last run made."""
    assert place.done is not None
    return place.done.release_id
