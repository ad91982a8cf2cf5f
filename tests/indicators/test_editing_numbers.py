"""What a garbled figure may have meant: every reading of its digits and words of scale, with what it assumes."""

from decimal import Decimal

import pytest

from indicators.editing_numbers import number_readings


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
