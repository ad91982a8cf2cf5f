"""Every rule on figures broken once, through the public run: what fires, what is marked, what is published."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from broken_figures import FIGURE_FAULTS, LOST_ON_THE_WAY, PLACE, months_of, write_files, write_place
from installation import ask, released, run, without_pages

from assets.marts.families import FAMILIES
from pipelines.monthly import RunFailed
from warehouse.contracts import MART_CONTRACTS

RULES = {rule.id: rule for contract in MART_CONTRACTS.values() for rule in contract.rules}


@pytest.fixture(scope="module", autouse=True)
def _place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("jurisdictions")
    write_place(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POVMON_JURISDICTIONS", str(folder))
        without_pages(patch)
        yield


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home after a run over all faults."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "landing").mkdir()
    for what in FIGURE_FAULTS:
        write_files(folder / "landing", what)
    assert released(run(PLACE, folder / "landing", folder / "home")) == 1
    return folder / "home"


@pytest.fixture(scope="module")
def results(office: Path) -> pd.DataFrame:
    return ask(office, "SELECT * FROM audit.check_result WHERE table_name LIKE 'mart.%'")


def test_every_rule_on_figures_is_broken_by_something() -> None:
    assert {rule for fault in FIGURE_FAULTS.values() for rule in fault.rules} | set(LOST_ON_THE_WAY) == set(RULES)


@pytest.mark.parametrize("what", FIGURE_FAULTS)
def test_the_rules_fire_in_the_last_month_and_no_others(results: pd.DataFrame, what: str) -> None:
    *before, last = months_of(what)
    failed = results[results["outcome"] == "fail"]
    assert set(failed.loc[failed["time_period"] == last, "rule_id"]) == set(FIGURE_FAULTS[what].rules)
    assert failed[failed["time_period"].isin(before)].empty
    for entry in failed[failed["time_period"] == last].itertuples():
        assert (entry.level, entry.severity) == (RULES[entry.rule_id].level, RULES[entry.rule_id].severity)
        assert entry.rows_examined >= entry.rows_failed > 0
        assert last in entry.examples


@pytest.mark.parametrize("what", FIGURE_FAULTS)
def test_the_figures_are_marked_where_they_are_published(office: Path, what: str) -> None:
    *_, last = months_of(what)
    for mart, areas in FIGURE_FAULTS[what].marked.items():
        figures = ask(office, f"SELECT * FROM published.{mart.partition('.')[2]} WHERE time_period = '{last}'")
        own = [rule for rule in FIGURE_FAULTS[what].rules if rule.startswith(f"{mart}.")]
        says = figures["obs_note"].fillna("").map(lambda note, own=own: any(f"breaks {rule}:" in note for rule in own))
        assert set(figures.loc[says, "area_code"]) == areas
        assert set(figures.loc[says, "obs_status"]) == {"U"}
        assert not figures.loc[~says, "obs_note"].fillna("").str.contains("breaks").any()


def test_of_an_outlier_only_the_source_that_moved_is_marked(office: Path) -> None:
    *_, last = months_of("one county's income is thrice that of the month before")
    where = f"time_period = '{last}' AND area_code = 'C1' AND domain = 'rural'"
    levels = ask(office, f"SELECT leaf, obs_status FROM mart.income_level WHERE {where}").set_index("leaf")
    moved = levels[levels["obs_status"] == "U"]
    assert set(moved.index) == {"crop", "wage_local", "net_income"}
    assert len(levels) == 19


def test_a_first_month_has_nothing_to_be_compared_with(results: pd.DataFrame) -> None:
    first, *_ = months_of("a county is missing")
    entries = results[results["time_period"] == first].set_index("rule_id")
    sent = {f"core.{table}" for table in FIGURE_FAULTS["a county is missing"].tables}
    made = {mart for family in FAMILIES.values() for mart, sources in family.marts.items() if sent & set(sources)}
    over_time = [
        rule
        for rule in RULES
        if rule.rpartition(".")[0] in made
        and rule.rpartition(".")[2] in ("areas_as_before", "coverage_kept", "outlier")
    ]
    assert over_time
    assert set(entries.loc[over_time, "outcome"]) == {"not_evaluated"}
    assert set(entries.loc[["mart.income_level.figures_of_rows"], "outcome"]) == {"pass"}


@pytest.mark.parametrize("rule", LOST_ON_THE_WAY)
def test_a_county_lost_on_the_way_to_a_mart_stops_the_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rule: str
) -> None:
    """Accepted rows of a county that are in no figure: the program itself is at fault."""
    from assets import steps

    mart = rule.rpartition(".")[0]
    stored = steps.append

    def without_a_county(connection, contract, rows):  # type: ignore[no-untyped-def]
        if contract.name == mart:
            rows = rows.filter([code != "C2" for code in rows["area_code"].to_pylist()])
        stored(connection, contract, rows)

    monkeypatch.setattr("assets.steps.append", without_a_county)
    (tmp_path / "landing").mkdir()
    source = next(family.marts[mart][0] for family in FAMILIES.values() if mart in family.marts)
    what = next(what for what, fault in FIGURE_FAULTS.items() if fault.tables == (source.removeprefix("core."),))
    write_files(tmp_path / "landing", what)
    with pytest.raises(RunFailed, match=rule):
        run(PLACE, tmp_path / "landing", tmp_path / "home")
    home = tmp_path / "home"
    failed = ask(home, f"SELECT * FROM audit.check_result WHERE rule_id = '{rule}' AND outcome = 'fail'")
    assert set(failed["rows_failed"]) == {1}
    assert all("no figure of C2" in examples for examples in failed["examples"])
    assert ask(home, "SELECT count(*) AS n FROM audit.release")["n"].tolist() == [0]
