"""What is published in the file is in the shared warehouse, row by row, whatever was loaded before."""

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from installation import Installation
from postgres_support import difference, digests, first_release, of_file, second_release
from servers import ask
from vintage_place import PLACE, Vintage

from pipelines.cli import main
from warehouse.contracts import CONTRACTS
from warehouse.postgres.connection import WarehouseProblem
from warehouse.postgres.load import Loaded, load
from warehouse.postgres.tables import BOOKS
from warehouse.published import MACROS, VIEWS, Macro
from warehouse.store import Home

LOADED = f"SELECT table_name, part, fingerprint, loaded_at FROM {BOOKS}.piece ORDER BY 1, 2"


@pytest.fixture(scope="module")
def loaded(revised: Vintage, database: Callable[[], str]) -> str:
    """A database with two releases of a small place."""
    url = database()
    load(Home(revised.home), url)
    return url


def test_every_table_is_the_same_on_both_engines(revised: Vintage, loaded: str) -> None:
    for name in CONTRACTS:
        assert difference(revised.home, loaded, f"SELECT * FROM {name}") == [], name


def test_the_sample_prefecture_has_the_same_figures_on_both_engines(
    sample: Installation, database: Callable[[], str]
) -> None:
    url = database()
    load(Home(sample.home), url)
    for name in CONTRACTS:
        assert difference(sample.home, url, f"SELECT * FROM {name}") == [], name
    assert len(of_file(sample.home, "SELECT * FROM audit.quarantine")) > 10
    for view in VIEWS:
        assert difference(sample.home, url, f"SELECT * FROM published.{view}", places=12) == [], view


def test_mexico_2010_has_the_same_figures_on_both_engines(
    real_data: Path, tmp_path: Path, shared: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from installation import run

    place = run("mexico", real_data / "data" / "mexico_south_2010", tmp_path / "home")
    for name in CONTRACTS:
        assert difference(place.home, shared, f"SELECT * FROM {name}") == [], name
    for view in VIEWS:
        assert difference(place.home, shared, f"SELECT * FROM published.{view}", places=12) == [], view
    assert ask(shared, "SELECT count(*) FROM core.household_income WHERE time_period = '2010-Q3'") == [(4724,)]


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_answers_the_same_on_both_engines(revised: Vintage, loaded: str, view: str) -> None:
    assert difference(revised.home, loaded, f"SELECT * FROM published.{view}", places=12) == []


@pytest.mark.parametrize("macro", MACROS, ids=lambda macro: macro.name)
def test_every_form_answers_the_same_on_both_engines(revised: Vintage, loaded: str, macro: Macro) -> None:
    is_release = macro.parameter == "release"
    for given in ("1", "release => 2") if is_release else ("'2100-01-01'", "at => current_date"):
        query = f"SELECT * FROM published.{macro.name}({given})"
        assert difference(revised.home, loaded, query, places=12) == [], query
    nothing = "7" if is_release else "'2000-01-01'"
    assert ask(loaded, f"SELECT count(*) FROM published.{macro.name}({nothing})") == [(0,)]


def test_the_comparison_is_of_something_and_sees_one_bit(revised: Vintage, database: Callable[[], str]) -> None:
    url = database()
    load(Home(revised.home), url)
    for view in ("income_share", "poverty", "labour_export", "fund_flow", "revisions", "revision_cause"):
        assert ask(url, f"SELECT count(*) > 0 FROM published.{view}") == [(True,)], view
    ask(url, "UPDATE mart.income_level SET total = total * (1 + 2.3e-16) WHERE leaf = 'net_income' AND domain = 'all'")
    assert difference(revised.home, url, "SELECT * FROM mart.income_level") != []
    assert difference(revised.home, url, "SELECT * FROM mart.income_level", places=12) == []


@pytest.mark.parametrize(
    ("moment", "is_there"),
    [
        ("'{at:%Y-%m-%d}'", True),  # a day is its end
        ("date '{at:%Y-%m-%d}'", True),
        ("'2000-01-01'", False),
        ("'{at}'", True),
        ("timestamp '{at}'", True),
        ("timestamptz '{at}+00'", True),
        ("timestamptz '{at}+00' - interval '1 microsecond'", False),
        ("'{at}+08'", False),
    ],
)
@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai"])
def test_a_moment_means_what_it_means_in_the_file(loaded: str, moment: str, is_there: bool, zone: str) -> None:
    ((created,),) = ask(loaded, "SELECT created_at AT TIME ZONE 'UTC' FROM audit.release WHERE release_id = 1")
    assert isinstance(created, dt.datetime)
    query = f"SELECT count(*) > 0 FROM published.income_share_as_of({moment.format(at=created)})"
    assert ask(f"{loaded}&options=-c%20timezone%3D{zone}", query) == [(is_there,)]


def test_microdata_lie_in_a_partition_a_month(revised: Vintage, loaded: str) -> None:
    query = "SELECT DISTINCT tableoid::regclass::text, time_period FROM core.household_income ORDER BY 1"
    names = [f"core.household_income_2024_{month}" for month in ("03", "04")]
    assert ask(loaded, query) == [(names[0], "2024-03"), (names[1], "2024-04")]
    plan = ask(loaded, "EXPLAIN SELECT * FROM core.household_income WHERE time_period = '2024-03'")
    assert "household_income_2024_03" in str(plan)
    assert "household_income_2024_04" not in str(plan)


def test_a_load_without_news_copies_nothing(revised: Vintage, loaded: str) -> None:
    before = ask(loaded, LOADED)
    assert load(Home(revised.home), loaded) == Loaded(0, 0, 0)
    assert ask(loaded, LOADED) == before


def test_loading_again_leaves_no_trace_of_the_first_attempt(revised: Vintage, database: Callable[[], str]) -> None:
    url = database()
    load(Home(revised.home), url)
    clean = digests(url)
    ask(url, "UPDATE core.household_income SET net_income = -1 WHERE area_code = 'A'")
    ask(url, "INSERT INTO core.household_income SELECT * FROM core.household_income")
    ask(url, "DELETE FROM mart.income_share WHERE domain = 'rural'")
    ask(url, "UPDATE mart.poverty SET value = 1")
    ask(url, "DELETE FROM audit.check_result")
    assert digests(url) != clean
    load(Home(revised.home), url, anew=True)
    assert digests(url) == clean


def test_a_run_publishes_in_both_and_copies_what_is_new(vintage: Vintage, shared: str) -> None:
    first_release(vintage)
    assert ask(shared, "SELECT release_id, periods FROM audit.release") == [(1, "2024-03")]
    before = dict(ask(shared, f"SELECT table_name || part, loaded_at FROM {BOOKS}.piece"))
    second_release(vintage)
    for name in CONTRACTS:
        assert difference(vintage.home, shared, f"SELECT * FROM {name}") == [], name
    after = dict(ask(shared, f"SELECT table_name || part, loaded_at FROM {BOOKS}.piece"))
    kept = {name for name, when in after.items() if before.get(name) == when}
    assert {"core.labour_export2024-03", "mart.income_share1", "audit.release1"} <= kept
    assert {"mart.income_share2", "core.household_income2024-04", "audit.release2"} <= after.keys() - before.keys()
    assert after["core.household_income2024-03"] != before["core.household_income2024-03"]


def test_what_is_gone_from_the_file_goes_from_the_warehouse(
    revised: Vintage, tmp_path: Path, database: Callable[[], str]
) -> None:
    url, home = database(), Home(Path(shutil.copytree(revised.home, tmp_path / "home")))
    load(home, url)
    home.warehouse.chmod(0o644)
    with duckdb.connect(str(home.warehouse)) as file:
        file.execute("DELETE FROM audit.price_level WHERE release_id = 1")
    assert load(home, url) == Loaded(0, 0, 1)
    assert difference(home.root, url, "SELECT * FROM audit.price_level") == []


def test_several_homes_share_a_database_each_with_its_places(
    neighbour: Vintage, revised: Vintage, database: Callable[[], str]
) -> None:
    url, homes = database(), {place.name: Home(place.home) for place in (neighbour, revised)}
    load(homes["neighbour"], url)
    of_neighbour = digests(url, "neighbour")
    load(homes[PLACE], url)
    assert digests(url, "neighbour") == of_neighbour, "the other home leaves it alone"
    releases = "SELECT jurisdiction, release_id FROM audit.release ORDER BY 1, 2"
    found = ask(url, releases)
    assert found == [(name, number) for name in ("neighbour", PLACE) for number in (1, 2)], "each home counts its own"
    for home in homes.values():
        heads = of_file(home.root, "SELECT head_hash FROM audit.chain_head")
        assert set(heads) <= set(ask(url, "SELECT head_hash FROM audit.chain_head"))
    ((rows, codes),) = ask(url, "SELECT count(*), count(DISTINCT (code_list, code)) FROM ref.code_list")
    assert rows == codes
    for home in homes.values():
        assert load(home, url) == Loaded(0, 0, 0)


def test_a_place_has_one_home_until_it_is_taken_over(revised: Vintage, vintage: Vintage, shared: str) -> None:
    load(Home(revised.home), shared)
    before = digests(shared)
    with pytest.raises(WarehouseProblem, match=rf"{PLACE}: another home loads it.*\n.*--take-over"):
        first_release(vintage)
    assert digests(shared) == before
    assert of_file(vintage.home, "SELECT release_id FROM audit.release") == [(1,)], "the file has it all the same"
    done = CliRunner().invoke(main, ["warehouse", "load", "--take-over", "--home", str(vintage.home)])
    assert (done.exit_code, ask(shared, "SELECT release_id FROM audit.release")) == (0, [(1,)]), done.output
    for name in CONTRACTS:
        assert difference(vintage.home, shared, f"SELECT * FROM {name}") == [] or name == "audit.chain_head"
    refused = CliRunner().invoke(main, ["warehouse", "load", "--home", str(revised.home)])
    assert refused.exit_code == 1
    assert "another home loads it" in refused.stderr


def test_without_a_published_file_or_an_address_the_call_is_wrong(tmp_path: Path, shared: str) -> None:
    called = CliRunner().invoke(main, ["warehouse", "load", "--home", str(tmp_path)])
    assert (called.exit_code, "povmon run" in called.stderr) == (2, True)
    called = CliRunner(env={"POVMON_WAREHOUSE": None}).invoke(main, ["warehouse", "load", "--home", str(tmp_path)])
    assert (called.exit_code, "--url" in called.stderr) == (2, True)
