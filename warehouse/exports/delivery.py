"""Files in place: an export is written beside its folder and put there whole, or not at all.

`export.json` lists the files by SHA-256. A folder that holds anything else is nobody's to replace.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from warehouse.exports.extract import ExportRefused, Release
from warehouse.store import Home, sha256_of

MANIFEST = "export.json"


def default_folder(home: Home, jurisdiction: str, form: str, release: int) -> Path:
    """Where an export goes when no folder is named."""
    return home.root / "exports" / f"{jurisdiction}-{form}-release-{release}"


def deliver(home: Home, target: Path, facts: dict[str, object], write: Callable[[Path], None]) -> Path:
    """Have `write` fill a folder, add the manifest, put the folder at `target`. ExportRefused when that is not free."""
    _require_free(home, target)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft, old = (target.with_name(f".{target.name}.{word}.{os.getpid()}") for word in ("draft", "old"))
    for left in (draft, old):
        shutil.rmtree(left, ignore_errors=True)
    draft.mkdir()
    try:
        write(draft)
        _seal(draft, facts)
        if target.exists():
            target.rename(old)
        draft.rename(target)
    finally:
        if old.exists() and not target.exists():
            old.rename(target)
        shutil.rmtree(draft, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
    return target


def facts_of(release: Release, jurisdiction: str, form: str) -> dict[str, object]:
    """What the manifest says besides the files."""
    return {
        "jurisdiction": jurisdiction,
        "format": form,
        "release_id": release.id,
        "released_at": release.created_at.isoformat(),
        "inputs_hash": release.inputs_hash,
        "code_version": release.code_version,
        "rule_set_version": release.rule_set_version,
    }


def _seal(folder: Path, facts: dict[str, object]) -> None:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in files:
        with path.open("rb") as file:
            os.fsync(file.fileno())
    listed = {path.relative_to(folder).as_posix(): sha256_of(path) for path in files}
    text = json.dumps(facts | {"files": listed}, ensure_ascii=False, indent=1) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def _require_free(home: Home, target: Path) -> None:
    """The target is not there, is empty, or is an earlier export and nothing else; and no part of the home."""
    place, root = target.resolve(), home.root.resolve()
    if target.is_symlink():
        raise ExportRefused(f"{target} is a link; name the folder itself")
    if (place == root or root.is_relative_to(place)) or (
        place.is_relative_to(root) and not place.is_relative_to(root / "exports")
    ):
        raise ExportRefused(f"{target} belongs to the home itself; leave --out away or name a folder outside {root}")
    if place == root / "exports":
        raise ExportRefused(f"{target} holds all exports; name a folder in it")
    if not target.exists():
        return
    if not target.is_dir():
        raise ExportRefused(f"{target} is a file; name a folder")
    there = {path.relative_to(target).as_posix() for path in target.rglob("*") if not path.is_dir()}
    strange = sorted(there - {MANIFEST} - _delivered(target))
    if strange or (there and MANIFEST not in there):
        shown = ", ".join((strange or sorted(there))[:3])
        raise ExportRefused(f"{target} holds files that no export put there ({shown}); name another folder")


def _delivered(target: Path) -> set[str]:
    try:
        content = json.loads((target / MANIFEST).read_text(encoding="utf-8"))
        return set(content["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return set()
