"""A figure that the gate withholds is in no export: planted in the marts, it is looked for in every file's content."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pyreadstat
import pytest
from exports_support import MONTH, exported, tampered

from warehouse.contracts import MART_CONTRACTS
from warehouse.contracts.published_views import NUMBERS
from warehouse.exports import FORMATS

PLANTED = 98765431
SIGNS = ("9876543", "9,876,543", "98,765,431", "9.876543", "planted here")


def _planting() -> Iterator[str]:
    """Every number and note of every withheld row becomes the planted one, or says so."""
    for contract in MART_CONTRACTS.values():
        names = {column.name for column in contract.columns}
        if "conf_status" not in names:
            continue
        numbers = [c.name for c in contract.columns if c.type in NUMBERS and c.name not in contract.key]
        changes = [f"{name} = {PLANTED}" for name in numbers] + [
            "obs_note = 'planted here'",
            "conf_note = 'planted here'",
        ]
        yield f"UPDATE {contract.name} SET {', '.join(changes)} WHERE conf_status <> 'F'"


@pytest.fixture(scope="module")
def planted(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tampered(home, tmp_path_factory.mktemp("planted") / "home", [(change, []) for change in _planting()])


def test_something_was_planted(planted: Path) -> None:
    with duckdb.connect(str(planted / "warehouse.duckdb"), read_only=True) as warehouse:
        for mart in ("income_share", "income_level", "poverty", "inequality"):
            (rows,) = warehouse.execute(
                f"SELECT count(*) FROM mart.{mart} WHERE obs_note = 'planted here' AND time_period = ?", [MONTH]
            ).fetchall()[0]
            assert rows > 0, mart


@pytest.mark.parametrize("form", FORMATS)
def test_no_export_has_it(planted: Path, tmp_path: Path, form: str) -> None:
    folder = exported(planted, form, tmp_path / "out", "--from", MONTH)
    texts = {path.name: text for path in sorted(folder.rglob("*")) if path.is_file() for text in _content(path)}
    assert len(texts) >= 2
    for name, text in texts.items():
        if name != "export.json":
            assert not [sign for sign in SIGNS if sign in text], name


def _content(path: Path) -> Iterator[str]:
    """What a file says, however it is packed. The PDF is set from the page beside it."""
    if path.suffix == ".parquet":
        yield pq.read_table(path).to_pandas().to_csv()
    elif path.suffix == ".dta":
        yield pyreadstat.read_dta(path)[0].to_csv()
    elif path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as archive:
            yield "".join(archive.read(name).decode("utf-8") for name in archive.namelist())
    elif path.suffix == ".pdf":
        assert path.with_suffix(".html").is_file()
        yield ""
    else:
        yield path.read_text(encoding="utf-8")
