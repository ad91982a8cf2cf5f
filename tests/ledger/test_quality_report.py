"""The quality report: a drawn month by hand, who is late, and the same numbers in SQL, CSV, text and page."""

import csv
import datetime as dt
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from installation import rows

from assets.quality.owing import missing, owed
from assets.quality.report import QualityReport
from assets.quality.scores import score_rows
from assets.rules import own_rules
from jurisdictions import load
from pipelines.cli import main
from warehouse.contracts import SOURCE_CONTRACTS
from warehouse.layouts import Jurisdiction

LABOUR, FUNDS, TRAINING = "core.labour_export", "core.fund_transaction", "core.labour_training"
MONTH = "2024-03"
TODAY = dt.date(2024, 5, 12)
EVERY_SENDER = "wuzhong.labour_export_of_every_sender"


AREAS = [{"area_code": code, "valid_from": "2000-01", "valid_to": None} for code in "AB"]


def place() -> Jurisdiction:
    """Two counties that owe labour export ten days after the month."""
    known = load("wuzhong")
    layouts = tuple(
        replace(known.layouts[0], id=f"labour_{area}", contract=LABOUR, sender=f"office {area}", area_code=area)
        for area in ("A", "B")
    )
    return replace(known, layouts=layouts, due_days={LABOUR: 10})


def counted(sender: str | None, rule: str, examined: int, failed: int, table: str = LABOUR) -> dict[str, object]:
    return {
        "table_name": table,
        "time_period": MONTH,
        "sender": sender,
        "rule_id": rule,
        "rows_examined": examined,
        "rows_failed": failed,
    }


def result(rule: str, examined: int, failed: int, table: str = LABOUR) -> dict[str, object]:
    return counted(None, rule, examined, failed, table) | {"outcome": "fail" if failed else "pass"}


BY_SENDER = [
    counted("office A", "labour_export.required", 10, 1),
    counted("office A", EVERY_SENDER, 1, 0),
    counted("office A", "labour_export.readable", 10, 0),
    counted("office A", "labour_export.code_known", 10, 3),
    counted("office B", "labour_export.required", 5, 0),
    counted("office B", EVERY_SENDER, 1, 1),
    counted("office B", "fund_transaction.amount_not_zero", 7, 7, FUNDS),
    counted(None, EVERY_SENDER, 1, 1),
]
RESULTS = [
    result("labour_export.required", 15, 1),
    result(EVERY_SENDER, 2, 1),
    result("labour_export.month_has_rows", 1, 0),
    result("labour_export.readable", 10, 0),
    result("labour_export.code_known", 10, 3),
    result("labour_export.duplicate", 0, 0) | {"outcome": "not_evaluated"},
]


def scores(files: list[dict[str, object]]) -> dict[tuple[object, object], dict[str, object]]:
    made = score_rows(place(), 1, RESULTS, BY_SENDER, owed(place(), AREAS, files, [MONTH], TODAY))
    return {(row["sender"], row["dimension"]): row for row in made if row["table_name"] == LABOUR}


def test_a_score_by_hand() -> None:
    """A's completeness: 9 of 10 required fields and its file; of all senders the rules on nobody's units count too."""
    found = {key: (row["checks_held"], row["checks_made"]) for key, row in scores([]).items() if key[1] != "timeliness"}
    assert found == {
        ("office A", "completeness"): (9 + 1, 10 + 1),
        ("office A", "validity"): (10 + 7, 10 + 10),
        ("office B", "completeness"): (5 + 0, 5 + 1),
        ("_T", "completeness"): (14 + 1 + 1, 15 + 2 + 1),
        ("_T", "validity"): (10 + 7, 10 + 10),
        ("_T", "uniqueness"): (0, 0),
    }
    assert scores([])["office A", "validity"]["score"] == 17 / 20
    assert scores([])["_T", "completeness"]["rules_counted"] == 3


def test_what_was_not_evaluated_has_no_score_and_is_counted_beside() -> None:
    row = scores([])["_T", "uniqueness"]
    assert (row["score"], row["rules_counted"], row["rules_not_evaluated"]) == (None, 0, 1)


def test_a_rule_that_only_notes_counts_in_no_score() -> None:
    made = score_rows(place(), 1, RESULTS, BY_SENDER, [])
    assert not [row for row in made if row["table_name"] == FUNDS]


def file(area: str, month: str, received: dt.datetime, status: str = "accepted") -> dict[str, object]:
    return {"layout": f"labour_{area}", "status": status, "months": month, "received_at": received}


def at(month: int, day: int, hour: int = 9) -> dt.datetime:
    return dt.datetime(2024, month, day, hour, tzinfo=dt.UTC)


FILES = [
    file("A", "2024-01", at(2, 20)),
    file("A", MONTH, at(4, 10, hour=23), "superseded"),
    file("A", MONTH, at(4, 25)),
    file("B", MONTH, at(4, 9), "refused"),
    file("B", MONTH, at(4, 14)),
]


def test_who_is_late_by_hand() -> None:
    """January was due before the first file came; A's first file of March counts, not its correction; April is owed."""
    found = {
        (file.month, file.sender): (file.in_time, file.days_late)
        for file in owed(place(), AREAS, FILES, ["2024-01", MONTH, "2024-04"], TODAY)
    }
    assert found == {
        ("2024-01", "office A"): (None, 0),
        ("2024-01", "office B"): (None, 0),
        (MONTH, "office A"): (True, 0),
        (MONTH, "office B"): (False, 4),
        ("2024-04", "office A"): (False, 2),
        ("2024-04", "office B"): (False, 2),
    }


def with_half_years() -> Jurisdiction:
    """The two counties, of which each also owes training twenty days after the half-year."""
    of_half_year = tuple(
        replace(layout, id=f"training_{layout.area_code}", contract=TRAINING, freq="S") for layout in place().layouts
    )
    return replace(place(), layouts=(*place().layouts, *of_half_year), due_days={LABOUR: 10, TRAINING: 20})


def told(files: list[dict[str, object]], today: dt.date) -> list[tuple[str, str, str, int]]:
    return [(f.table, f.month, f.area_code, f.days_late) for f in missing(with_half_years(), AREAS, files, today)]


def test_a_half_year_is_owed_once_and_missed_when_the_first_has_come_or_it_is_late() -> None:
    labour = [file(area, month, at(7, 5)) for area in "AB" for month in ("2024-05", "2024-06")]
    months = [
        f.month for f in owed(with_half_years(), AREAS, labour, ["2024-05", "2024-06"], TODAY) if f.table == TRAINING
    ]
    assert months == ["2024-06", "2024-06"]
    assert told(labour, dt.date(2024, 7, 20)) == []
    late = [(TRAINING, "2024-06", "A", 2), (TRAINING, "2024-06", "B", 2)]
    assert told(labour, dt.date(2024, 7, 22)) == late
    first = [*labour, file("A", "2024-06", at(7, 6)) | {"layout": "training_A"}]
    assert told(first, dt.date(2024, 7, 7)) == [(TRAINING, "2024-06", "B", 0)]
    assert told(first, dt.date(2024, 7, 22)) == late[1:]
    assert told(labour[:3], dt.date(2024, 7, 7)) == [(LABOUR, "2024-06", "B", 0)]


@pytest.mark.parametrize("is_owed", [True, False])
def test_an_area_with_two_forms_of_a_report_owes_one(is_owed: bool) -> None:
    """A's file of either form is the one that it owes."""
    forms = (*place().layouts, replace(place().layouts[0], id="new_form_A", sender="new office A", owed=is_owed))
    with_forms = replace(place(), layouts=forms)
    files = [file("A", MONTH, at(4, 9)) | {"layout": "new_form_A"}]
    found = [(f.sender, f.received_on) for f in owed(with_forms, AREAS, files, [MONTH], TODAY)]
    assert found == [("office A", dt.date(2024, 4, 9)), ("office B", None)]
    (rule,) = (rule for rule in own_rules(with_forms, LABOUR) if rule.id == EVERY_SENDER)
    assert rule.sql.count("('A', 'M')") == 1


def test_a_table_has_the_months_in_which_it_has_a_score() -> None:
    """A half-year's report stands under its last month, and under no other."""
    months = {LABOUR: ("2024-05", "2024-06"), TRAINING: ("2024-06",)}
    made = tuple({"table_name": table, "time_period": month} for table, those in months.items() for month in those)
    report = QualityReport(with_half_years(), made, (), ())
    assert {table: report.months_of(table) for table in report.tables} == months


def test_an_area_owes_nothing_for_months_in_which_it_is_not_there() -> None:
    """B came of a county in April; A was given up with March."""
    areas = [AREAS[0] | {"valid_to": "2024-03"}, AREAS[1] | {"valid_from": "2024-04"}]
    found = [(f.month, f.area_code) for f in owed(place(), areas, [], ["2024-03", "2024-04"], TODAY)]
    assert found == [("2024-03", "A"), ("2024-04", "B")]


def test_nobody_is_late_with_what_is_due_on_no_day() -> None:
    undated = replace(place(), due_days={})
    assert {(f.due_on, f.in_time, f.days_late) for f in owed(undated, AREAS, FILES, [MONTH], TODAY)} == {
        (None, None, 0)
    }
    made = score_rows(undated, 1, RESULTS, BY_SENDER, owed(undated, AREAS, FILES, [MONTH], TODAY))
    assert "timeliness" not in {row["dimension"] for row in made}
    assert [(f.month, f.area_code) for f in missing(undated, AREAS, FILES, TODAY)] == [("2024-01", "B")]


def test_timeliness_is_the_share_of_files_that_came_in_time() -> None:
    found = scores(FILES)
    assert [found[who, "timeliness"]["score"] for who in ("office A", "office B", "_T")] == [1.0, 0.0, 0.5]
    assert found["office B", "timeliness"]["due_on"] == dt.date(2024, 4, 10)
    assert found["office B", "timeliness"]["received_on"] == dt.date(2024, 4, 14)


def test_every_rule_says_a_dimension_of_the_list() -> None:
    from warehouse.contracts.quality import DIMENSIONS

    for contract in SOURCE_CONTRACTS.values():
        assert {rule.dimension for rule in contract.rules} <= set(DIMENSIONS)
        assert {"completeness", "validity"} <= {rule.dimension for rule in contract.rules}


def povmon(*arguments: str) -> str:
    done = CliRunner().invoke(main, ["quality", *arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_csv_has_what_sql_has(history: Path) -> None:
    """The first month was revised by the second release, which speaks for it."""
    query = """SELECT * FROM audit.quality_score WHERE jurisdiction = 'wuzhong'
               QUALIFY release_id = max(release_id) OVER (PARTITION BY time_period)"""
    key = ("table_name", "time_period", "sender", "dimension")
    expected = {tuple(row[name] for name in key): row for row in rows(history, query)}
    listed = list(csv.DictReader(io.StringIO(povmon("wuzhong", "--home", str(history), "--format", "csv"))))
    assert len(listed) == len(expected) > 50
    for line in listed:
        row = expected[tuple(line[name] for name in key)]
        assert (int(line["checks_held"]), int(line["checks_made"])) == (row["checks_held"], row["checks_made"])
        assert row["score"] == (row["checks_held"] / row["checks_made"] if row["checks_made"] else None)
    revised = {line["release_id"] for line in listed if line["time_period"] == "2021-12"}
    assert revised == {"2"}


def test_errors_by_sender_add_up_to_the_ledger(history: Path) -> None:
    text = povmon("wuzhong", "--home", str(history), "--format", "csv", "--part", "errors", "--month", "2022-01")
    listed = {}
    for line in csv.DictReader(io.StringIO(text)):
        listed[line["rule_id"]] = listed.get(line["rule_id"], 0) + int(line["rows_failed"])
    query = """SELECT rule_id, rows_failed FROM audit.check_result
               JOIN (SELECT rule_id, kind FROM audit.rule) USING (rule_id)
               WHERE jurisdiction = 'wuzhong' AND time_period = '2022-01' AND kind IN ('row', 'set') AND rows_failed > 0
               QUALIFY entry_number = max(entry_number) OVER (PARTITION BY rule_id)"""
    assert listed == {row["rule_id"]: row["rows_failed"] for row in rows(history, query)}


def test_the_printed_report_names_senders_rules_and_formula(history: Path) -> None:
    text = povmon("wuzhong", "--home", str(history), "--source", "labour_export")
    assert "all senders" in text
    assert "labour_export.code_known" in text
    assert "household_income" not in text
    assert "checks held / checks made" in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--source", "nothing"), "no source table 'nothing'"),
        ((), "say which jurisdiction: china, wuzhong"),
        (("wuzhong", "--month", "1999-01"), "no score of wuzhong"),
    ],
)
def test_a_wrong_call_says_what_there_is(history: Path, arguments: tuple[str, ...], words: str) -> None:
    call = [*arguments] if arguments[:1] != ("--source",) else ["wuzhong", *arguments]
    done = CliRunner().invoke(main, ["quality", *call, "--home", str(history)])
    assert done.exit_code == 2
    assert words in done.stderr


def test_the_page_links_to_the_data_docs_and_back(history: Path) -> None:
    page = history / "data_docs" / "quality" / "wuzhong.html"
    found = re.findall(r'href="([^"#][^"]*)"', page.read_text("utf-8"))
    assert any(address.endswith(f"{LABOUR}/2022-01.html") for address in found)
    for address in found:
        target = (page.parent / address).resolve()
        assert target.is_file(), address
        if target.name != "index.html":
            assert f"../../../quality/wuzhong.html#{target.parent.name}" in target.read_text("utf-8")
    assert 'href="quality/wuzhong.html#core.labour_export"' in (history / "data_docs" / "index.html").read_text("utf-8")
