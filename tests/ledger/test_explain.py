"""povmon explain: every mart's figures made again from their rows, what is behind them, and which rows moved them."""

import csv
import hashlib
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result
from installation import ask

from assets.explain.drill import drill
from assets.explain.figure import explain
from assets.explain.home import Evidence, find
from assets.marts.families import FAMILIES
from assets.marts.formula import Sums
from pipelines.cli import main
from pipelines.explained import write_evidence
from warehouse.contracts import MART_CONTRACTS
from warehouse.engine import open_published
from warehouse.store import Home

SHARE = ("mart.income_share", "--period", "2021-12", "--area", "640323", "--domain", "rural", "--source", "agriculture")


def povmon_explain(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["explain", *arguments, "--home", str(home)])


@pytest.mark.parametrize("mart", MART_CONTRACTS)
def test_every_mart_says_how_its_figures_are_made(mart: str) -> None:
    (family,) = (family for family in FAMILIES.values() if mart in family.marts)
    assert callable(family.formula_of(mart))


@pytest.mark.parametrize("mart", MART_CONTRACTS)
def test_figures_of_every_mart_are_what_their_rows_make(history: Path, mart: str) -> None:
    """A handful of figures spread over the mart; those of the release that stands."""
    contract = MART_CONTRACTS[mart]
    key = [name for name in contract.key if name != "release_id"]
    with open_published(Home(history)) as connection:
        current = (
            f"SELECT * FROM {mart} QUALIFY release_id = max(release_id) OVER (PARTITION BY jurisdiction, time_period)"
        )
        cursor = connection.execute(f"SELECT {', '.join(key)} FROM ({current}) ORDER BY hash({', '.join(key)}) LIMIT 6")
        figures = [dict(zip(key, row, strict=True)) for row in cursor.fetchall()]
        for figure in figures:
            given = {name: value for name, value in figure.items() if value is not None}
            found = explain(find(Home(history), connection, mart, given))
            assert found.worked.why_not == "", figure
            assert found.worked.agrees, (figure, found.worked)
            assert found.worked.formula
            assert found.rules
            assert found.counts["rows"] == sum(file["rows_in_figure"] for file in found.files)


def test_a_share_is_explained_from_file_to_figure(history: Path) -> None:
    done = povmon_explain(history, *SHARE, "--rows")
    assert done.exit_code == 0, done.output
    (figure,) = ask(
        history,
        "SELECT * FROM mart.income_share WHERE time_period = '2021-12' AND area_code = '640323' AND domain = 'rural' "
        "AND share_definition = 'nbs_household_operations' AND estimator = 'ratio_of_aggregates' "
        "AND negative_policy = 'keep' AND sector = 'agriculture' AND release_id = 2",
    ).itertuples()
    assert f"value = {figure.value:,.10g} 0-1 (standard error" in done.output
    assert "R = Σ w·y_agriculture / Σ w·y" in done.output
    assert "agrees with the stored figure" in done.output
    assert f"{figure.n_households:,} households, {figure.n_psu:,} PSUs" in done.output
    assert "household_income.balance" in done.output
    assert "mart.income_share.areas_as_before" in done.output
    rows = ask(
        history,
        "SELECT household_id, row_number FROM core.household_income WHERE time_period = '2021-12' AND "
        "area_code = '640323' AND area_type = 'rural'",
    )
    assert len(rows) == figure.n_households
    for row in rows.itertuples():
        assert f"{row.household_id}" in done.output


def test_the_files_are_named_with_the_hash_of_their_bytes(history: Path) -> None:
    with open_published(Home(history)) as connection:
        found = explain(_share(history, connection))
    (file,) = found.files
    sent = history.parent / "landing" / file["original_name"]
    assert file["sha256"] == hashlib.sha256(sent.read_bytes()).hexdigest()
    assert file["rows_accepted"] + file["rows_quarantined"] == file["rows_read"]


def _share(home: Path, connection: duckdb.DuckDBPyConnection, **given: str) -> Evidence:
    wanted = {"time_period": "2021-12", "area_code": "640323", "domain": "rural", "sector": "agriculture", **given}
    return find(Home(home), connection, "mart.income_share", wanted)


def test_earlier_releases_are_shown_with_what_moved_the_figure(history: Path) -> None:
    """The correction of December left two households out."""
    with open_published(Home(history)) as connection:
        found = explain(_share(history, connection))
        old = explain(find(Home(history), connection, "mart.income_share", _share(history, connection).key, release=1))
    first, second = found.releases
    assert (first["release_id"], second["release_id"]) == (1, 2)
    assert first["causes"] == ""
    assert second["causes"].startswith("data ")
    assert float(second["causes"].split()[1]) == pytest.approx(second["value"] - first["value"], rel=1e-4)
    assert "replaced by those of release 2" in old.worked.why_not
    assert old.worked.agrees


def test_a_figure_that_was_changed_is_told(home: Path) -> None:
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        connection.execute("UPDATE mart.income_share SET value = value + 0.01 WHERE area_code = '640323'")
    done = povmon_explain(home, *SHARE)
    assert done.exit_code == 1
    assert "NOT the stored figure" in done.output
    assert "is not what its rows make" in done.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("mart.nothing",), "mart.nothing is no mart"),
        (("mart.income_share", "--colour", "red"), "mart.income_share has no colour"),
        (("mart.income_share", "--area", "1"), "has no figure of area_code 1"),
        (("mart.income_share", "--area", "640323"), "give --period, one of: 2021-12, 2022-01"),
        (("mart.income_share", "--area"), "'--area' is not an option with a value"),
        (("mart.income_level", "--period", "2021-12", "--area", "640323", "--quantity", "x"), "has no figure x"),
        (
            ("mart.inequality", "--period", "2022-01", "--area", "640323", "--measure", "gini", "--drill"),
            "is no sum over rows",
        ),
    ],
)
def test_a_wrong_call_says_what_is_there(history: Path, arguments: tuple[str, ...], said: str) -> None:
    done = povmon_explain(history, *arguments)
    assert done.exit_code == 2
    assert said in done.output


@pytest.mark.parametrize(
    ("mart", "given", "quantity"),
    [
        ("mart.income_level", {"area_code": "640300", "leaf": "crop"}, "mean_per_person"),
        ("mart.income_level", {"area_code": "640323", "domain": "rural"}, "total"),
        ("mart.income_share", {"area_code": "640323", "sector": "agriculture"}, "value"),
        ("mart.income_share", {"area_code": "640323", "sector": "agriculture", "estimator": "mean_of_shares"}, "value"),
        (
            "mart.labour_export",
            {"area_code": "640300", "destination_code": "110000", "channel": "organised"},
            "persons",
        ),
    ],
)
def test_contributions_of_rows_add_up_to_the_change(
    history: Path, mart: str, given: dict[str, str], quantity: str
) -> None:
    with open_published(Home(history)) as connection:
        now, before = (
            find(Home(history), connection, mart, {**given, "time_period": period}, quantity=quantity)
            for period in ("2022-01", "2021-12")
        )
        moved = drill(now)
    change = float(now.row[quantity]) - float(before.row[quantity])
    summed = sum(unit["contribution"] for unit in moved.units)
    assert summed == pytest.approx(change, rel=1e-9)
    assert sum(part for _, part in moved.kinds.values()) == pytest.approx(change, rel=1e-9)
    sizes = [abs(unit["contribution"]) for unit in moved.units]
    assert sizes == sorted(sizes, reverse=True)
    assert isinstance(now.formula, Sums)


def test_households_that_came_stand_apart(history: Path) -> None:
    """The two that the correction left out in January are there in February."""
    with open_published(Home(history)) as connection:
        moved = drill(_share(history, connection, time_period="2022-01", domain="all"))
    assert moved.before_period == "2021-12"
    assert moved.kinds["new"][0] - moved.kinds["gone"][0] > 0
    assert {unit["kind"] for unit in moved.units if unit["above_before"] == unit["below_before"] == 0} >= {"new"}


def test_the_evidence_is_written_as_files(history: Path, tmp_path: Path) -> None:
    done = povmon_explain(history, *SHARE, "--csv", str(tmp_path / "evidence"))
    assert done.exit_code == 0
    names = {"figure", "formula", "files", "rules", "flags", "decisions", "releases", "rows"}
    assert {path.stem for path in (tmp_path / "evidence").iterdir()} == names
    with (tmp_path / "evidence" / "rows.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(len(row["household_id"]) == 32 and int(row["row_number"]) > 0 for row in rows)


def test_text_in_the_evidence_is_never_a_formula(tmp_path: Path) -> None:
    write_evidence(tmp_path, {"files": [{"original_name": "=cmd|' /C calc'!A0.csv", "rows": -3}]})
    text = (tmp_path / "files.csv").read_text("utf-8-sig")
    assert "'=cmd" in text
    assert text.rstrip().endswith(",-3")
