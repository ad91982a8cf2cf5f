"""The version of the program that made a figure: the package's, and a hash of the code that computes."""

from __future__ import annotations

import hashlib
import os
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_ROOMS = ("assets", "checks", "indicators", "jurisdictions", "warehouse")


def places_outside() -> Path | None:
    """The folder of places beside those in `jurisdictions/`; None without one."""
    named = os.environ.get("POVMON_JURISDICTIONS")
    return Path(named) if named else None


def code_version() -> str:
    """`0.1.0+3f2a…`: package version and the first 12 digits of the SHA-256 over the computing code.

    Of places outside their layouts and rules count, as what is true of places inside does; their tables are told
    apart by their content, as reference.
    """
    return _version(places_outside())


@cache
def _version(outside: Path | None) -> str:
    root = Path(__file__).parent.parent
    inside = [(root, sorted([*(root / room).rglob("*.py"), *(root / room).rglob("*.csv")])) for room in _ROOMS]
    digest = hashlib.sha256()
    for folder, paths in [*inside, *([(outside, sorted(outside.rglob("*.py")))] if outside else [])]:
        for path in paths:
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    try:
        package = version("poverty-monitor")
    except PackageNotFoundError:
        package = "0"
    return f"{package}+{digest.hexdigest()[:12]}"
