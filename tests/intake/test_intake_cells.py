"""What stands in the cells: every way of writing is read exactly, or its line is quarantined; nothing is guessed."""

import datetime as dt
from decimal import Decimal

import pytest
from intake_county import FUND_HEAD, MONTH, County, Judged, fund_row, funds, household_row, households

#   text                 yuan
AMOUNTS = (
    ("100.00", "100.00"),
    ("0", "0"),
    ("-5.5", "-5.50"),
    ("+7", "7.00"),
    ("007", "7.00"),
    (" 12.30 ", "12.30"),
    ("12.3400", "12.34"),
    ('"1,234.50"', "1234.50"),
    ('"1,234元"', "1234.00"),
    ('"1,234,567.89 元"', "1234567.89"),
    ("１２３４", "1234.00"),
    ("１，２３４．５０元", "1234.50"),
    ("－５", "-5.00"),
    ("−5", "-5.00"),
    ("1.2万元", "12000.00"),
    ("3万", "30000.00"),
    ("0.0001亿元", "10000.00"),
    ("9999999999999.99", "9999999999999.99"),
    ('"12,34"', None),
    ('"1234,567"', None),
    ('"0,123"', None),
    ('"1,234.567"', None),
    ("2 1 100 million", None),
    ("1e5", None),
    ("1E+05", None),
    ("nan", None),
    ("NaN", None),
    ("inf", None),
    ("-Infinity", None),
    ("0x10", None),
    ("1_000", None),
    ("--", None),
    ("-", None),
    ("…", None),
    ("—", None),
    (".5", None),
    ("-.5", None),
    ("5.", None),
    ("1.2.3", None),
    ("1-2", None),
    ("5-", None),
    ("1 234", None),
    ("1'234", None),
    ("¥100", None),
    ("(100)", None),
    ("100人", None),
    ("100*", None),
    ("100²", None),
    ("①", None),
    ("१२३", None),
    ("٣", None),
    ("一百", None),
    ("½", None),
    ("1.005", None),
    ("1.000000001", None),
    ("99999999999.0003", None),
    ("99999999999999999999", None),
    ("1" * 400, None),
    ("0." + "0" * 40 + "1", None),
    ("TRUE", None),
    ("#DIV/0!", None),
    ("待定", None),
)


def test_amounts(county: County) -> None:
    judged = county.judge_funds([fund_row(place, amount=text) for place, (text, _) in enumerate(AMOUNTS)])
    read = {row["row_number"]: row["amount"] for row in judged.accepted}
    for line, (text, yuan) in enumerate(AMOUNTS, 2):
        assert read.get(line) == (None if yuan is None else Decimal(yuan)), text
        assert judged.rules().get(line) == ({"readable"} if yuan is None else None), text


def test_amounts_in_ten_thousand_yuan(county: County) -> None:
    texts = {
        "1.234567": "12345.67",
        "0.000001": "0.01",
        '"1,000"': "10000000.00",
        "5元": "5.00",
        "2亿元": "200000000.00",
    }
    county.put(f"wan_{MONTH}.csv", funds(*(fund_row(n, amount=text) for n, text in enumerate([*texts, "0.0000001"]))))
    judged = county.judge(f"wan_{MONTH}.csv")
    assert [row["amount"] for row in judged.accepted] == [Decimal(yuan) for yuan in texts.values()]
    assert judged.rules() == {7: {"readable"}}


def test_amounts_beyond_what_is_possible(county: County) -> None:
    judged = county.judge_funds([fund_row(1, amount="10000000000000.01"), fund_row(2, amount="-20000000000000")])
    assert judged.rules() == {2: {"within_bounds"}, 3: {"within_bounds", "negative_is_correction"}}
    assert judged.found(2, "within_bounds") == {"amount": {"column": "金额", "text": "10000000000000.01"}}


#   text                        day
DAYS = (
    ("2024-03-05", 5),
    ("2024-3-5", 5),
    ("2024/3/5", 5),
    ("2024.03.05", 5),
    ("20240305", 5),
    ("2024年3月5日", 5),
    ("2024年03月05", 5),
    ("２０２４年３月５日", 5),
    (" 2024-03-05 ", 5),
    ("2024-03-05 00:00:00", 5),
    ("2024-03-05T10:30", 5),
    ("2024-02-30", None),
    ("2024-13-01", None),
    ("2024-03-00", None),
    ("2024-03", None),
    ("45356", None),
    ("45356.5", None),
    ("05/03/2024", None),
    ("24-03-05", None),
    ("2024-03/05", None),
    ("2024-03-05 至 2024-03-09", None),
    ("3月5日", None),
    ("今日", None),
)


def test_days(county: County) -> None:
    judged = county.judge_funds([fund_row(place, booked_on=text) for place, (text, _) in enumerate(DAYS)])
    read = {row["row_number"]: row["booked_on"] for row in judged.accepted}
    for line, (text, day) in enumerate(DAYS, 2):
        assert read.get(line) == (None if day is None else dt.date(2024, 3, day)), text
        assert judged.rules().get(line) == ({"readable"} if day is None else None), text


#   text                 period
PERIODS = (
    ("2024-03", "2024-03"),
    ("2024-3", "2024-03"),
    ("2024/03", "2024-03"),
    ("2024.03", "2024-03"),
    ("2024.3", "2024-03"),
    ("202403", "2024-03"),
    ("2024年3月", "2024-03"),
    ("2024 年 3 月", "2024-03"),
    ("２０２４年０３月", "2024-03"),
    ("2024-03-01", "2024-03"),
    ("2024.1", None),
    ("2024-13", None),
    ("2024-00", None),
    ("0000-03", None),
    ("20243", None),
    ("3月", None),
    ("2024-03-05", None),
    ("45352", None),
)


def test_periods(county: County) -> None:
    rows = [f"{fund_row(place)},{text}" for place, (text, _) in enumerate(PERIODS)]
    county.put(f"dated_{MONTH}.csv", funds(*rows, head=f"{FUND_HEAD},月份"))
    judged = county.judge(f"dated_{MONTH}.csv")
    read = {row["row_number"]: row["time_period"] for row in judged.accepted}
    for line, (text, period) in enumerate(PERIODS, 2):
        assert read.get(line) == period, text
        assert judged.rules().get(line) == ({"readable"} if period is None else None), text


#   column              text               stored          rules broken
CODES = (
    ("area_code", " A1 ", "A1", set()),
    ("area_code", "Ａ１", "A1", set()),
    ("area_code", "A0", None, {"area_valid"}),
    ("area_code", "A9", None, {"area_valid"}),
    ("area_code", "Z9", None, {"area_known"}),
    ("area_code", "a1", None, {"area_known"}),
    ("area_code", "A 1", None, {"area_known"}),
    ("area_code", "A1²", None, {"area_known"}),
    ("area_code", "", None, {"required"}),
    ("area_code", "　", None, {"required"}),
    ("station", "拨付", "release", set()),
    ("station", " 拨付", "release", set()),
    ("station", "转账", None, {"code_known"}),
    ("purpose", "", None, {"required"}),
    ("project_id", "００１２", "0012", set()),
    ("project_id", "0012", "0012", set()),
    ("project_id", "", "", set()),
    ("project_id", "6.40323E+14", None, {"readable"}),
    ("project_id", "E+14", "E+14", set()),
    ("transaction_id", "2024E+", "2024E+", set()),
    ("amount", "", None, {"required"}),
    ("amount", "   ", None, {"required"}),
    ("booked_on", "", None, {"required"}),
)


def test_codes(county: County) -> None:
    judged = county.judge_funds([fund_row(n, **{column: text}) for n, (column, text, *_) in enumerate(CODES)])
    read = {row["row_number"]: row for row in judged.accepted}
    for line, (column, text, stored, rules) in enumerate(CODES, 2):
        assert judged.rules().get(line, set()) == rules, (column, text)
        if not rules:
            assert read[line][column] == (stored or None), (column, text)


def judge_homes(county: County, *rows: str) -> Judged:
    county.put(f"homes_a_{MONTH}.csv", households(*rows))
    return county.judge(f"homes_a_{MONTH}.csv")


@pytest.mark.parametrize(
    ("column", "text", "rule"),
    [
        ("persons", "-3", "within_bounds"),
        ("persons", "0", "within_bounds"),
        ("persons", "61", "within_bounds"),
        ("persons", "3.5", "readable"),
        ("persons", "3人次", "readable"),
        ("persons", "3户", "readable"),
        ("persons", "", "required"),
        ("weight", "0", "within_bounds"),
        ("weight", "-1", "within_bounds"),
        ("weight", "1" * 400, "readable"),
        ("household_id", "", "required"),
        ("psu", " ", "required"),
        ("net_income", "", "required"),
        ("net_income", "100.02", None),
        ("net_income", "101", "balance"),
        ("area_type", "牧区", "code_known"),
    ],
)
def test_households(county: County, column: str, text: str, rule: str | None) -> None:
    judged = judge_homes(county, household_row("H1"), household_row("H2", **{column: text}))
    assert judged.rules() == ({3: {rule}} if rule else {})


@pytest.mark.parametrize(("text", "persons"), [("3.0", 3), ("3人", 3), ("３", 3), (" 3 ", 3), ("0.0003万人", 3)])
def test_persons_written_in_other_ways(county: County, text: str, persons: int) -> None:
    assert judge_homes(county, household_row("H1", persons=text)).accepted[0]["persons"] == persons


def test_same_household_twice_in_a_file_and_across_files(county: County) -> None:
    county.put(f"homes_a_{MONTH}.csv", households(*map(household_row, ("H1", "H2", " H2", "H3", "Ｈ４"))))
    county.put(f"homes_b_{MONTH}.csv", households(*(household_row(h, psu="V2") for h in ("H3", "H4", "H5"))))
    judged = county.judge(f"homes_a_{MONTH}.csv", f"homes_b_{MONTH}.csv")
    broken = [(row["original_name"], row["row_number"], row["rule_ids"]) for row in judged.quarantined]
    prefix = "household_income.duplicate"
    assert sorted(broken) == [
        (f"homes_a_{MONTH}.csv", 3, f"{prefix}_in_file"),
        (f"homes_a_{MONTH}.csv", 4, f"{prefix}_in_file"),
        (f"homes_a_{MONTH}.csv", 5, f"{prefix}_across_files"),
        (f"homes_a_{MONTH}.csv", 6, f"{prefix}_across_files"),
        (f"homes_b_{MONTH}.csv", 2, f"{prefix}_across_files"),
        (f"homes_b_{MONTH}.csv", 3, f"{prefix}_across_files"),
    ]
    assert len(judged.accepted) == 2


def test_quarantine_shows_pseudonyms(county: County) -> None:
    judged = judge_homes(county, household_row("64032319", persons=-1, head="马福贵"), household_row("64032320"))
    raw = judged.raw(2)
    assert len(raw["户号"] or "") == len(raw["户主"] or "") == 32
    assert raw["人口"] == "-1"
    other = judge_homes(county, household_row("64032319")).accepted[0]["household_id"]
    assert raw["户号"] == other
