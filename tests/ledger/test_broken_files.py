"""One broken file for every rule of the catalogue, through the public run: what fires, what follows, what is shown."""

import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from broken_county import (
    FAULTS,
    STOPS_THE_RELEASE,
    all_fired,
    month_of,
    write_decisions,
    write_files,
)
from broken_figures import FIGURE_FAULTS, LOST_ON_THE_WAY
from installation import ask, released, rows, run, without_pages
from place_faults import PLACE_FAULTS
from sound_county import PLACE, write_place

from assets.marts.families import FAMILIES
from assets.rules import own_rules
from jurisdictions import load, names
from jurisdictions.wuzhong.generator import generate
from pipelines.monthly import RunFailed
from warehouse.contracts import SOURCE_CONTRACTS
from warehouse.periods import half_year_of

COMMON = {rule.id: rule for contract in SOURCE_CONTRACTS.values() for rule in contract.rules}
RELEASED = [rule for rule in FAULTS if rule not in STOPS_THE_RELEASE]


@pytest.fixture(scope="module", autouse=True)
def _place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("jurisdictions")
    write_place(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POVMON_JURISDICTIONS", str(folder))
        without_pages(patch)
        yield


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home after a run over a broken file for every rule that does not stop a release."""
    folder = tmp_path_factory.mktemp("county")
    write_files(folder / "landing", RELEASED)
    assert released(run(PLACE, folder / "landing", folder / "home")) == 1
    return folder / "home"


@pytest.fixture(scope="module")
def results(county: Path) -> pd.DataFrame:
    return ask(county, "SELECT * FROM audit.check_result WHERE table_name NOT LIKE 'mart.%'").set_index(
        ["rule_id", "time_period"]
    )


@pytest.fixture(scope="module")
def quarantine(county: Path) -> pd.DataFrame:
    return ask(county, "SELECT * FROM audit.quarantine")


def expected_reasons(rule: str) -> set[str]:
    """What is written beside a row of the rule's file in quarantine."""
    return {name for name in all_fired(rule) if COMMON[name].kind != "table"}


def test_every_rule_of_every_place_has_a_broken_file(county: Path) -> None:
    """A rule that no file breaks would never be seen to fire."""
    catalogue = set(ask(county, "SELECT rule_id FROM audit.rule")["rule_id"])
    own = {rule.id for name in names() for table in SOURCE_CONTRACTS for rule in own_rules(load(name), table)}
    on_figures = {rule for fault in FIGURE_FAULTS.values() for rule in fault.rules} | set(LOST_ON_THE_WAY)
    assert set(FAULTS) | on_figures == catalogue
    assert set(PLACE_FAULTS) == own


@pytest.mark.parametrize("rule", RELEASED)
def test_the_rule_fires_on_its_file_and_on_nothing_else(results: pd.DataFrame, rule: str) -> None:
    table, month = rule.partition(".")[0], month_of(rule)
    entry = results.loc[rule, month]
    assert entry["outcome"] == "fail"
    assert (entry["severity"], entry["level"]) == (COMMON[rule].severity, COMMON[rule].level)
    broken = FAULTS[rule].broken(table, month)
    if COMMON[rule].kind != "table":
        assert set(json.loads(entry["examples"])) == {f"{file}, line {line}" for file, line in broken}
        assert entry["rows_failed"] == len(broken)
    fired = results[(results["outcome"] == "fail") & (results.index.get_level_values("time_period") == month)]
    assert set(fired.index.get_level_values("rule_id")) == all_fired(rule)


@pytest.mark.parametrize("rule", RELEASED)
def test_its_rows_are_where_its_severity_sends_them(quarantine: pd.DataFrame, rule: str) -> None:
    """error: in quarantine with every reason. flag, info: accepted."""
    table, month = rule.partition(".")[0], month_of(rule)
    refused = quarantine[quarantine["time_period"] == month]
    found = {(row.original_name, row.row_number): set(row.rule_ids.split()) for row in refused.itertuples()}
    broken = FAULTS[rule].broken(table, month) if FAULTS[rule].in_quarantine else set()
    assert found == dict.fromkeys(broken, expected_reasons(rule))
    refuses = any(COMMON[name].severity in ("error", "block") for name in expected_reasons(rule))
    assert FAULTS[rule].in_quarantine == refuses
    assert all(finding["expected"] for row in refused["findings"] for finding in json.loads(row))


@pytest.fixture(scope="module")
def accepted(county: Path) -> dict[tuple[str, str], int]:
    """(table, month) -> rows."""
    counts = {
        name: ask(county, f"SELECT time_period, count(*) AS n FROM {name} GROUP BY ALL") for name in SOURCE_CONTRACTS
    }
    return {(name, row.time_period): row.n for name, count in counts.items() for row in count.itertuples()}


@pytest.mark.parametrize("rule", RELEASED)
def test_the_other_rows_of_its_month_are_accepted(accepted: dict[tuple[str, str], int], rule: str) -> None:
    table, month, fault = rule.partition(".")[0], month_of(rule), FAULTS[rule]
    kept = 0 if fault.in_quarantine else len(fault.broken(table, month))
    assert accepted[f"core.{table}", month] == fault.sound_lines + kept


NOT_OF_THE_SAMPLE = {
    # what is not known to be a household of the county's sample is missing from no figure of it
    "household_income.area_known",
    "household_income.area_valid",
    "household_income.area_of_sender",
    "household_income.code_known",
    "household_income.file_has_rows",
}
ON_INCOME = [rule for rule in RELEASED if rule.startswith("household_income.")]


@pytest.fixture(scope="module")
def levels(county: Path) -> pd.DataFrame:
    """Mean income of the first county by month."""
    where = "leaf = 'net_income' AND domain = 'all' AND area_code = 'A1'"
    return ask(county, f"SELECT * FROM mart.income_level WHERE {where}").set_index("time_period")


@pytest.mark.parametrize("rule", ON_INCOME)
def test_figures_show_that_rows_were_refused(levels: pd.DataFrame, rule: str) -> None:
    """A fifth or more of the county's few households is refused: the figure is marked and says why."""
    figure = levels.loc[month_of(rule)]
    is_thinner = FAULTS[rule].in_quarantine and rule not in NOT_OF_THE_SAMPLE
    assert figure.obs_status == ("U" if is_thinner else "A")
    assert ("in quarantine" in str(figure.obs_note)) == is_thinner
    kept = FAULTS[rule].sound_lines + (0 if FAULTS[rule].in_quarantine else len(FAULTS[rule].lines))
    assert figure.n_households == kept


SUMS = {"labour_export": "mart.labour_export", "fund_transaction": "mart.fund_flow"}
ON_SUMS = [rule for rule in RELEASED if rule.partition(".")[0] in SUMS]


@pytest.fixture(scope="module")
def sums(county: Path) -> dict[tuple[object, ...], set[tuple[object, object]]]:
    """(table, month, area) -> status and note of its sums of lines."""
    found: dict[tuple[object, ...], set[tuple[object, object]]] = {}
    for table, mart in SUMS.items():
        for row in rows(county, f"SELECT time_period, area_code, obs_status, obs_note FROM {mart}"):
            of = (table, row["time_period"], row["area_code"])
            found.setdefault(of, set()).add((row["obs_status"], row["obs_note"]))
    return found


@pytest.mark.parametrize("rule", ON_SUMS)
def test_sums_show_that_lines_were_refused(
    sums: dict[tuple[object, ...], set[tuple[object, object]]], rule: str
) -> None:
    """No other line stands in for one in quarantine: the sums of its sender, and those above, are of a part."""
    table, month, fault = rule.partition(".")[0], month_of(rule), FAULTS[rule]
    of_first, of_all = len(fault.lines), len(fault.lines) + len(fault.other)
    for area, refused in {"A1": of_first, "R": of_all}.items():
        note = f"{refused} record{'s' * (refused > 1)} in quarantine"
        assert sums[table, month, area] == {("U", note) if fault.in_quarantine and refused else ("A", None)}


ON_LINES = {
    (rule, mart)
    for rule in RELEASED
    for family in FAMILIES.values()
    for mart in family.marts
    if f"core.{rule.partition('.')[0]}" in family.adds_up(mart)
}
WITHOUT_FIGURES = {"linked_household", "target", "labour_training"}
"""Tables that no figure is made of without another one, which has its broken files in other months, or without
half-years, which these monthly files have none of"""


@pytest.fixture(scope="module")
def marked(county: Path) -> dict[tuple[str, str, str], list[tuple[object, str]]]:
    """(mart, period, area) -> status and note of its figures."""
    found: dict[tuple[str, str, str], list[tuple[object, str]]] = {}
    for mart in {mart for _, mart in ON_LINES}:
        for row in rows(county, f"SELECT time_period, area_code, obs_status, obs_note FROM {mart}"):
            of = (mart, str(row["time_period"]), str(row["area_code"]))
            found.setdefault(of, []).append((row["obs_status"], str(row["obs_note"])))
    return found


@pytest.mark.parametrize(("rule", "mart"), sorted(ON_LINES))
def test_figures_of_lines_show_that_lines_were_refused(
    marked: dict[tuple[str, str, str], list[tuple[object, str]]], rule: str, mart: str
) -> None:
    """Every figure of every mart that adds up the table's lines, in the month, the half-year and the year."""
    month, fault = month_of(rule), FAULTS[rule]
    for area, lines in {"A1": fault.lines, "R": [*fault.lines, *fault.other]}.items():
        told = [
            one for period in (month, half_year_of(month), month[:4]) for one in marked.get((mart, period, area), [])
        ]
        if fault.in_quarantine and lines:
            assert all(status == "U" and "in quarantine" in note for status, note in told)
        else:
            assert not any("in quarantine" in note for _, note in marked.get((mart, month, area), []))


def test_there_are_figures_to_show_it(marked: dict[tuple[str, str, str], list[tuple[object, str]]]) -> None:
    shown = {
        rule.partition(".")[0]
        for rule, mart in ON_LINES
        for period in (month_of(rule), half_year_of(month_of(rule)), month_of(rule)[:4])
        if (mart, period, "A1") in marked
    }
    assert shown == {rule.partition(".")[0] for rule, _ in ON_LINES} - WITHOUT_FIGURES


def test_a_blocking_rule_stops_the_release(tmp_path: Path) -> None:
    write_files(tmp_path / "landing", sorted(STOPS_THE_RELEASE))
    write_decisions(tmp_path / "home", sorted(STOPS_THE_RELEASE))
    with pytest.raises(RunFailed) as refused:
        run(PLACE, tmp_path / "landing", tmp_path / "home")
    home = tmp_path / "home"
    assert ask(home, "SELECT count(*) AS n FROM audit.release")["n"].tolist() == [0]
    failed = ask(home, "SELECT rule_id, time_period, severity FROM audit.check_result WHERE outcome = 'fail'")
    for rule in STOPS_THE_RELEASE:
        own = failed[failed["time_period"] == month_of(rule)]
        assert set(own["rule_id"]) == all_fired(rule)
        assert "block" in set(own["severity"])
    blocking = failed[failed["severity"] == "block"]
    assert f"{len(blocking)} blocking result(s)" in str(refused.value)
    assert set(blocking["rule_id"]) == {rule.id for rule in COMMON.values() if rule.severity == "block"}


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """place -> home after a run over the broken files of its own rules."""
    homes = {}
    for place in sorted({fault.place for fault in PLACE_FAULTS.values()}):
        folder = tmp_path_factory.mktemp(place)
        landing = folder / "landing"
        landing.mkdir()
        if place == "wuzhong":
            generate(landing, months=12, household_months=3_600, dirt=False)
        for fault in (fault for fault in PLACE_FAULTS.values() if fault.place == place):
            for name, content in fault.files.items():
                (landing / name).write_bytes(content())
            for path in list(landing.glob(fault.taken_away)) if fault.taken_away else ():
                path.unlink()
        assert released(run(place, folder / "landing", folder / "home")) == 1
        homes[place] = folder / "home"
    return homes


@pytest.mark.parametrize("rule", PLACE_FAULTS)
def test_a_rule_of_one_place_fires_on_its_file(places: dict[str, Path], rule: str) -> None:
    fault = PLACE_FAULTS[rule]
    home = places[fault.place]
    (entry,) = ask(
        home, f"SELECT * FROM audit.check_result WHERE rule_id = '{rule}' AND time_period = '{fault.month}'"
    ).itertuples()
    assert (entry.outcome, entry.rows_failed) == ("fail", fault.rows_failed)
    (catalogued,) = ask(home, f"SELECT * FROM audit.rule WHERE rule_id = '{rule}'").itertuples()
    assert (catalogued.jurisdiction, catalogued.severity) == (fault.place, entry.severity)
    refused = ask(home, f"SELECT rule_ids FROM audit.quarantine WHERE rule_ids LIKE '%{rule}%'")
    is_refusing = catalogued.severity in ("error", "block") and catalogued.kind != "table"
    assert [row.split() for row in refused.get("rule_ids", [])] == [[rule]] * (fault.rows_failed * is_refusing)


def test_sums_above_a_county_that_sent_nothing_say_so(places: dict[str, Path]) -> None:
    """Litong sent no labour export; the prefecture's figures are of the other six, those of Yanchi are whole."""
    query = "SELECT DISTINCT area_code, obs_status, obs_note FROM mart.labour_export WHERE time_period = '2021-01'"
    said = {row["area_code"]: (row["obs_status"], row["obs_note"]) for row in rows(places["wuzhong"], query)}
    assert said["640300"] == ("U", "partly_reported: nothing of 640302")
    assert said["640323"] == ("A", None)
    assert "640302" not in said
