"""One folder per monitored place: what is true there and nowhere else.

A folder holds `__init__.py` with `JURISDICTION`, `layouts/`, and reference tables as CSV (`areas.csv`, and where the
place has its own, `income_source.csv`). `POVMON_JURISDICTIONS` names a folder with further places outside this one.
"""

from __future__ import annotations

import csv
import importlib
import importlib.util
import sys
from functools import cache
from pathlib import Path

from warehouse.contracts import SOURCE_CONTRACTS
from warehouse.layouts import Jurisdiction
from warehouse.version import places_outside

_HERE = Path(__file__).parent


class UnknownJurisdiction(LookupError):
    """No folder of that name; the message lists those there are."""


class UnknownTable(LookupError):
    """A jurisdiction has rules or senders for a table that there is not; the message says which."""


def names() -> list[str]:
    """The places that can be run."""
    return sorted({folder.name for root in _roots() for folder in root.iterdir() if (folder / "areas.csv").is_file()})


@cache
def load(name: str) -> Jurisdiction:
    """The jurisdiction of that name; UnknownJurisdiction when there is none."""
    folder = _folder(name)
    if folder.parent == _HERE:
        module = importlib.import_module(f"jurisdictions.{name}")
    else:
        spec = importlib.util.spec_from_file_location(
            f"jurisdictions.{name}", folder / "__init__.py", submodule_search_locations=[str(folder)]
        )
        if spec is None or spec.loader is None:
            raise UnknownJurisdiction(f"{folder} has no __init__.py with JURISDICTION")
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
    jurisdiction = module.JURISDICTION
    if not isinstance(jurisdiction, Jurisdiction):
        raise UnknownJurisdiction(f"{folder / '__init__.py'}: JURISDICTION is not a warehouse.layouts.Jurisdiction")
    named = jurisdiction.rules.keys() | jurisdiction.due_days.keys()
    if unknown := sorted(named - SOURCE_CONTRACTS.keys()):
        raise UnknownTable(
            f"jurisdiction {name!r}: rules or due_days name {', '.join(unknown)}; "
            f"expected tables that files feed: {', '.join(SOURCE_CONTRACTS)}"
        )
    return jurisdiction


def reference(name: str, table: str) -> list[dict[str, str]]:
    """Rows of `<table>.csv` of the jurisdiction, or of the common one beside this module."""
    path = next((p for p in (_folder(name) / f"{table}.csv", _HERE / f"{table}.csv") if p.is_file()), None)
    if path is None:
        raise FileNotFoundError(f"{table}.csv is neither in {_folder(name)} nor in {_HERE}")
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def _roots() -> list[Path]:
    outside = places_outside()
    return [_HERE, *([outside] if outside else [])]


def _folder(name: str) -> Path:
    for root in _roots():
        if name.isidentifier() and (root / name / "areas.csv").is_file():
            return root / name
    raise UnknownJurisdiction(f"no jurisdiction {name!r}; there are: {', '.join(names())}")
