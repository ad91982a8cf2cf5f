"""Exact parsing of quantities, methods.md section 8: what is read, and what is refused with a reason."""

import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.units import Dimension, UnitError, number_readings, parse_quantity

MONEY, PERSONS, PERSON_TIMES, AREA, MASS = (
    Dimension.MONEY,
    Dimension.PERSONS,
    Dimension.PERSON_TIMES,
    Dimension.AREA,
    Dimension.MASS,
)


def wide(text: str) -> str:
    """The same text in the full-width forms of U+FF01 onwards."""
    return "".join(chr(ord(one) + 0xFEE0) for one in text)


@pytest.mark.parametrize(
    ("text", "dimension", "value", "unit", "original_unit"),
    [
        ("1234", MONEY, "1234", "yuan", ""),
        (wide("1234"), MONEY, "1234", "yuan", ""),  # full-width digits
        ("1,234.50元", MONEY, "1234.50", "yuan", "元"),
        (wide("1,234,567"), MONEY, "1234567", "yuan", ""),  # full-width digits and commas
        ("\u30002100 yuan ", MONEY, "2100", "yuan", "yuan"),  # ideographic space
        (wide("-5.25"), MONEY, "-5.25", "yuan", ""),
        ("+7", MONEY, "7", "yuan", ""),
        ("￥1,000", MONEY, "1000", "yuan", "¥"),
        ("12.5万元", MONEY, "125000", "yuan", "万元"),
        ("2.1亿元", MONEY, "210000000", "yuan", "亿元"),
        ("3千元", MONEY, "3000", "yuan", "千元"),
        ("0.5 million yuan", MONEY, "500000", "yuan", "million yuan"),
        ("2.1 hundred million yuan", MONEY, "210000000", "yuan", "hundred million yuan"),
        ("5万人次", PERSON_TIMES, "50000", "person_times", "万人次"),
        ("50,000 person-times", PERSON_TIMES, "50000", "person_times", "person-times"),
        ("3万人", PERSONS, "30000", "persons", "万人"),
        ("412户", Dimension.HOUSEHOLDS, "412", "households", "户"),
        ("28万亩", AREA, "280000", "mu", "万亩"),
        ("2公顷", AREA, "30", "mu", "公顷"),  # 1 mu = 1/15 ha
        ("2000㎡", AREA, "3", "mu", "平方米"),  # 1 mu = 10000/15 square metres
        ("1,000斤", MASS, "0.5", "tonnes", "斤"),  # 1 jin = 0.5 kg
        ("300公斤", MASS, "0.3", "tonnes", "公斤"),
        ("1.2万吨", MASS, "12000", "tonnes", "万吨"),
    ],
)
def test_quantities_come_out_in_base_units(text, dimension, value, unit, original_unit):
    found = parse_quantity(text, dimension)
    assert found.value == Decimal(value)
    assert (found.unit, found.original, found.original_unit, found.note) == (unit, text, original_unit, "")


@pytest.mark.parametrize(
    ("text", "value", "note"),
    [
        ("", None, "unknown"),
        (" \t\u3000", None, "unknown"),
        ("…", None, "below_smallest_unit"),
        ("……", None, "below_smallest_unit"),
        ("...", None, "below_smallest_unit"),
        ("#783.64", "783.64", "of_which"),
        (wide("#783.64"), "783.64", "of_which"),
        ("48.40*", "48.40", "footnote"),
        ("*48.40", "48.40", "footnote"),
        ("#12*", "12", "of_which, footnote"),
        ("#…", None, "below_smallest_unit, of_which"),
        ("*", None, "unknown, footnote"),
        ("0", "0", ""),
    ],
)
def test_yearbook_conventions(text, value, note):
    found = parse_quantity(text, MONEY)
    assert found.value == (None if value is None else Decimal(value))
    assert found.note == note
    assert found.original == text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2 1 100 million", "more than one number"),
        ("2.1 100 million", "more than one number"),
        ("1 234", "more than one number"),
        ("100-200", "more than one number"),
        ("2亿1000万", "more than one number"),
        ("1,23,4", "commas that do not part thousands"),
        ("12,34", "commas that do not part thousands"),
        ("1,2345", "commas that do not part thousands"),
        ("0,123", "commas that do not part thousands"),
        ("1.234.567", "not a number"),
        ("5.", "not a number"),
        (".5", "no plain number"),
        ("1e5", "an exponent"),
        ("NaN", "no plain number"),
        ("inf", "no plain number"),
        ("0x1F", "more than one number"),
        ("1_000", "more than one number"),
        ("--5", "no plain number"),
        ("(5)", "no plain number"),
        ("-", "a dash"),
        ("—", "a dash"),
        ("10²", "the character ²"),  # NFKC would make it 102
        ("½", "the character ½"),
        ("①", "the character ①"),
        ("٣", "the character ٣"),
        ("5%", "the unit '%'"),
        ("12 apples", "the unit 'apples'"),
        ("元", "no plain number"),
        ("$5", "the sign \\$"),
    ],
)
def test_doubtful_text_is_refused_with_a_reason(text, reason):
    with pytest.raises(UnitError, match=reason) as refusal:
        parse_quantity(text, MONEY)
    message = str(refusal.value)
    assert repr(text) in message
    assert "expected one number in yuan" in message


@pytest.mark.parametrize(
    ("text", "expected", "found"),
    [
        ("5万人", PERSON_TIMES, "persons"),
        ("5万人次", PERSONS, "person_times"),
        ("5万亩", MONEY, "mu"),
        ("5吨", AREA, "tonnes"),
        ("5 pesos", MONEY, "peso"),
    ],
)
def test_another_unit_than_the_columns_is_refused(text, expected, found):
    with pytest.raises(UnitError, match=f"found {found}"):
        parse_quantity(text, expected)


def test_persons_are_not_person_times():
    with pytest.raises(UnitError, match="ask the sender which was counted"):
        parse_quantity("5万人", PERSON_TIMES)


def test_the_column_unit_counts_where_the_text_names_none():
    assert parse_quantity("12.5", MONEY, unit="万元").value == 125000
    assert parse_quantity("12.5", MONEY, unit="万元").original_unit == "万元"
    assert parse_quantity("12.5万", MONEY, unit="元").value == 125000
    assert parse_quantity("12.5元", MONEY, unit="万元").value == Decimal("12.5")  # the text wins
    with pytest.raises(UnitError, match="once or twice"):
        parse_quantity("12.5万", MONEY, unit="万元")
    with pytest.raises(UnitError, match="column unit"):
        parse_quantity("12.5", MONEY, unit="bushels")


def test_other_currencies_keep_their_own_name():
    assert parse_quantity("$1,234.50", MONEY, currency="peso").unit == "peso"
    with pytest.raises(UnitError, match="found yuan"):
        parse_quantity("5元", MONEY, currency="peso")


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=6))
def test_reading_is_exact(number):
    assert parse_quantity(f"{number:f}", MONEY).value == number
    assert parse_quantity(f"{number:,f}", MONEY).value == number
    assert parse_quantity(f"{number:f}亩", AREA).value == number
    hectares = parse_quantity(f"{number:f}公顷", AREA).value
    assert hectares is not None
    assert Fraction(hectares) == Fraction(number) * 15


@given(st.text(max_size=12))
def test_any_text_is_read_or_refused(text):
    try:
        found = parse_quantity(text, MONEY)
    except UnitError:
        return
    assert found.value is None or found.value.is_finite()


def test_garbled_numbers_are_listed_with_what_each_assumes():
    steps = {one.value: one.steps for one in number_readings("2 1 100 million yuan")}
    assert steps[Decimal("210000000")] == ("a decimal point was lost",)  # 2.1 x 100 million
    assert steps[Decimal("2100")] == (
        "digits were parted by spaces",
        "'million' does not belong to the number",
    )
    assert Decimal("21100000000") in steps  # 21100 million


@pytest.mark.parametrize(
    ("text", "among"),
    [
        ("12,34", {"1234", "12.34"}),
        ("1,234", {"1234"}),
        ("-5 6", {"-56", "-5.6"}),
        ("3.5 万", {"35000", "3.5"}),
        ("no number", set()),
    ],
)
def test_readings_of_other_garbled_numbers(text, among):
    assert {one.value for one in number_readings(text)} == {Decimal(one) for one in among}


def test_import_brings_in_the_standard_library_only():
    listing = "import sys, indicators.units; print(*{'numpy', 'pandas', 'scipy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", listing], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
