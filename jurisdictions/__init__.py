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
from traceback import extract_tb
from typing import Any

from jurisdictions.faults import faults_of
from warehouse.layouts import Jurisdiction
from warehouse.version import places_outside

_HERE = Path(__file__).parent


class UnknownJurisdiction(LookupError):
    """There is no place of that name, or none that can be used; the message says what to do."""


def names() -> list[str]:
    """The places that can be run."""
    return sorted({folder.name for root in _roots() for folder in root.iterdir() if (folder / "areas.csv").is_file()})


@cache
def load(name: str) -> Jurisdiction:
    """The jurisdiction of that name; UnknownJurisdiction when there is none that can be used."""
    folder = _folder(name)
    jurisdiction = _module(name, folder).JURISDICTION
    try:
        areas = reference(name, "areas")
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnknownJurisdiction(f"{folder / 'areas.csv'} is not a CSV in UTF-8: {error}") from error
    if faults := list(faults_of(jurisdiction, name, areas)):
        raise UnknownJurisdiction("\n  ".join([f"the place in {folder} cannot be used:", *faults]))
    return jurisdiction


def _module(name: str, folder: Path) -> Any:
    """What stands in the folder's `__init__.py`; of places outside this one it is told where that went wrong."""
    if folder.parent == _HERE:
        return importlib.import_module(f"jurisdictions.{name}")
    path = folder / "__init__.py"
    spec = importlib.util.spec_from_file_location(
        f"jurisdictions.{name}", path, submodule_search_locations=[str(folder)]
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
        if not isinstance(module.JURISDICTION, Jurisdiction):
            raise TypeError(f"JURISDICTION is a {type(module.JURISDICTION).__name__}; expected a Jurisdiction")
    except Exception as error:  # a place's own code may trip over anything; what it was is told
        del sys.modules[spec.name]
        raise UnknownJurisdiction(f"the place in {folder} cannot be read: {_told(error, folder)}") from error
    return module


def _told(error: Exception, folder: Path) -> str:
    """An error of a place's own code, with the last line of the folder that led to it."""
    if isinstance(error, SyntaxError):
        return f"{error.filename}, line {error.lineno}: {error.msg}"
    own = [frame for frame in extract_tb(error.__traceback__) if frame.filename.startswith(str(folder))]
    where = f"{own[-1].filename}, line {own[-1].lineno}: " if own else ""
    return f"{where}{type(error).__name__}: {error}"


def reference(name: str, table: str) -> list[dict[str, str]]:
    """Rows of `<table>.csv` of the jurisdiction, or of the common one beside this module."""
    path = next((p for p in (_folder(name) / f"{table}.csv", _HERE / f"{table}.csv") if p.is_file()), None)
    if path is None:
        raise FileNotFoundError(f"{table}.csv is neither in {_folder(name)} nor in {_HERE}")
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def _roots() -> list[Path]:
    outside = places_outside()
    return [_HERE, *([outside] if outside is not None and outside.is_dir() else [])]


def _folder(name: str) -> Path:
    folders = [root / name for root in _roots() if name.isidentifier() and (root / name).is_dir()]
    for folder in folders:
        if (folder / "areas.csv").is_file():
            return folder
    lacking = "".join(f"; {folder} has no areas.csv" for folder in folders)
    outside = places_outside()
    if outside is not None and not outside.is_dir():
        lacking += f"; POVMON_JURISDICTIONS names {outside}, which is no folder"
    raise UnknownJurisdiction(f"no jurisdiction {name!r}; there are: {', '.join(names())}{lacking}")
