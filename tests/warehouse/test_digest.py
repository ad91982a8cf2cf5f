"""The digest of rows: as the words of `warehouse.digest` say, whatever the order, sensitive to the last bit."""

import hashlib
import math
import struct

import duckdb
import pytest

from warehouse.contracts import Column, Contract
from warehouse.digest import Digest, digests_of

SHOWN = Contract(
    "main",
    "shown",
    "one row per thing",
    ("name",),
    (
        Column("name", "text", "Name", "名称", nullable=True),
        Column("persons", "integer", "Persons", "人数", nullable=True),
        Column("share", "number", "Share", "占比", nullable=True),
        Column("amount", "money", "Amount", "金额", nullable=True),
    ),
    "Things.",
    "事物",
)
ROWS = [("b", 2, 0.5, "1.25"), (None, 1, None, "-0.01"), ("é", None, -0.0, None)]
Row = tuple[object, ...]


def made(rows: list[Row], by: tuple[str, ...] = (), **options: object) -> dict[tuple[object, ...], Digest]:
    with duckdb.connect() as engine:
        engine.execute("CREATE TABLE shown (name VARCHAR, persons BIGINT, share DOUBLE, amount DECIMAL(18, 2))")
        for row in rows:
            engine.execute("INSERT INTO shown VALUES (?, ?, ?, ?)", list(row))
        return digests_of(engine, SHOWN, by, **options)  # type: ignore[arg-type]


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_the_digest_by_hand() -> None:
    """Rows sorted with blanks first: (blank, 1), (b, 2), (é, blank)."""
    cents = b"".join(value.to_bytes(16, "little", signed=True) for value in (-1, 125, 0))
    streams = {
        "name": (b"\0\1\1", struct.pack("<3q", 0, 1, 2), "bé".encode()),
        "persons": (b"\1\1\0", b"", struct.pack("<3q", 1, 2, 0)),
        "share": (b"\0\1\1", b"", struct.pack("<3d", 0.0, 0.5, -0.0)),
        "amount": (b"\1\1\0", b"", cents),
    }
    lines = "".join(f"{name} {' '.join(map(sha, parts))}\n" for name, parts in streams.items())
    assert made(ROWS) == {(): Digest(3, sha(lines.encode()))}


def test_order_and_batches_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    rows: list[Row] = [(f"n{number % 9}", number, number / 7, f"{number}.10") for number in range(500)]
    whole, groups = made(rows), made(rows, ("name",))
    monkeypatch.setattr("warehouse.digest._BATCH", 1)
    assert made(rows[::-1]) == whole
    assert made(rows[::-1], ("name",)) == groups


def test_a_group_has_the_digest_of_its_rows_alone() -> None:
    rows: list[Row] = [*ROWS, ("b", 3, 0.25, "2.00")]
    groups = made(rows, ("name",))
    assert set(groups) == {(None,), ("b",), ("é",)}
    for (name,), digest in groups.items():
        assert made([row for row in rows if row[0] == name]) == {(): digest}


@pytest.mark.parametrize(
    "other",
    [
        ("", 1, None, "-0.01"),
        (None, 0, None, "-0.01"),
        (None, 1, 0.0, "-0.01"),
        (None, 1, None, "0.01"),
        (None, 1, None, None),
        (None, 1, math.nan, "-0.01"),
    ],
)
def test_a_blank_is_no_zero_and_no_empty_text(other: Row) -> None:
    assert made([ROWS[0], other, ROWS[2]]) != made(list(ROWS))


@pytest.mark.parametrize("value", [0.0, math.nextafter(-0.0, 1), math.nextafter(-0.0, -1)])
def test_the_last_bit_of_a_float_counts(value: float) -> None:
    assert made([*ROWS[:2], ("é", None, value, None)]) != made(list(ROWS))


def test_texts_that_flow_together_are_told_apart() -> None:
    assert made([("ab", 1, None, None), ("c", 1, None, None)]) != made([("a", 1, None, None), ("bc", 1, None, None)])


def test_a_column_may_be_left_out() -> None:
    changed: list[Row] = [(row[0], 7, *row[2:]) for row in ROWS]
    assert made(changed, without=("persons",)) == made(list(ROWS), without=("persons",))
    assert made([]) == {}
