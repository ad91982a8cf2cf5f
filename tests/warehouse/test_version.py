"""The version of the program: what makes it another one."""

from pathlib import Path

import pytest

from warehouse.version import code_version


def test_layouts_and_rules_of_places_outside_are_code_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside, versions = code_version(), []
    for unit, shares in (("元", "a"), ("千元", "a"), ("元", "b"), ("元", "a")):
        place = tmp_path / f"places{len(versions)}" / "toytown"
        place.mkdir(parents=True)
        (place / "__init__.py").write_text(f"UNIT = '{unit}'\n", encoding="utf-8")
        (place / "published_share.csv").write_text(f"{shares}\n", encoding="utf-8")
        (place / "areas.csv").write_text(f"{len(versions)}\n", encoding="utf-8")
        monkeypatch.setenv("POVMON_JURISDICTIONS", str(place.parent))
        versions.append(code_version())
    assert versions[0] == versions[3], "neither where they lie nor their areas, which are reference"
    assert len({inside, *versions}) == 4
    monkeypatch.delenv("POVMON_JURISDICTIONS")
    assert code_version() == inside
