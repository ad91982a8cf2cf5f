"""Exact parsing of quantities, methods.md section 8: what is read, and what is refused with a reason."""

import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.units import SCALES, UNITS, UnitError, factor, parse_quantity

CURRENCY = "currency of the jurisdiction"


def wide(text: str) -> str:
    """The same text in the full-width forms of U+FF01 onwards."""
    return "".join(chr(ord(one) + 0xFEE0) for one in text)


@pytest.mark.parametrize(
    ("text", "base_unit", "value", "original_unit"),
    [
        ("1234", "yuan", "1234", ""),
        (wide("1234"), "yuan", "1234", ""),  # full-width digits
        ("1,234.50元", "yuan", "1234.50", "元"),
        (wide("1,234,567"), "yuan", "1234567", ""),  # full-width digits and commas
        ("\u30002100 yuan ", "yuan", "2100", "yuan"),  # ideographic space
        (wide("-5.25"), "yuan", "-5.25", ""),
        ("+7", "yuan", "7", ""),
        ("￥1,000", "yuan", "1000", "¥"),
        ("12.5万元", "yuan", "125000", "万元"),
        ("2.1亿元", "yuan", "210000000", "亿元"),
        ("3千元", "yuan", "3000", "千元"),
        ("0.5 million yuan", "yuan", "500000", "million yuan"),
        ("2.1 hundred million yuan", "yuan", "210000000", "hundred million yuan"),
        ("5万人次", "person-times", "50000", "万人次"),
        ("50,000 person-times", "person-times", "50000", "person-times"),
        ("3万人", "persons", "30000", "万人"),
        ("412户", "households", "412", "户"),
        ("28万亩", "mu", "280000", "万亩"),
        ("2公顷", "mu", "30", "公顷"),  # 1 mu = 1/15 ha
        ("2000㎡", "mu", "3", "平方米"),  # 1 mu = 10000/15 square metres
        ("1,000斤", "tonnes", "0.5", "斤"),  # 1 jin = 0.5 kg
        ("300公斤", "tonnes", "0.3", "公斤"),
        ("1.2万吨", "tonnes", "12000", "万吨"),
        ("3百万元", "yuan", "3000000", "百万元"),
        ("2十万亩", "mu", "200000", "十万亩"),
        ("2平方公里", "mu", "3000", "平方公里"),
        ("15角", "yuan", "1.5", "角"),
        ("5%", "0-1", "0.05", "%"),
        ("−5.25", "yuan", "-5.25", ""),  # the minus sign U+2212
        ("3 pesos", CURRENCY, "3", "pesos"),  # whichever currency the place has
    ],
)
def test_quantities_come_out_in_base_units(text, base_unit, value, original_unit):
    found = parse_quantity(text, base_unit=base_unit)
    assert found.value == Decimal(value)
    assert (found.unit, found.original, found.original_unit, found.note) == (base_unit, text, original_unit, "")


def test_without_a_base_unit_any_dimension_is_read_and_named():
    assert [parse_quantity(text).unit for text in ("12", "3公顷", "5%")] == ["", "mu", "0-1"]
    assert parse_quantity("2", unit="万人").unit == "persons"


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
    found = parse_quantity(text, base_unit="yuan", conventions=True)
    assert found.value == (None if value is None else Decimal(value))
    assert found.note == note
    assert found.original == text
    if note not in ("", "unknown"):  # nobody said that the text is a yearbook's
        with pytest.raises(UnitError, match=r"found (dots|a mark \(# or \*\)) in"):
            parse_quantity(text, base_unit="yuan")


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
        ("..", "no plain number"),
        ("⁻5", "no plain number"),  # a raised minus
        ("5 10,000 yuan", "more than one number"),  # 10,000 yuan is the unit of columns only
        ("7" * 300, "300 digits"),
    ],
)
def test_doubtful_text_is_refused_with_a_reason(text, reason):
    with pytest.raises(UnitError, match=reason) as refusal:
        parse_quantity(text, base_unit="yuan")
    message = str(refusal.value)
    assert repr(text[:80]) in message
    assert "expected one number in yuan" in message


@pytest.mark.parametrize(
    ("text", "expected", "found"),
    [
        ("5万人", "person-times", "persons"),
        ("5万人次", "persons", "person-times"),
        ("5万亩", "yuan", "mu"),
        ("5吨", "mu", "tonnes"),
        ("5 pesos", "yuan", "peso"),
        ("5亩", CURRENCY, "mu"),
        ("102.3%", "index, base = 100", "0-1"),  # not 1.023
        ("5元", "rows", "yuan"),
    ],
)
def test_another_unit_than_the_columns_is_refused(text, expected, found):
    with pytest.raises(UnitError, match=rf"found the unit '.+' \({found}\)"):
        parse_quantity(text, base_unit=expected)


def test_persons_are_not_person_times():
    with pytest.raises(UnitError, match="ask the sender which was counted"):
        parse_quantity("5万人", base_unit="person-times")


def test_the_column_unit_counts_where_the_text_names_none():
    assert parse_quantity("12.5", base_unit="yuan", unit="万元").value == 125000
    assert parse_quantity("12.5", base_unit="yuan", unit="万元").original_unit == "万元"
    assert parse_quantity("12.5万", base_unit="yuan", unit="元").value == 125000
    assert parse_quantity("12.5元", base_unit="yuan", unit="万元").value == Decimal("12.5")  # the text wins
    with pytest.raises(UnitError, match="once or twice"):
        parse_quantity("12.5万", base_unit="yuan", unit="万元")
    assert parse_quantity("2万", base_unit="mu", unit="公顷").value == 300_000
    assert parse_quantity("3", base_unit="persons", unit="万").value == 30_000
    with pytest.raises(UnitError, match="column unit"):
        parse_quantity("12.5", base_unit="yuan", unit="bushels")


def test_a_column_unit_is_known_and_of_the_right_dimension():
    assert factor(None, "persons") == 1
    assert factor("10,000 yuan", CURRENCY) == 10_000
    with pytest.raises(UnitError, match=r"the column unit '人次' \(person-times\); .* persons; one person may travel"):
        factor("人次", "persons")
    with pytest.raises(UnitError, match=r"the column unit '里', which is not known; .* mu; use one of 亩, 公顷,"):
        factor("里", "mu")


@pytest.mark.parametrize("unit", UNITS)
def test_every_unit_is_read_with_every_scale(unit):
    for name, scale in SCALES.items():
        for written in {f"{name}{unit}", f"{name} {unit}"}:
            assert factor(written, None) == scale * UNITS[unit].factor
            if not name[:1].isdigit():
                assert parse_quantity(f"3{written}").value == 3 * scale * UNITS[unit].factor


def test_other_currencies_keep_their_own_name():
    assert parse_quantity("$1,234.50", base_unit="peso").unit == "peso"
    with pytest.raises(UnitError, match=r"found the unit '元' \(yuan\)"):
        parse_quantity("5元", base_unit="peso")
    for base_unit in (CURRENCY, None):
        with pytest.raises(UnitError, match=r"the sign \$ in .*say which currency"):
            parse_quantity("$5", base_unit=base_unit)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=6))
def test_reading_is_exact(number):
    assert parse_quantity(f"{number:f}", base_unit="yuan").value == number
    assert parse_quantity(f"{number:,f}", base_unit="yuan").value == number
    assert parse_quantity(f"{number:f}亩", base_unit="mu").value == number
    hectares = parse_quantity(f"{number:f}公顷", base_unit="mu").value
    assert hectares is not None
    assert Fraction(hectares) == Fraction(number) * 15


@given(st.text(max_size=12))
def test_any_text_is_read_or_refused(text):
    try:
        found = parse_quantity(text, base_unit="yuan")
    except UnitError:
        return
    assert found.value is None or found.value.is_finite()


def test_import_brings_in_the_standard_library_only():
    listing = """
import sys
before = set(sys.modules)
import warehouse.units
new = set(sys.modules) - before
print(*sorted(name for name in new if name.partition(".")[0] not in sys.stdlib_module_names))
"""
    done = subprocess.run([sys.executable, "-c", listing], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["warehouse", "warehouse.units"]
