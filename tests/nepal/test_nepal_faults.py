"""Hand-made reports of Nepal, each with one fault: which record is damaged or refused, and why."""

from functools import partial

import judged_month
import pytest

import jurisdictions
from assets.intake.records import Records
from assets.intake.refusal import Refusal
from assets.intake.senders import read_records

judge_month = partial(judged_month.judge_month, "nepal")
LAYOUTS = {layout.id: layout for layout in jurisdictions.load("nepal").layouts}

REPORT = """\
,,Countrywise Labour Approval for Bhadra 2079 (2022-08-17 to 2022-09-16),,,,,,,,,,,,
,,Recruiting Agency,,,Individual-New,,,Individual-ReEntry,,,Total with ReEntry,,,Total without ReEntry,,
S.N.,Country,Male,Female,Total,Male,Female,Total,Male,Female,Total,Male,Female,Total,Male,Female,Total
1,Qatar,10,2,12,3,1,4,5,0,5,18,3,21,13,3,16
2,Combodia,1,0,1,0,2,2,0,0,0,1,2,3,1,2,3
,Grand Total,11,2,13,3,3,6,5,0,5,19,5,24,14,5,19

,,Districtwise Labour Approval for Bhadra 2079 (2022-08-17 to 2022-09-16),,,,,,,,,,,,
,,Recruiting Agency,,,Individual-New,,,Individual-ReEntry,,,Total with ReEntry,,,Total without ReEntry,,
S.N.,Country,Male,Female,Total,Male,Female,Total,Male,Female,Total,Male,Female,Total,Male,Female,Total
1,ACHHAM,11,2,13,3,3,6,5,0,5,19,5,24,14,5,19
,Grand Total,11,2,13,3,3,6,5,0,5,19,5,24,14,5,19
Government of Nepal,,,
Report on Prepermission List from 2022-05-15 to 2022-06-14,,,
S.N,Country,Lot No,Male,Female,Total
1,Bahrain,265615,0,3,3
"""

TIDY_HEAD = "bs_year,bs_month,bs_month_name,greg_start,greg_end,country_as_printed,channel,male,female,total\n"
BHADRA = "2079,5,Bhadra,2022-08-17,2022-09-16"


def _report(text: str = REPORT, name: str = "bhadra-2079.csv") -> Records:
    return read_records(text.encode(), name, LAYOUTS["nepal_monthly_report"], {})


def _country_table(text: str, name: str = "bhadra-2079.csv") -> Records:
    return read_records(text.encode(), name, LAYOUTS["nepal_country_table"], {})


def _tidy(*lines: str) -> Records:
    text = TIDY_HEAD + "".join(f"{line}\n" for line in lines)
    return read_records(text.encode(), "permits_by_country.csv", LAYOUTS["nepal_permits_by_country"], {})


def _damage(records: Records) -> list[tuple[int, str]]:
    """(line, reason) of the damaged records, each once."""
    pairs = zip(records.row_number.to_pylist(), records.damage.to_pylist(), strict=True)
    return sorted({(line, reason) for line, reason in pairs if reason})


def _persons(records: Records, place: str) -> dict[tuple[str, str], str]:
    return {
        (row["channel"], row["sex"]): row["persons"]
        for row in records.columns.to_pylist()
        if place in (row["destination_name"], row["origin_name"])
    }


def test_report_holds_two_tables_and_nothing_of_the_others() -> None:
    records = _report()
    assert _damage(records) == []
    assert records.series.to_pylist() == ["permits_by_country"] * 12 + ["permits_by_district"] * 6
    row = records.columns.to_pylist()[6]
    assert (row["area_code"], row["destination_code"], row["destination_name"]) == ("NP", "KH", "Combodia")
    assert (row["time_period"], row["period_start"], row["period_end"]) == (
        "2022-08",
        "2022-08-17",
        "2022-09-16",
    )
    district = records.columns.to_pylist()[12]
    assert (district["area_code"], district["origin_name"], district["destination_code"]) == (
        "NP-ACH",
        "ACHHAM",
        "_T",
    )


def test_channels_over_shifted_cells_are_matched_in_reading_order() -> None:
    table = """\
,Recruiting Agency,,,Individual-New,,,,G-to-G,,Total with ReEntry,,
Country,Male,Female,Total,Male,Female,Total,Male,FemaleTotal,,Male,Female Total,
Qatar,1,0,1,2,0,2,4,3,7,7,3,10
Total,1,0,1,2,0,2,4,3,7,7,3,10
"""
    records = _country_table(table)
    assert _damage(records) == []
    assert _persons(records, "Qatar") == {
        ("recruiting_agency", "M"): "1",
        ("recruiting_agency", "F"): "0",
        ("individual_new", "M"): "2",
        ("individual_new", "F"): "0",
        ("government_to_government", "M"): "4",
        ("government_to_government", "F"): "3",
    }


def test_counts_that_share_a_cell_are_told_apart() -> None:
    merged = REPORT.replace("1,Qatar,10,2,12,3,1,4,5,0,5,", "1,Qatar,10,2 12,,3,1,4 5,,0,5,")
    assert _damage(_report(merged)) == []
    assert _persons(_report(merged), "Qatar") == _persons(_report(), "Qatar")


def test_printed_total_off_by_one_is_a_damaged_record_of_its_own_line() -> None:
    assert _damage(
        _report(
            REPORT.replace("Total,11,2,13,3,3,6,5,0,5,19,5,24,14,5,19", "Total,11,3,14,3,3,6,5,0,5,19,6,25,14,6,20", 1)
        )
    ) == [
        (
            6,
            "the printed total contradicts its 2 lines: "
            "Recruiting Agency, female: printed 3, the lines add to 2; "
            "Recruiting Agency, total: printed 14, the lines add to 13; "
            "Total with ReEntry, female: printed 6, the lines add to 5; "
            "Total with ReEntry, total: printed 25, the lines add to 24; "
            "Total without ReEntry, female: printed 6, the lines add to 5; "
            "Total without ReEntry, total: printed 20, the lines add to 19",
        )
    ]


def test_male_and_female_that_miss_their_total_damage_the_line() -> None:
    broken = _damage(_report(REPORT.replace("1,Qatar,10,2,12,", "1,Qatar,10,2,13,")))
    assert broken == [
        (
            4,
            "Recruiting Agency: male 10 + female 2 = 12, printed total 13; "
            "Total with ReEntry, total: the channels add to 22, printed 21; "
            "Total without ReEntry, total: the channels add to 17, printed 16",
        ),
        (
            6,
            "the printed total contradicts its 2 lines: Recruiting Agency, total: printed 13, the lines add to 14",
        ),
    ]


def test_channels_that_miss_the_printed_total_damage_the_line() -> None:
    broken = _damage(
        _report(REPORT.replace("1,ACHHAM,11,2,13,3,3,6,5,0,5,19,5,24", "1,ACHHAM,11,2,13,3,3,6,5,0,5,20,5,25"))
    )
    assert broken[0] == (
        11,
        "Total with ReEntry, male: the channels add to 19, printed 20; "
        "Total with ReEntry, total: the channels add to 24, printed 25",
    )


def test_line_without_its_counts_is_a_record() -> None:
    broken = _damage(_report(REPORT.replace("2,Combodia,1,0,1,0,2,2,0,0,0,1,2,3,1,2,3", "2,Combodia,,,,,,,,,,,,,,,")))
    assert broken == [(5, "0 counts in the line, 15 in the head: they cannot be told apart")]


def test_table_that_breaks_off_is_damaged_as_a_whole() -> None:
    cut = REPORT.replace(",Grand Total,11,2,13,3,3,6,5,0,5,19,5,24,14,5,19\n", "", 1)
    reason = "the table breaks off after Combodia: its printed total is missing, and lines with it"
    assert _damage(_report(cut)) == [(4, reason), (5, reason)]


def test_report_without_a_whole_table_is_refused() -> None:
    cut = REPORT.replace(",Grand Total,11,2,13,3,3,6,5,0,5,19,5,24,14,5,19\n", "")
    with pytest.raises(Refusal, match="the table breaks off after ACHHAM"):
        _report(cut)
    with pytest.raises(Refusal, match="found: no line of channels above a line of male, female, total"):
        _report("Countrywise Labour Approval for Bhadra 2079,,\n1,Qatar,3\n")


def test_report_without_its_district_table_says_so() -> None:
    records = _report(REPORT.split("\n\n")[0] + "\n")
    assert _damage(records) == [(1, "the report lacks the table by district")]
    assert records.series.to_pylist()[-1] == "permits_by_district"


def test_control_character_or_lost_quotation_mark_damages_its_line() -> None:
    broken = _damage(_report(REPORT.replace("2,Combodia", "2,Com\0bodia").replace("1,ACHHAM", '1,"ACHHAM')))
    assert broken[0] == (5, "a control character (such as NUL) stands in the line")
    assert broken[-1][0] == 11


def test_head_with_other_groups_than_channels_is_refused() -> None:
    with pytest.raises(Refusal, match="the head has 2 channels over 1 groups of male, female, total"):
        _country_table("""\
,Recruiting Agency,,,Individual-New,,
Country,Male,Female,Total
Qatar,1,0,1
Total,1,0,1
""")


@pytest.mark.parametrize("name", ["monsoon-2079.csv", "bhadra-2085.csv", "2079-05.csv"])
def test_month_that_is_not_known_refuses_the_file(name: str) -> None:
    with pytest.raises(Refusal, match=f"tells no month of the Bikram Sambat calendar; found: {name}"):
        _report(name=name)


def test_whole_report_of_another_month_than_its_name_is_refused() -> None:
    with pytest.raises(Refusal, match=r"the title says Bhadra 2079 .*, the file name Jestha 2079"):
        _report(name="jestha-2079.csv")


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("Jestha 2079", "the title says Jestha 2079, the file name Bhadra 2079 (2022-08-17 to 2022-09-16)"),
        ("2079 Jestha", "the title says 2079 Jestha, the file name Bhadra 2079 (2022-08-17 to 2022-09-16)"),
        ("Bhadra 2080", "the title says Bhadra 2080, the file name Bhadra 2079 (2022-08-17 to 2022-09-16)"),
        (
            "Bhadra 2079 (2022-05-15 to 2022-06-14)",
            "the title says Bhadra 2079 (2022-05-15 to 2022-06-14), "
            "the file name Bhadra 2079 (2022-08-17 to 2022-09-16)",
        ),
    ],
)
def test_title_of_another_month_than_the_file_name_damages_its_table(title: str, reason: str) -> None:
    report = REPORT.replace("Bhadra 2079 (2022-08-17 to 2022-09-16)", title, 1)
    assert _damage(_report(report)) == [(4, reason), (5, reason)]


@pytest.mark.parametrize(
    ("wrong", "line", "rule"),
    [
        (("1,Qatar,", "1,Atlantis,"), 4, "nepal.destination_known"),
        (("1,ACHHAM,", "1,ATLANTIS,"), 11, "labour_export.area_known"),
        (("1,ACHHAM,", "1,NAWALPARASI,"), 11, "labour_export.area_valid"),
        (("Individual-New", "Individual-Seasonal"), 4, "labour_export.code_known"),
        (
            ("2,Combodia,1,0,1,0,2,2,0,0,0,1,2,3,1,2,3\n", "2,Qatar,1,0,1,0,2,2,0,0,0,1,2,3,1,2,3\n"),
            4,
            "labour_export.duplicate",
        ),
    ],
)
def test_what_is_not_known_is_kept_and_refused(wrong: tuple[str, str], line: int, rule: str) -> None:
    rows, verdict = judge_month([_report(REPORT.replace(*wrong, 1))], "2022-08")
    refused = {
        (rows["row_number"][ordinal].as_py(), broken.id)
        for ordinal, rules in verdict.broken.items()
        for broken in rules
    }
    assert (line, rule) in refused
    assert {broken for _, broken in refused} == {rule}


def test_tables_that_disagree_are_reported_by_channel() -> None:
    moved = REPORT.replace(
        "1,ACHHAM,11,2,13,3,3,6,5,0,5,19,5,24,14,5,19\n,Grand Total,11,2,13,3,3,6,",
        "1,ACHHAM,12,2,14,2,3,5,5,0,5,19,5,24,14,5,19\n,Grand Total,12,2,14,2,3,5,",
    )
    _, verdict = judge_month([_report(moved)], "2022-08")
    assert verdict.accepted.all()
    [result] = [result for result in verdict.results if result.rule.id == "nepal.country_equals_district"]
    assert (result.outcome, result.rows_examined, result.rows_failed) == ("fail", 3, 2)
    assert result.examples == (
        "2022-08 individual_new: male 3 by country, 2 by district; female 3 by country, 3 by district",
        "2022-08 recruiting_agency: male 11 by country, 12 by district; female 2 by country, 2 by district",
    )


def test_lost_district_is_reported() -> None:
    _, verdict = judge_month([_report()], "2022-08")
    [result] = [result for result in verdict.results if result.rule.id == "nepal.every_district"]
    assert (result.rows_examined, result.rows_failed) == (77, 76)
    assert result.examples[0].startswith("no line of NP-")


def test_one_table_alone_is_not_compared() -> None:
    _, verdict = judge_month([_tidy(f"{BHADRA},Qatar,g_to_g,1,0,1")], "2022-08")
    outcomes = {result.rule.id: result.outcome for result in verdict.results}
    assert outcomes["nepal.country_equals_district"] == "not_evaluated"
    assert outcomes["nepal.every_district"] == "not_evaluated"


def test_tidy_lines_of_a_place_are_held_against_its_total() -> None:
    sound = [f"{BHADRA},Qatar,recruiting_agency,10,2,12", f"{BHADRA},Qatar,individual_reentry,5,0,5"]
    assert _damage(_tidy(*sound, f"{BHADRA},Qatar,total_with_reentry,15,2,17")) == []
    reason = "total_with_reentry, male: the channels add to 15, printed 16"
    assert _damage(_tidy(*sound, f"{BHADRA},Qatar,total_with_reentry,16,2,18"))[0] == (
        2,
        f"{reason}; total_with_reentry, total: the channels add to 17, printed 18",
    )
    assert _damage(_tidy(*sound, f"{BHADRA},Qatar,total_without_reentry,10,2,12")) == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (
            "2079,5,Bhadra,2022-05-15,2022-06-14,Qatar,g_to_g,1,0,1",
            "greg_start and greg_end say 2022-05-15 to 2022-06-14, Bhadra 2079 runs from 2022-08-17 to 2022-09-16",
        ),
        (
            "2079,5,Jestha,2022-08-17,2022-09-16,Qatar,g_to_g,1,0,1",
            "bs_month_name says Jestha, bs_month Bhadra 2079",
        ),
        (f"{BHADRA},Qatar,g_to_g,1,0,2", "g_to_g: male 1 + female 0 = 1, printed total 2"),
    ],
)
def test_tidy_line_that_contradicts_itself_is_damaged(line: str, reason: str) -> None:
    assert _damage(_tidy(line)) == [(2, reason)]


def test_tidy_count_that_is_no_number_is_refused_by_the_contract() -> None:
    rows, verdict = judge_month([_tidy(f"{BHADRA},Qatar,g_to_g,x,0,1")], "2022-08")
    assert [[rule.id for rule in rules] for rules in verdict.broken.values()] == [["labour_export.readable"]]
    assert rows["sex"].to_pylist() == ["M", "F"]
    assert verdict.accepted.tolist() == [False, True]


def test_file_of_the_name_without_the_tables_is_refused() -> None:
    with pytest.raises(Refusal, match="title of the file is not that of its layout"):
        _report("a,b,c\n1,2,3\n")
