"""The pages of Great Expectations: they open offline, hide nothing, and only the new ones are written."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
import shutil
from pathlib import Path

import pyarrow as pa
import pytest
from html_page import MARKUP, Page, needs_the_network

from checks.expectations import MonthEntries, page_path, validate
from checks.expectations.months import quality_path
from warehouse.compile import arrow_schema, rule_set_version
from warehouse.contracts import SOURCE_CONTRACTS, Contract
from warehouse.store import Home, write_parquet

HOUSEHOLDS = SOURCE_CONTRACTS["core.household_income"]
LABOUR = SOURCE_CONTRACTS["core.labour_export"]
FUNDS = SOURCE_CONTRACTS["core.fund_transaction"]
NOW = dt.datetime(2010, 12, 5, 9, 30, tzinfo=dt.UTC)
HOSTILE = (
    "<script>alert(1)</script>.csv, line 2",
    '"><img src=https://elsewhere.example/x onerror=alert(1)>.csv, line 3',
    "</li></ul></table><style>@import 'https://elsewhere.example'</style>.csv, line 4",
    "{{ 7 * 7 }}${7*7}$PARAMETER.csv, line 5",
    "vsc.\u202etxt, line 6\x00",
)


def month_entries(
    folder: Path, contract: Contract, month: str, changes: dict[str, dict[str, object]], rows: int | None
) -> MonthEntries:
    """A month in which 100 rows were judged and every rule passed, but for the changes by short rule name."""
    every = changes.get("*", {})
    entries = [
        {
            "rule_id": rule.id,
            "table_name": contract.name,
            "time_period": month,
            "level": rule.level,
            "severity": rule.severity,
            "outcome": "pass",
            "rows_examined": 100,
            "rows_failed": 0,
            "examples": None,
            "run_id": "run-1",
            "rule_set_version": rule_set_version(contract),
        }
        | every
        | changes.get(rule.id.partition(".")[2], {})
        for rule in contract.rules
    ]
    path = None
    if rows is not None:
        path = folder / contract.name / f"{month}.parquet"
        schema = pa.schema([field.with_nullable(True) for field in arrow_schema(contract)])
        write_parquet(path, schema, [pa.Table.from_pylist([{}] * rows, schema=schema)])
    return MonthEntries(contract, contract.rules, month, tuple(entries), path)


NOTHING: dict[str, dict[str, object]] = {
    "*": {"outcome": "not_evaluated", "rows_examined": 0, "examples": '["no row was examined"]'}
}
BLOCKED: dict[str, dict[str, object]] = {"month_has_rows": {"outcome": "fail", "rows_failed": 1}}
MIXED: dict[str, dict[str, object]] = {
    "required": {"outcome": "fail", "rows_failed": 5, "examples": json.dumps(HOSTILE)},
    "readable": {"outcome": "not_evaluated", "rows_examined": 0, "examples": '["the rule could not be run"]'},
    "loss_plausible": {"outcome": "fail", "rows_failed": 1, "examples": '["盐池县.csv, line 9"]'},
    "within_bounds": {"outcome": "waived", "rows_failed": 2, "examples": '["b.csv, line 1"]'},
}


def some_months(folder: Path) -> list[MonthEntries]:
    return [
        month_entries(folder, HOUSEHOLDS, "2010-07", {}, 100),
        month_entries(folder, HOUSEHOLDS, "2010-08", MIXED, 95),
        month_entries(folder, HOUSEHOLDS, "2010-10", {"loss_plausible": MIXED["loss_plausible"]}, 100),
        month_entries(folder, LABOUR, "2010-07", NOTHING, None),
        month_entries(folder, FUNDS, "2010-07", BLOCKED, 100),
    ]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("pages")
    home = Home(folder / "home")
    validate(home, "wuzhong", some_months(folder / "parquet"), NOW)
    return home


@pytest.fixture
def site(built: Home, tmp_path: Path) -> Home:
    """A copy of the built home that a test may change."""
    return Home(shutil.copytree(built.root, tmp_path / "home"))


def pages_of(home: Home) -> dict[Path, Page]:
    return {path: Page(path) for path in sorted(home.data_docs.rglob("*")) if path.is_file()}


def contents(home: Home) -> dict[str, bytes]:
    return {str(path.relative_to(home.data_docs)): path.read_bytes() for path in pages_of(home)}


def row_of(page: Path, rule_id: str) -> str:
    """The HTML of one rule on a page."""
    group = rf'<tbody class="group" id="{re.escape(rule_id)}">.*?</tbody>'
    found = re.search(group, page.read_text(), re.DOTALL)
    assert found
    return found[0]


def test_no_page_names_another_host_or_runs_anything(built: Home) -> None:
    pages = pages_of(built)
    assert len(pages) == 6
    for path, page in pages.items():
        assert path.suffix == ".html"
        assert page.styles
        assert needs_the_network(page) == []


def test_every_link_leads_to_something(built: Home) -> None:
    """The quality report, which a release writes beside them, among them."""
    pages = pages_of(built)
    report = quality_path(built, "wuzhong")
    for path, page in pages.items():
        for address in page.addresses:
            file, _, fragment = address.partition("#")
            if (path.parent / file).resolve() == report.resolve():
                assert fragment in SOURCE_CONTRACTS
                continue
            target = pages[(path.parent / file).resolve() if file else path]
            assert not fragment or fragment in target.identities
    index = built.data_docs / "index.html"
    assert all("../../../index.html" in page.addresses[0] for path, page in pages.items() if path != index)


def test_the_index_lists_every_table_and_month_with_its_outcome(built: Home) -> None:
    index = built.data_docs / "index.html"
    households = len(HOUSEHOLDS.rules)
    outcomes = {
        (HOUSEHOLDS.name, "2010-07"): ("pass", "passed", ["100", "100", "0", f"{households} of {households}"]),
        (HOUSEHOLDS.name, "2010-08"): ("fail", "failed", ["100", "95", "5", f"{households - 4} of {households}"]),
        (HOUSEHOLDS.name, "2010-10"): ("flagged", "flagged", ["100", "100", "0", f"{households - 1} of {households}"]),
        (LABOUR.name, "2010-07"): ("not_evaluated", "not evaluated", ["0", "0", "0", f"0 of {len(LABOUR.rules)}"]),
        (FUNDS.name, "2010-07"): (
            "blocked",
            "blocked",
            ["100", "100", "0", f"{len(FUNDS.rules) - 1} of {len(FUNDS.rules)}"],
        ),
    }
    for (table, month), (look, words, counts) in outcomes.items():
        link = page_path(built, "wuzhong", table, month).relative_to(built.data_docs).as_posix()
        row = re.search(rf'<tr>\s*<td class="whole"><a href="{link}">.*?</tr>', index.read_text(), re.DOTALL)
        assert row
        assert f'class="badge {look}"' in row[0]
        assert words in row[0]
        assert re.findall(r'<td class="number[^"]*">([^<]*)</td>', row[0])[:4] == counts


def test_what_was_not_evaluated_never_looks_passed(built: Home) -> None:
    nothing = page_path(built, "wuzhong", LABOUR.name, "2010-07")
    assert {look for look, _ in Page(nothing).badges} == {"not_evaluated"}
    assert "no row was examined" in Page(nothing).text
    one = row_of(page_path(built, "wuzhong", HOUSEHOLDS.name, "2010-08"), "household_income.readable")
    assert 'class="badge not_evaluated">? not evaluated<' in one
    assert "the rule could not be run" in one
    assert re.findall(r'<td class="number">(.*?)</td>', one) == ["—", "—", "—"]
    looks = re.search(r"\.not_evaluated \{(.*?)\}", nothing.read_text(), re.DOTALL)
    assert looks
    assert "pass" not in looks[1]


def test_a_page_says_all_there_is_of_every_rule(built: Home) -> None:
    path = page_path(built, "wuzhong", HOUSEHOLDS.name, "2010-08")
    text = Page(path).text
    for rule in HOUSEHOLDS.rules:
        row = row_of(path, rule.id)
        assert f">{rule.level}</td>" in row
        assert f">{rule.severity}</td>" in row
        for words in (rule.id, rule.text, rule.rationale, rule.sql.splitlines()[0]):
            assert words in text
    failed = row_of(path, "household_income.required")
    assert 'class="badge fail">✗ failed<' in failed
    assert re.findall(r'<td class="number">(.*?)</td>', failed) == ["100", "5", "5.00 %"]
    flagged = row_of(path, "household_income.loss_plausible")
    assert 'class="badge flagged">! failed<' in flagged
    assert "盐池县.csv, line 9" in flagged
    assert "~ waived" in row_of(path, "household_income.within_bounds")
    assert HOUSEHOLDS.description_zh in text


def test_a_hostile_file_name_is_only_text(built: Home) -> None:
    page = Page(page_path(built, "wuzhong", HOUSEHOLDS.name, "2010-08"))
    assert not page.tags & MARKUP
    assert not page.handlers
    for name in HOSTILE[:4]:
        assert name in page.text
    assert r"vsc.\u202etxt, line 6\u0000" in page.text


def test_a_new_month_leaves_the_other_pages_as_they_are(site: Home, tmp_path: Path) -> None:
    before = contents(site)
    new = month_entries(tmp_path, HOUSEHOLDS, "2010-09", {}, 100)
    validate(site, "wuzhong", [new], NOW + dt.timedelta(days=1))
    after = contents(site)
    address = f"validations/wuzhong/{HOUSEHOLDS.name}/2010-09.html"
    assert after.keys() - before.keys() == {address}
    assert {name for name in before if before[name] != after[name]} == {"index.html"}
    assert address in after["index.html"].decode()


def test_a_month_judged_again_shows_its_last_judgement(site: Home, tmp_path: Path) -> None:
    again = month_entries(tmp_path, HOUSEHOLDS, "2010-08", {}, 100)
    again = dataclasses.replace(again, entries=tuple({**entry, "run_id": "run-2"} for entry in again.entries))
    validate(site, "wuzhong", [again], NOW + dt.timedelta(days=1))
    page = Page(page_path(site, "wuzhong", HOUSEHOLDS.name, "2010-08"))
    assert {look for look, _ in page.badges} == {"pass"}
    assert "run-2" in page.text
    assert len(pages_of(site)) == 6
    results = [json.loads(path.read_text()) for path in (site.root / "private" / "gx").rglob("*2010-08.json")]
    assert sorted(result["success"] for result in results) == [False, True]


def test_the_same_results_give_the_same_pages_and_lost_pages_come_back(site: Home, tmp_path: Path) -> None:
    before = contents(site)
    shutil.rmtree(site.data_docs)
    months = some_months(tmp_path)
    validate(site, "wuzhong", months[:1], NOW)
    assert contents(site) == before


def test_the_index_reads_no_result_twice_and_needs_no_memory(site: Home, tmp_path: Path) -> None:
    old = next((site.root / "private" / "gx").rglob("*2010-07.json"))
    text = old.read_text()
    old.write_text("not a result")
    new = month_entries(tmp_path, HOUSEHOLDS, "2010-09", {}, 100)
    validate(site, "wuzhong", [new], NOW + dt.timedelta(days=1))
    remembered = (site.data_docs / "index.html").read_bytes()
    old.write_text(text)
    (site.root / "private" / "gx_index.json").unlink()
    validate(site, "wuzhong", [new], NOW + dt.timedelta(days=1))
    assert (site.data_docs / "index.html").read_bytes() == remembered


def test_places_are_told_apart(site: Home, tmp_path: Path) -> None:
    validate(site, "san-luis", [month_entries(tmp_path, HOUSEHOLDS, "2010-07", {}, 100)], NOW)
    assert page_path(site, "san-luis", HOUSEHOLDS.name, "2010-07").is_file()
    index = Page(site.data_docs / "index.html")
    assert {f"san-luis-{HOUSEHOLDS.name}", f"wuzhong-{HOUSEHOLDS.name}"} <= index.identities


def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    home = Home(tmp_path / "it's $HOME [1]")
    month = month_entries(tmp_path / "it's [a] $b", HOUSEHOLDS, "2010-07", {}, 100)
    assert validate(home, "wuzhong", [month], NOW) == {(HOUSEHOLDS.name, "2010-07"): True}
    assert page_path(home, "wuzhong", HOUSEHOLDS.name, "2010-07").is_file()
