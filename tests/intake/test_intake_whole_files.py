"""Files that cannot be taken at all: each is refused with what was found, what was expected and what to do."""

import os
from pathlib import Path

import pytest
from intake_county import FUND_HEAD, MONTH, County, fund_row, funds, household_row, households

from assets.intake.refusal import Refusal
from assets.intake.taking import receive, revision, unarchived

LEDGER = f"funds_{MONTH}.csv"
SOUND = funds(fund_row())
WIDE = funds(fund_row() + "," * 300, head=FUND_HEAD + "".join(f",column_{number}" for number in range(300)))


def spread(text: str, delimiter: str) -> str:
    return text.replace(",", delimiter)


#   file name                     content                                 what the reason says
REFUSED = (
    (LEDGER, b"", ("the file is empty", "to do: ask the sender")),
    (LEDGER, b" \r\n\t\n  \n", ("the file is empty",)),
    (LEDGER, b"\xef\xbb\xbf\r\n", ("the file is empty",)),
    (LEDGER, bytes(5000), ("the file is empty",)),
    (LEDGER, f"{FUND_HEAD}\n", ("has a head and no row", "to do: ask the sender for the file with its rows")),
    (LEDGER, f"{FUND_HEAD}", ("has a head and no row",)),
    (LEDGER, f"{FUND_HEAD}\n\n ,,\n,,,,,,,,\n", ("has a head and no row",)),
    (f"totals_{MONTH}.csv", funds(fund_row(transaction_id="合计")), ("no record is left of the file",)),
    (LEDGER, fund_row(), ("no head with the columns", "expected: the columns 编号, 环节", "to do: ")),
    (LEDGER, SOUND.replace("金额", "数额"), ("no head", "(line 1)", "found: '编号, 环节", "also the columns 金额")),
    (LEDGER, "台账\n" * 25 + SOUND, ("no head", "in the first 21 rows")),
    (LEDGER, SOUND.replace("项目编号", "金额"), ("no head", "also the columns 项目编号")),
    (LEDGER, SOUND.replace("摘要", "摘要,金额"), ("the head names a column twice (line 1)", "found: 金额")),
    ("journal.csv", funds(head=FUND_HEAD), ("no head", "also the columns 月份")),
    (LEDGER, WIDE, ("300 column(s) that its layout does not know", "'column_0', 'column_1'", "…", "expected: only")),
    (LEDGER, spread(SOUND, ";"), ("not separated by commas", "found: semicolons", "to do: save the file as CSV")),
    (LEDGER, spread(SOUND, "\t"), ("not separated by commas", "found: tabulators")),
    (LEDGER, spread(SOUND, "|"), ("not separated by commas", "found: bars")),
    (LEDGER, spread(SOUND, "，"), ("not separated by commas", "found: full-width commas")),
    (LEDGER, spread(funds(fund_row(), head=f'"{FUND_HEAD}"'.replace(",", '","')), ";"), ("not separated by commas",)),
    (
        f"journal_{MONTH}.csv",
        funds(fund_row() + ",上月", head=f"{FUND_HEAD},月份"),
        ("no row carries a period", "'上月'"),
    ),
    (f"journal_{MONTH}.csv", funds(fund_row() + ",", head=f"{FUND_HEAD},月份"), ("no row carries a period", "blanks")),
    ("funds_2024-13.csv", SOUND, ("the file name states no period", "found: 2024-13")),
    ("funds_march.csv", SOUND, ("no row carries a period", "or name the file with its month")),
    (f"contacts_{MONTH}.csv", "科室,电话\n教育,123\n", ("no layout of this jurisdiction knows the file", "'contacts_")),
    (f"contacts_{MONTH}.csv", "", ("the file is empty",)),
    (f"contacts_{MONTH}.csv", SOUND, ("not what its name says", "the columns of funds,", "to do: rename")),
    (f"twins_{MONTH}.csv", SOUND, ("two layouts match the file", "twin_one, twin_two", "expected: one")),
    (f"forms_{MONTH}.csv", "科室,电话\n教育,123\n", ("the name fits layouts, the head none", "forms_utf8, forms_gbk")),
    (f"funds_{MONTH}.CSV.txt", SOUND, ("not what its name says",)),
)


@pytest.mark.parametrize(("name", "content", "said"), REFUSED)
def test_refused_with_a_reason(county: County, name: str, content: str | bytes, said: tuple[str, ...]) -> None:
    taken = county.take(name, content)
    assert taken.status == "refused"
    assert taken.reason is not None
    for part in (*said, "to do: "):
        assert part in taken.reason


def test_no_refusal_shows_a_household(county: County) -> None:
    rows = [household_row(f"64032300{number:04d}", head="马福贵") for number in range(30)]
    for content in ("\n".join(rows), households(*rows).replace("户号", "编码"), households(*rows).replace(",", ";")):
        reason = county.take(f"homes_a_{MONTH}.csv", content).reason or ""
        assert "no head" in reason or "not separated" in reason
        assert "640323" not in reason
        assert "马福贵" not in reason


def test_a_layout_that_trips_over_a_file_does_not_stop_the_others(county: County) -> None:
    reason = county.take("tripping_2024-03.csv", funds(fund_row(640323))).reason or ""
    assert reason.startswith(
        "the file is unlike anything that its layout foresees; found: KeyError in intake_county.py, "
    )
    assert "F640323" not in reason


def test_rows_of_another_month_than_the_name(county: County) -> None:
    head = f"{FUND_HEAD},月份"
    rows = [f"{fund_row(number)},{month}" for number, month in enumerate(("2024年4月", "2024-04", "202404"), 1)]
    taken = county.take("dated_2024-03.csv", funds(*rows, head=head))
    assert taken.reason is not None
    assert "the file is for another period than its name says" in taken.reason
    assert "found: rows of '2024-04'; expected: 2024-03; to do: rename the file" in taken.reason


def test_some_rows_of_another_month_go_to_quarantine(county: County) -> None:
    months = ("2024-03", "2024年4月", "2024年3月", "上月", "2024-13", "2024")
    rows = [f"{fund_row(number)},{month}" for number, month in enumerate(months, 1)]
    county.put("dated_2024-03.csv", funds(*rows, head=f"{FUND_HEAD},月份"))
    judged = county.judge("dated_2024-03.csv")
    assert judged.lines() == [2, 4]
    assert judged.rules() == {3: {"period_agrees"}, 5: {"readable"}, 6: {"readable"}, 7: {"period_agrees"}}
    assert judged.found(5, "readable") == {"time_period": {"column": "月份", "text": "上月"}}


def test_landing_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError, match="does not exist; make it or give --landing another folder"):
        unarchived(tmp_path / "nowhere")


def test_names_that_are_hard_to_bear(county: County, tmp_path: Path) -> None:
    for name in (
        "资金 台账/funds_2024-03 第1版.csv",
        "..funds_2024-03..csv",
        "a/../b.csv",
        "x'y\"z\n.csv",
        "$(id).csv",
    ):
        county.put(name, SOUND)
    county.put("funds_2024-05.csv/inner_2024-05.csv", SOUND)
    county.put("~$book_2024-03.xlsx", b"lock")
    county.put(".funds_2024-03.csv", SOUND)
    county.put(".trash/funds_2024-03.csv", SOUND)
    (tmp_path / "outside.csv").write_text(SOUND)
    (county.landing / "funds_2024-06.csv").symlink_to(tmp_path / "outside.csv")
    (county.landing / "funds_2024-07.csv").symlink_to(tmp_path / "gone.csv")
    (county.landing / "funds_2024-08.csv").symlink_to(tmp_path)
    os.close(os.open(os.fsencode(county.landing) + "/资金".encode("gbk") + b"_2024-03.csv", os.O_CREAT))
    received = {file.name: county.take(file.name) for file in receive(county.landing, county.home)}
    assert sorted(name for name, taken in received.items() if taken.status == "accepted") == [
        "funds_2024-06.csv",
        "资金 台账/funds_2024-03 第1版.csv",
    ]
    assert set(received) - {"funds_2024-06.csv", "资金 台账/funds_2024-03 第1版.csv"} == {
        "\\xd7ʽ\\xf0_2024-03.csv",
        "$(id).csv",
        "b.csv",
        "funds_2024-05.csv/inner_2024-05.csv",
        "x'y\"z\n.csv",
    }


@pytest.mark.parametrize(
    ("name", "times"),
    [
        ("a_更正2.csv", 2),
        ("a_更正.csv", 1),
        ("a_rev3.csv", 3),
        ("a-v2.csv", 2),
        ("revenue_village.csv", 0),
        ("a.csv", 0),
    ],
)
def test_revision_marks(name: str, times: int) -> None:
    assert revision(name) == times


def test_refusal_reads_as_a_sentence() -> None:
    refusal = Refusal("what", line=3, found="this", expected="that", do="so")
    assert str(refusal) == "what (line 3); found: this; expected: that; to do: so"
