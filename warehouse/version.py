"""The version of the program that made a figure: the package's, and a hash of the code that computes."""

from __future__ import annotations

import hashlib
import os
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_REFERENCE = ("areas", "area_sets", "income_source", "poverty_line")
"""Tables of a place that releases know by their content (`assets.reference`, `assets.places.known`)"""
_ROOMS = ("assets", "checks", "indicators", "jurisdictions", "warehouse")


def places_outside() -> Path | None:
    """The folder of places beside those in `jurisdictions/`; None without one."""
    named = os.environ.get("POVMON_JURISDICTIONS")
    return Path(named) if named else None


def code_version() -> str:
    """`0.1.0+3f2a…`: package version and the first 12 digits of the SHA-256 over the computing code.

    Of places outside all counts that is true of them, as it does of places inside, but for the reference tables: those
    are told apart by their content, so that a revision says which of them is its cause.
    """
    return _version(places_outside())


def _of_places(folder: Path) -> list[Path]:
    tables = [path for path in folder.rglob("*.csv") if path.stem not in _REFERENCE]
    return sorted([*folder.rglob("*.py"), *tables])


@cache
def _version(outside: Path | None) -> str:
    root = Path(__file__).parent.parent
    inside = [(root, sorted([*(root / room).rglob("*.py"), *(root / room).rglob("*.csv")])) for room in _ROOMS]
    digest = hashlib.sha256()
    for folder, paths in [*inside, *([(outside, _of_places(outside))] if outside else [])]:
        for path in paths:
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    try:
        package = version("poverty-monitor")
    except PackageNotFoundError:
        package = "0"
    return f"{package}+{digest.hexdigest()[:12]}"
