"""One export from beginning to end: what is asked for is read, written by its format, and put in place."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from warehouse.exports import FORMATS
from warehouse.exports.delivery import default_folder, deliver, facts_of
from warehouse.exports.extract import ExportRefused, Request, extract
from warehouse.store import Home


def export(home: Home, request: Request, form: str, out: Path | None = None) -> Path:
    """Writes what is asked for and returns its folder.

    Raises ExportRefused when it cannot be had, FileNotFoundError when there is no warehouse.
    """
    module, _, function = FORMATS[form].partition(".")
    try:
        write = getattr(import_module(f"warehouse.exports.{module}"), function)
        extracted = extract(home, request)
        place, release = extracted.place.id, extracted.release
        target = out or default_folder(home, place, form, release.id)
        return deliver(home, target, facts_of(release, place, form), lambda folder: write(extracted, folder))
    except ModuleNotFoundError as error:
        raise ExportRefused(
            f"--format {form} needs {error.name}; run: pip install 'poverty-monitor[export]'"
        ) from error
