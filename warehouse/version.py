"""The version of the program that made a figure: the package's, and a hash of the code that computes."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_ROOMS = ("assets", "checks", "indicators", "jurisdictions", "warehouse")


@cache
def code_version() -> str:
    """`0.1.0+3f2a…`: package version and the first 12 digits of the SHA-256 over the computing code."""
    root = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for room in _ROOMS:
        for path in sorted([*(root / room).rglob("*.py"), *(root / room).rglob("*.csv")]):
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    try:
        package = version("poverty-monitor")
    except PackageNotFoundError:
        package = "0"
    return f"{package}+{digest.hexdigest()[:12]}"
