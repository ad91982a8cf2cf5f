"""`warehouse.parsing` by type: one number grammar, exact to the cent, whole columns read as their texts one by one."""

import datetime as dt
import re
from decimal import ROUND_HALF_EVEN, Context, Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from warehouse.contracts.base import Column, ColumnType
from warehouse.parsing import MONEY, arrow_type, cents_from_money, money_from_cents, parse
from warehouse.periods import closing_month, is_month, read_period
from warehouse.units import UnitError, ordinary_width, parse_quantity

YUAN = "currency of the jurisdiction"
LARGEST = 9_000_000_000_000_000


def column(kind: ColumnType, unit: str | None = None) -> Column:
    return Column("x", kind, "", "", unit=unit)


def read(
    texts: list[str | None], kind: ColumnType, base_unit: str | None = None, unit: str | None = None
) -> list[object]:
    """Values; `?` where a text does not read, None where it is blank."""
    parsed = parse(pa.array(texts, pa.string()), column(kind, base_unit), unit)
    assert parsed.values.type == arrow_type(kind)
    assert not any(parsed.unreadable & np.asarray(parsed.values.is_valid()))
    values = zip(parsed.values.to_pylist(), parsed.unreadable.tolist(), strict=True)
    return ["?" if unreadable else value for value, unreadable in values]


GRAMMAR = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
WRITTEN = (
    "0|-0|+5|12.5|007|-3| 7 |1.0|10|999999|0.001|.5|5.|-.5|+.5|-|+|.|1e5|1E5|1e|e5|nan|inf|-inf|infinity|0x10|1_000|--1"
    "|+-1|1-|1.2.3|1 2|1,2|| |\t|１２|٣|१|²|½|true|1f|1d|1L|0b1|00|1\n|\u200b1|1\xa0"
)
NUMBERS = WRITTEN.split("|")


@pytest.mark.parametrize("kind", ["integer", "number", "money"])
def test_the_number_grammar(kind: ColumnType) -> None:
    for text, value in zip(NUMBERS, read(NUMBERS, kind), strict=True):
        trimmed = ordinary_width(text).strip()
        if not trimmed:
            assert value is None, text
        elif GRAMMAR.fullmatch(trimmed) is None:
            assert value == "?", text
        else:
            number, steps = Decimal(trimmed), {"integer": 1, "money": 100, "number": None}[kind]
            fits = steps is None or (number * steps) % 1 == 0
            assert (
                value == (pytest.approx(float(number), rel=1e-15) if kind == "number" else number) if fits else "?"
            ), text


def exact(text: str | None, kind: ColumnType, base_unit: str | None, unit: str | None, rounded: bool = False) -> object:
    """What the exact reader says of one text."""
    if text is None:
        return None
    try:
        value = parse_quantity(text, unit, base_unit).value
    except UnitError:
        return "?"
    if value is None:
        return None
    if kind == "number":
        return float(value) if abs(value) < Decimal("1.7e308") else "?"
    if rounded and kind == "money":
        value = value.quantize(Decimal("0.01"), ROUND_HALF_EVEN, Context(prec=999))
    numerator, denominator = value.as_integer_ratio()
    steps = numerator * (100 if kind == "money" else 1)
    if steps % denominator or abs(steps // denominator) > LARGEST:
        return "?"
    return Decimal(steps // denominator) / 100 if kind == "money" else steps // denominator


PLAIN = st.decimals(-(10**14), 10**14, allow_nan=False, allow_infinity=False, places=2).map(str)
LONG = st.from_regex(r"[+-]?[0-9]{1,22}(\.[0-9]{1,12})?", fullmatch=True)
SEPARATED = st.integers(-(10**12), 10**12).map("{:,}".format)
DIRTY = st.text(alphabet="0123456789.,-+ 元万人次eE１．", max_size=9)
SUFFIXES = ["元", "元元", "万元", " 元", "亿", "人", "人次", "万人次", "百元", "斤", "%", "米", "*", "²"]
UNITED = st.tuples(PLAIN, st.sampled_from(SUFFIXES)).map("".join)
TEXTS = st.one_of(st.none(), PLAIN, LONG, SEPARATED, DIRTY, UNITED)
#   type       base unit       the sender's unit
COLUMNS = (
    ("money", YUAN, None),
    ("money", YUAN, "万元"),
    ("money", YUAN, "角"),
    ("integer", "persons", None),
    ("integer", "person-times", "万人次"),
    ("number", "mu", None),
)


@settings(max_examples=250)
@given(texts=st.lists(TEXTS, max_size=30), case=st.sampled_from(COLUMNS), at=st.integers(0, 5), rounded=st.booleans())
@example(texts=["99999999999.0003", "1.00000001", "12.3400", "1.5000"], case=COLUMNS[0], at=0, rounded=False)
@example(texts=["0.1000001", "0.1000000"], case=COLUMNS[1], at=1, rounded=False)
@example(
    texts=["1元元", "元", "元元", "-元", "1.元", ".5元", "１元", "+1元", "1,2元", "1/2元", "1.005元", "1 元"],
    case=COLUMNS[0],
    at=0,
    rounded=False,
)
@example(
    texts=["0.285", "0.295", "-0.005", "1.0049999999999999999", "1.0050000000000000000000001", "2.675元", "7.5E1"],
    case=COLUMNS[0],
    at=0,
    rounded=True,
)
@example(texts=["0.0000005", "0.0000015", "-1.23456789"], case=COLUMNS[1], at=0, rounded=True)
@example(texts=["9" * 400, "0." + "0" * 90 + "1", "9007199254740993"], case=COLUMNS[3], at=0, rounded=False)
def test_reading_a_column_at_once_is_reading_each_text_exactly(
    texts: list[str | None], case: tuple[ColumnType, str, str | None], at: int, rounded: bool
) -> None:
    kind, base_unit, unit = case
    whole = pa.array(["x"] * at + texts + ["y"], pa.string())
    parsed = parse(whole.slice(at, len(texts)), column(kind, base_unit), unit, rounded)
    found = zip(parsed.values.to_pylist(), parsed.unreadable.tolist(), strict=True)
    wanted = [exact(text, kind, base_unit, unit, rounded) for text in texts]
    assert ["?" if unreadable else value for value, unreadable in found] == wanted


@settings(max_examples=200)
@given(cents=st.lists(st.integers(-LARGEST, LARGEST), max_size=20))
@example(cents=[LARGEST, -LARGEST, 0, 1, -1, 10**15 - 1])
def test_money_is_exact_to_the_cent(cents: list[int]) -> None:
    texts = [f"{'-' if c < 0 else ''}{abs(c) // 100}.{abs(c) % 100:02d}" for c in cents]
    parsed = parse(pa.array(texts, pa.string()), column("money", YUAN))
    assert cents_from_money(parsed.values).tolist() == cents
    assert parsed.values.to_pylist() == [Decimal(text) for text in texts]
    in_wan = [f"{'-' if c < 0 else ''}{abs(c) // 10**6}.{abs(c) % 10**6:06d}" for c in cents]
    assert (
        cents_from_money(parse(pa.array(in_wan, pa.string()), column("money", YUAN), "万元").values).tolist() == cents
    )


def test_money_from_cents_and_back_with_nulls_and_slices() -> None:
    cents = np.array([1, -250, LARGEST, 0], np.int64)
    money = money_from_cents(cents, np.array([False, False, False, True]))
    assert money.type == MONEY
    assert money.to_pylist() == [Decimal("0.01"), Decimal("-2.50"), Decimal("90000000000000.00"), None]
    assert cents_from_money(money.slice(1, 3)).tolist() == [-250, LARGEST, 0]
    assert cents_from_money(pa.chunked_array([money, money.slice(1, 1)])).tolist() == [1, -250, LARGEST, 0, -250]
    assert cents_from_money(pa.nulls(2, MONEY)).tolist() == [0, 0]
    assert cents_from_money(pa.array([], MONEY)).tolist() == []
    assert cents_from_money(pa.chunked_array([], MONEY)).tolist() == []


@pytest.mark.parametrize(
    ("kind", "good"),
    [
        ("integer", "12"),
        ("number", "1.5"),
        ("money", "1,234.5元"),
        ("code", " Ａ1"),
        ("identifier", "H1"),
        ("text", " x "),
        ("period", "2024年3月"),
        ("date", "2024/3/5"),
        ("boolean", "是"),
    ],
)
def test_arrays_of_every_shape(kind: ColumnType, good: str) -> None:
    wanted = column(kind, YUAN if kind == "money" else None)
    value = parse(pa.array([good]), wanted).values[0].as_py()
    assert value is not None
    texts = pa.array([None, good, "", good, None], pa.string())
    for array, expected in (
        (texts, [None, value, None, value, None]),
        (texts.slice(1, 3), [value, None, value]),
        (texts.slice(3), [value, None]),
        (texts.slice(2, 0), []),
        (pa.chunked_array([texts.slice(1, 2), texts.slice(3, 1)]), [value, None, value]),
        (pa.chunked_array([], pa.string()), []),
        (pa.array([], pa.string()), []),
        (pa.nulls(3, pa.string()), [None] * 3),
        (pa.nulls(3), [None] * 3),
        (pa.array(["", " ", "\u3000"]), [None] * 3),
        (texts.dictionary_encode(), [None, value, None, value, None]),
        (texts.cast(pa.large_string()), [None, value, None, value, None]),
    ):
        parsed = parse(array, wanted)
        assert parsed.values.to_pylist() == expected
        assert parsed.values.type == arrow_type(kind)
        assert parsed.unreadable.tolist() == [False] * len(expected)


def test_columns_that_are_typed_already_pass() -> None:
    money = pa.array([Decimal("1.50"), None], MONEY)
    assert parse(money, column("money", YUAN)).values.equals(money)
    assert parse(pa.array([dt.date(2024, 3, 5)]), column("date")).values.to_pylist() == [dt.date(2024, 3, 5)]


def test_units() -> None:
    assert read(["1", "2元", "3万元", "0.5亿"], "money", YUAN, "万元") == [10_000, 2, 30_000, "?"]  # 亿 or 亿万?
    assert read(["0.5亿", "2百万元", "¥5", "5*", "#5", "…"], "money", YUAN) == [50_000_000, 2_000_000, *"????"]
    assert read(["3人", "3人次", "3万人", "3户", "3亩"], "integer", "persons") == [3, "?", 30_000, "?", "?"]
    assert read(["3人", "3人次", "3万人次"], "integer", "person-times") == ["?", 3, 30_000]
    assert read(["2公顷", "2亩", "2吨", "1万亩"], "number", "mu") == [30.0, 2.0, "?", 10_000.0]
    assert read(["1斤", "1公斤", "1吨", "3元"], "number", "tonnes") == [0.0005, 0.001, 1.0, "?"]
    assert read(["10", "1.5"], "money", YUAN, "角") == [1, Decimal("0.15")]
    assert read(["12.3456", "12.34567"], "money", YUAN, "thousand pesos") == [Decimal("12345.60"), Decimal("12345.67")]


def test_codes_keep_what_they_mean() -> None:
    codes = [" A1\t", "Ａ１", "00", "０１", "a b", "1²", "6.4E+14", "6E+1", "E+14", "+86", "", "\u3000"]
    assert read(codes, "code") == ["A1", "A1", "00", "01", "a b", "1²", "?", "?", "E+14", "+86", None, None]
    assert read(["6.40323E+14", "64032300000001"], "identifier") == ["?", "64032300000001"]


def test_periods() -> None:
    texts = ["2024Q3", "2024-Q3", "2024年第三季度", "2024年3季度", "2024第1季度", "2024", "2024年", "2024Q5", "1824-03"]
    assert read(list(texts), "period") == [
        "2024-Q3",
        "2024-Q3",
        "2024-Q3",
        "2024-Q3",
        "2024-Q1",
        "2024",
        "2024",
        "?",
        "?",
    ]
    assert [closing_month(period) for period in ("2024-03", "2024-Q3", "2024")] == ["2024-03", "2024-09", "2024-12"]
    assert not is_month("0000-01")
    assert not is_month("２０２４-01")


@settings(max_examples=300)
@given(text=st.text(alphabet="0123456789 -/.年月季度第QSH一二三四上下半日", max_size=12))
def test_a_period_that_reads_is_one(text: str) -> None:
    period = read_period(text)
    assert period is None or (read_period(period) == period and is_month(closing_month(period)))


def test_booleans() -> None:
    assert read(["true", "FALSE", "1", "0", "是", "否", "", "yes"], "boolean") == [True, False] * 3 + [None, "?"]
