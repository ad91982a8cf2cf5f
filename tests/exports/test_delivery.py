"""An export is in its folder whole or not at all, and takes no folder that is another's."""

import json
from pathlib import Path

import pytest
from exports_support import MONTH, exported, povmon, tampered

from warehouse.exports import delivery
from warehouse.exports.delivery import deliver
from warehouse.exports.extract import ExportRefused
from warehouse.store import Home, sha256_of

ONE = ("--table", "poverty", "--from", MONTH)


def test_the_default_folder_names_place_format_and_release(home: Path) -> None:
    result = povmon("export", "wuzhong", "--home", home, "--format", "csv", *ONE)
    folder = home / "exports" / "wuzhong-csv-release-1"
    assert result.stdout.strip() == str(folder)
    manifest = json.loads((folder / "export.json").read_text(encoding="utf-8"))
    assert manifest["files"] == {"poverty.csv": sha256_of(folder / "poverty.csv")}
    assert manifest["release_id"] == 1


def test_an_earlier_export_is_replaced_whole(home: Path, tmp_path: Path) -> None:
    exported(home, "csv", tmp_path / "out", "--table", "inequality", "--from", MONTH)
    exported(home, "csv", tmp_path / "out", *ONE)
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"poverty.csv", "export.json"}


def test_a_failed_export_leaves_the_earlier_one(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "out"
    exported(home, "csv", target, *ONE)
    before = (target / "export.json").read_bytes()

    def breaks(folder: Path) -> None:
        (folder / "half.csv").write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        deliver(Home(home), target, {}, breaks)
    assert (target / "export.json").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_the_earlier_export_comes_back_when_the_new_one_cannot_be_put_in_place(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out"
    exported(home, "csv", target, *ONE)
    whole = Path.rename

    def refuses(source: Path, to: Path) -> Path:
        if ".draft." in source.name:
            raise OSError(5, "Input/output error")
        return whole(source, to)

    monkeypatch.setattr(delivery.Path, "rename", refuses)
    with pytest.raises(OSError, match="Input/output"):
        deliver(Home(home), target, {}, lambda folder: None)
    assert (target / "poverty.csv").is_file()


def test_folders_of_others_are_refused(home: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.docx").write_bytes(b"years of work")
    linked = tmp_path / "linked"
    linked.symlink_to(mine)
    for out in (mine, mine / "thesis.docx", linked, home, home.parent, home / "parquet", home / "exports"):
        result = povmon("export", "wuzhong", "--home", home, "--format", "csv", *ONE, "--out", out)
        assert result.exit_code == 2, out
        assert "name " in result.output
    assert (mine / "thesis.docx").read_bytes() == b"years of work"


def test_a_manifest_that_lists_a_strangers_file_by_a_detour_frees_nothing(home: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.docx").write_bytes(b"years of work")
    (mine / "export.json").write_text(json.dumps({"files": {"../mine/thesis.docx": ""}}))
    with pytest.raises(ExportRefused, match=r"thesis\.docx"):
        deliver(Home(home), mine, {}, lambda folder: None)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nowhere", "--format", "csv"), "no jurisdiction 'nowhere'"),
        (("nepal", "--format", "csv"), "nothing of nepal has been released yet; run: povmon run nepal"),
        (("wuzhong", "--format", "csv", "--table", "psu_total"), "no published table 'psu_total'; there are: "),
        (("wuzhong", "--format", "csv", "--from", "2022-01", "--to", "2021-01"), "is after"),
        (("wuzhong", "--format", "csv", "--from", "1999-01", "--to", "1999-02"), "no row of wuzhong in the months"),
        (("wuzhong", "--format", "docx"), "is not one of"),
    ],
)
def test_a_wrong_call_says_what_to_do(home: Path, arguments: tuple[str, ...], says: str) -> None:
    result = povmon("export", *arguments, "--home", home)
    assert result.exit_code == 2
    assert says in result.output


def test_without_a_warehouse_the_next_step_is_named(tmp_path: Path) -> None:
    result = povmon("export", "wuzhong", "--format", "csv", "--home", tmp_path)
    assert result.exit_code == 2
    assert "run for instance: povmon run wuzhong" in result.output


def test_a_warehouse_of_an_earlier_version_is_told_apart(home: Path, tmp_path: Path) -> None:
    old = tampered(home, tmp_path / "old", [("DROP TABLE audit.decision", [])])
    result = povmon("export", "wuzhong", "--format", "csv", *ONE, "--home", old)
    assert result.exit_code == 2
    assert "was published by another version of the program" in result.output
    assert "povmon run wuzhong" in result.output
