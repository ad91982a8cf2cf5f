"""The home folder: pseudonyms as the standard library makes them, partitions whole and always the same bytes."""

import hmac
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.store import Home, pseudonym, pseudonyms, sha256_of, write_parquet


@settings(max_examples=60)
@given(st.binary(min_size=1, max_size=200), st.lists(st.text(min_size=1, max_size=40), max_size=20))
def test_pseudonyms_are_the_hmac_of_the_standard_library(key: bytes, identifiers: list[str]) -> None:
    expected = [hmac.new(key, b"place\0" + i.encode(), "sha256").hexdigest()[:32] for i in identifiers]
    assert pseudonyms(key, "place", pa.array(identifiers, pa.string())).to_pylist() == expected
    assert [pseudonym(key, "place", i) for i in identifiers] == expected


def test_a_missing_identifier_has_no_pseudonym() -> None:
    assert pseudonyms(b"k", "place", pa.array(["a", None], pa.string())).null_count == 1


def test_places_do_not_share_pseudonyms() -> None:
    assert pseudonym(b"k", "wuzhong", "1") != pseudonym(b"k", "mexico", "1")


def test_a_partition_has_the_same_bytes_however_it_is_cut_from_memory(tmp_path: Path) -> None:
    table = pa.table({"a": pa.array(range(300_000)), "b": pa.array([str(n % 7) for n in range(300_000)])})
    for name in ("one", "two"):
        pieces = [table.slice(start, 122_880) for start in range(0, 300_000, 122_880)]
        write_parquet(tmp_path / name / "part-0.parquet", table.schema, pieces)
    files = [tmp_path / name / "part-0.parquet" for name in ("one", "two")]
    assert sha256_of(files[0]) == sha256_of(files[1])
    assert pq.read_table(files[0]).equals(table)
    assert [path.name for path in files[0].parent.iterdir()] == ["part-0.parquet"]


def test_a_partition_that_fails_half_way_leaves_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "part-0.parquet"
    table = pa.table({"a": [1, 2]})
    write_parquet(target, table.schema, [table])
    before = sha256_of(target)

    def broken() -> object:
        yield table
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_parquet(target, table.schema, broken())  # type: ignore[arg-type]
    assert sha256_of(target) == before


def test_the_archive_keeps_bytes_once_under_their_hash(tmp_path: Path) -> None:
    home = Home.at(tmp_path / "home")
    (tmp_path / "file").write_bytes(b"abc")
    file_id = home.keep(tmp_path / "file")
    assert file_id == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert home.keep(tmp_path / "file") == file_id
    assert home.archive(file_id).read_bytes() == b"abc"
