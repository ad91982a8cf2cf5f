"""The version of the program: what makes it another one."""

from pathlib import Path

import pytest

from warehouse.version import code_version


def test_layouts_and_rules_of_places_outside_are_code_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = code_version()
    versions = []
    for unit in ("元", "千元", "元"):
        folder = tmp_path / f"places{len(versions)}"
        (folder / "toytown").mkdir(parents=True)
        (folder / "toytown" / "__init__.py").write_text(f"UNIT = '{unit}'\n", encoding="utf-8")
        (folder / "toytown" / "areas.csv").write_text(f"{len(versions)}\n", encoding="utf-8")
        monkeypatch.setenv("POVMON_JURISDICTIONS", str(folder))
        versions.append(code_version())
    assert versions[0] == versions[2], "neither where they lie nor their tables, which are reference"
    assert len({inside, *versions}) == 3
    monkeypatch.delenv("POVMON_JURISDICTIONS")
    assert code_version() == inside
