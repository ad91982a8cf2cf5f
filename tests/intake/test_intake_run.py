"""One run over a landing folder full of wrong files: the good ones are released, each wrong one says what to do."""

import csv
import json
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from installation import rows, without_pages
from intake_county import AREAS, FUND_HEAD, MONTH, PLACE, County, fund_row, funds, household_row, households
from test_intake_workbooks import changed, ledger

from pipelines.cli import main
from pipelines.monthly import run_months
from pipelines.office import Settings

IDENTITIES = ("640323199001010011", "640323199001010022", "640323199001010033", "马福贵", "丁玉兰", "王秀英")
PROJECTS = "项目编号,地区\nP1,A1\n"

#   file                            content                                            status        rows   what is said
SENT = (
    ("funds_2024-03.csv", funds(*map(fund_row, range(1, 6))), "accepted", 5, None),
    ("wan_2024-03.csv", funds(fund_row(11, amount="0.01"), fund_row(12, amount="--")), "accepted", 2, None),
    ("book_2024-03.xlsx", ledger(fund_row(21), fund_row(22)), "accepted", 2, None),
    ("sub/totals_2024-03.csv", funds(fund_row(31), "合计,,,,,,100,,"), "accepted", 1, None),
    (
        "homes_a_2024-03.csv",
        households(
            household_row(IDENTITIES[0], head="马福贵"), household_row(IDENTITIES[1], head="丁玉兰", persons=-3)
        ),
        "accepted",
        2,
        None,
    ),
    (
        "homes_b_2024-03.csv",
        households(household_row("H9", psu="V2"), f'"{household_row(IDENTITIES[2], psu="V2", head="王秀英")}'),
        "accepted",
        2,
        None,
    ),
    (
        "main_2024-03.csv",
        funds(fund_row(41)),
        "waiting",
        None,
        "waiting for its companion in the same folder: projects",
    ),
    ("copy_of/funds_2024-03.csv", funds(*map(fund_row, range(1, 6))), "refused", None, "received under another name"),
    ("fondos_2024-03.csv", b"", "refused", None, "the file is empty"),
    ("dated_2024-03.csv", funds(fund_row() + ",2024-04", head=f"{FUND_HEAD},月份"), "refused", None, "another period"),
    ("forms_2024-03.csv", "a,b\n1,2\n", "refused", None, "the name fits layouts, the head none"),
    ("twins_2024-03.csv", funds(fund_row()), "refused", None, "two layouts match"),
    ("letter.csv", "Dear colleagues", "refused", None, "no layout of this jurisdiction knows the file"),
    ("merged_2024-03.xlsx", ledger(fund_row())[:1500], "refused", None, "cannot be opened"),
    (
        "sub/book_2024-04.xlsx",
        changed(ledger(fund_row()), {"xl/media/a.png": lambda _: bytes(20_000_000)}),
        "refused",
        None,
        "zip bomb",
    ),
    (
        "sub/funds_2024-05.csv",
        "\ufeff" + funds(fund_row()).replace(",", ";"),
        "refused",
        None,
        "not separated by commas",
    ),
    ("sub/funds_2024-06.csv", funds(fund_row()).encode("utf-16"), "refused", None, "UTF-16"),
)


@pytest.fixture(scope="module", autouse=True)
def _jurisdiction(tmp_path_factory: pytest.TempPathFactory) -> object:
    """The county as a folder beside the jurisdictions of the house."""
    folder = tmp_path_factory.mktemp("jurisdictions")
    (folder / PLACE).mkdir()
    (folder / PLACE / "__init__.py").write_text("from intake_county import JURISDICTION\n")
    with (folder / PLACE / "areas.csv").open("w", encoding="utf-8", newline="") as file:
        names = ("area_code", "name", "name_zh", "level", "parent_code", "valid_from", "valid_to")
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        for area in AREAS:
            parent = "" if area["area_code"] == "R" else "R"
            writer.writerow({"name_zh": area["name"], "level": "county", "parent_code": parent, **area})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POVMON_JURISDICTIONS", str(folder))
        yield folder


@pytest.fixture
def _without_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    without_pages(monkeypatch)


def settings(county: County) -> Settings:
    return Settings(jurisdiction=PLACE, home=str(county.home.root), landing=str(county.landing))


def ask(county: County, query: str) -> pd.DataFrame:
    return pd.DataFrame(rows(county.home.root, query), dtype=object)


@pytest.fixture(scope="module")
def office(_jurisdiction: object, tmp_path_factory: pytest.TempPathFactory) -> County:
    """A county after a run over everything that was sent; nothing is patched."""
    county = County(tmp_path_factory.mktemp("office"))
    for name, content, *_ in SENT:
        county.put(name, content)
    done = run_months(settings(county), None)
    assert (done.release_id, done.months) == (1, (MONTH,))
    return county


@pytest.fixture(scope="module")
def register(office: County) -> pd.DataFrame:
    return ask(office, "SELECT * FROM raw.intake_file").set_index("original_name")


@pytest.mark.parametrize(("name", "status", "rows", "said"), [(s[0], *s[2:]) for s in SENT], ids=[s[0] for s in SENT])
def test_every_file_is_registered(
    register: pd.DataFrame, name: str, status: str, rows: int | None, said: str | None
) -> None:
    row = register.loc[name]
    if name in ("funds_2024-03.csv", "copy_of/funds_2024-03.csv"):  # one of the two, whichever comes first
        assert {register.loc[n, "status"] for n in ("funds_2024-03.csv", "copy_of/funds_2024-03.csv")} == {
            "accepted",
            "refused",
        }
        return
    assert row["status"] == status
    assert row["rows_read"] == rows
    assert (said or "") in (row["reason"] or "")
    assert "to do: " in (row["reason"] or "") or status != "refused"


def test_nothing_else_is_registered(register: pd.DataFrame) -> None:
    assert sorted(register.index) == sorted(name for name, *_ in SENT)


def test_accepted_and_quarantined_are_what_was_read(register: pd.DataFrame) -> None:
    taken = register[register["status"] == "accepted"]
    assert (taken["rows_accepted"] + taken["rows_quarantined"] == taken["rows_read"]).all()
    assert taken["rows_read"].sum() == 14
    assert taken["rows_quarantined"].sum() == 3


def test_quarantine_names_file_line_column_found_and_expected(office: County) -> None:
    rows = ask(office, "SELECT original_name, row_number, rule_ids, findings FROM audit.quarantine ORDER BY ALL")
    found = [(r.original_name, r.row_number, r.rule_ids, json.loads(r.findings)) for r in rows.itertuples()]
    assert [entry[:3] for entry in found] == [
        ("homes_a_2024-03.csv", 3, "household_income.within_bounds"),
        ("homes_b_2024-03.csv", 3, "household_income.line_intact"),
        ("wan_2024-03.csv", 3, "fund_transaction.readable"),
    ]
    assert found[0][3] == [
        {
            "rule": "household_income.within_bounds",
            "found": {"persons": {"column": "人口", "text": "-3"}},
            "expected": "every value lies within what is possible: persons from 1 to 60",
            "do": "ask the sender to check the unit and the column of the value",
        }
    ]
    assert found[1][3][0]["found"] == "a quotation mark is opened and not closed"
    assert found[2][3][0]["found"] == {"amount": {"column": "金额", "text": "--"}}


def test_good_files_are_released(office: County) -> None:
    flow = ask(office, "SELECT sum(amount) AS yuan FROM published.fund_flow WHERE area_code = 'A1'")
    assert float(flow["yuan"].iloc[0]) == 5 * 100 + 100 + 2 * 100 + 100
    assert ask(office, "SELECT count(*) AS n FROM core.household_income")["n"].tolist() == [2]


def test_no_identity_is_anywhere_but_in_the_archive(office: County) -> None:
    looked: set[str] = set()
    for path in office.home.root.rglob("*"):
        if path.is_file() and "archive" not in path.relative_to(office.home.root).parts:
            content, looked = path.read_bytes(), looked | {path.suffix}
            for identity in IDENTITIES:
                for encoded in (identity.encode(), identity.encode("gb18030"), identity.encode("utf-16-le")):
                    assert encoded not in content, path
    assert looked >= {".duckdb", ".parquet", ".html"}
    archived = b"".join(path.read_bytes() for path in (office.home.root / "archive").rglob("*") if path.is_file())
    assert all(identity.encode() in archived for identity in IDENTITIES)


def test_status_prints_what_was_refused_and_why(office: County) -> None:
    shown = CliRunner().invoke(main, ["status", PLACE, "--home", str(office.home.root)])
    assert shown.exit_code == 0
    assert "waiting main_2024-03.csv: waiting for its companion in the same folder: projects*.csv" in shown.output
    assert "refused letter.csv: no layout of this jurisdiction knows the file; found: name 'letter.csv'" in shown.output


@pytest.mark.usefixtures("_without_pages")
def test_a_companion_that_arrives_later_completes_the_set(county: County) -> None:
    line = "F0041,release,poverty_fund,agriculture,P1,A1,100.00,2024-03-05,x"
    county.put("main_2024-03.csv", funds(line))
    county.put("funds_2024-03.csv", funds(fund_row()))
    assert run_months(settings(county), None).release_id == 1
    query = "SELECT status, reason FROM raw.intake_file WHERE original_name = 'main_2024-03.csv'"
    assert ask(county, query)["status"].tolist() == ["waiting"]
    county.put("projects.csv", PROJECTS)
    assert run_months(settings(county), None).release_id == 2
    assert ask(county, query).to_dict("records") == [{"status": "accepted", "reason": None}]
    assert ask(county, "SELECT count(*) AS n FROM core.fund_transaction")["n"].tolist() == [2]


def test_wrong_calls_and_empty_hands(county: County, tmp_path: Path) -> None:
    arguments = ["run", PLACE, "--home", str(county.home.root), "--landing"]
    nowhere = CliRunner().invoke(main, [*arguments, str(tmp_path / "nowhere")])
    assert nowhere.exit_code == 2
    assert "does not exist; make it or give --landing another folder" in nowhere.output
    county.put("letter.csv", "Dear colleagues")
    nothing = CliRunner().invoke(main, [*arguments, str(county.landing)])
    assert nothing.exit_code == 1
    assert "no file there could be taken" in nothing.output
    why = "refused letter.csv: no layout of this jurisdiction knows the file"
    assert why in nothing.output
    assert why in CliRunner().invoke(main, ["status", PLACE, "--home", str(county.home.root)]).output
    assert not county.home.just_read.exists()
