"""An outsider with a solver against two releases of a month in which some areas have few households."""

import csv
import json
from pathlib import Path

import pandas as pd
import pytest
from gate_support import NET, VIEWS, Office, Outsider, System

from jurisdictions import load
from jurisdictions.wuzhong.generator import generate
from warehouse.contracts import LEAVES, MART_CONTRACTS
from warehouse.contracts.figures import FIGURE, PLACE, dimensions

SHARE, SLACK = 0.10, 1e-4
YANCHI = "640323"
REVISED = frozenset({YANCHI})
EMPTY = {"labour_half_year", "village_indicator", "registry_indicator", "industry_indicator", "target_progress"}
"""Views of what is sent by half-year or year: one month has nothing for them"""
OTHERS = ("640302", "640303", "640324", "640381", "X6403-01", "X6403-02")
KIND = ["destination_code", "channel"]
PRICES = """\
month,province,indicator,value
2021-01,宁夏回族自治区,居民消费价格指数(上年同月=100),99.9
"""


def cut(path: Path, area_type: str, keep: int, to: Path | None = None) -> None:
    """Leaves only the first `keep` households of an area type in Yanchi's file."""
    lines = path.read_text("utf-8-sig").splitlines()
    of_type = [line for line in lines[1:] if line.split(",")[2] == area_type]
    others = [line for line in lines[1:] if line.split(",")[2] != area_type]
    (to or path).write_text("\n".join([lines[0], *of_type[:keep], *others]) + "\n", "utf-8-sig")


def two_workers(path: Path) -> None:
    """One man and one woman of Yanchi found work in Yinchuan by way of the office."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    at = {name: place for place, name in enumerate(head)}
    for row in rows:
        if (row[at["输入地"]], row[at["输出方式"]]) == ("银川市", "有组织输出"):
            row[at["人数"]], row[at["人次"]], row[at["劳务总收入"]] = "1", "1", row[at["人均劳务收入"]]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([head, *rows])


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    place = tmp_path_factory.mktemp("wuzhong")
    generate(place / "landing", months=1, household_months=1_000, dirt=False)
    cut(place / "landing" / "盐池县_住户收入_2021-01.csv", "农村", 12)
    two_workers(place / "landing" / "盐池县_劳务输出_2021-01.csv")
    (place / "landing" / "nbs_cpi_monthly_by_province.csv").write_text(PRICES, encoding="utf-8")
    return Office(place / "home", place / "landing")


@pytest.fixture(scope="module")
def cores() -> list[pd.DataFrame]:
    """The households of each release."""
    return []


@pytest.fixture(scope="module")
def first(office: Office, cores: list[pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """What an outsider sees of release 1."""
    assert office.run() == 1
    cores.append(office.households(1))
    return office.published()


@pytest.fixture(scope="module")
def second(office: Office, first: dict[str, pd.DataFrame], cores: list[pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """What an outsider sees of release 2: Yanchi sent a correction with one rural and some urban households more."""
    original = office.landing / "盐池县_住户收入_2021-01.csv"
    cut(original, "城镇", 50, to=original.with_name("盐池县_住户收入_2021-01_更正1.csv"))
    assert office.run() == 2
    cores.append(office.households(2))
    return office.published()


def check(system: System, targets: list[dict], levels: list[float], primary: list[bool]) -> None:
    """Every primary figure keeps its level to each side, and nothing withheld is known exactly."""
    assert any(primary)
    value = [sum(system.value[part] for part in target) for target in targets]
    for (fall, rise), true, level, is_primary in zip(system.intervals(targets), value, levels, primary, strict=True):
        if is_primary:
            needed = level if true else 0.0
            assert fall >= needed * (1 - SLACK), (fall, rise, true, level)
            assert rise >= level * (1 - SLACK), (fall, rise, true, level)
        else:
            assert fall + rise > 1e-6 * abs(true), (fall, rise, true)


def level_of(value: float, floor: float) -> float:
    return max(SHARE * abs(value), min(floor, abs(value)) if value else floor)


def attack_incomes(office: Office, outsider: Outsider) -> None:
    system, number = outsider.incomes(), len(outsider.releases)
    mart = office.mart("income_level").query("release_id == @number and conf_status == 'N'")
    targets, levels, primary = [], [], []
    for row in mart.itertuples():
        targets.append(outsider.sums(number, row.area_code, row.domain, LEAVES if row.leaf == NET else [row.leaf]))
        levels.append(level_of(row.total, outsider.weight(row.area_code, row.domain, number)))
        primary.append("fewer than" in row.conf_note or "cv above" in row.conf_note)
    check(system, targets, levels, primary)


def attack_counts(office: Office, outsider: Outsider) -> None:
    number, system = len(outsider.releases), outsider.households()
    mart = office.mart("income_level").query("release_id == @number and leaf == 'net_income' and n_households < 20")
    targets = [outsider.sums(number, row.area_code, row.domain, ["n"]) for row in mart.itertuples()]
    check(system, targets, [level_of(row.n_households, 1.0) for row in mart.itertuples()], [True] * len(mart))


def attack_headcounts(office: Office, outsider: Outsider) -> None:
    number, truth = len(outsider.releases), office.mart("poverty")
    for measure, line in (("fgt0", "rural_2010"), ("fgt1", "rural_2010"), ("fgt2", "rural_2008")):
        system = outsider.headcounts(truth, measure, line)
        mart = truth.query("release_id == @number and measure == @measure and line_id == @line and conf_status == 'N'")
        targets = [outsider.sums(number, row.area_code, row.domain, [measure]) for row in mart.itertuples()]
        levels, primary = [], []
        for row, target in zip(mart.itertuples(), targets, strict=True):
            value = sum(system.value[part] for part in target)
            persons = sum(system.upper[part] for part in target)
            levels.append(min(level_of(value, 0.001 * persons), max(persons - value, 0.0) or value))
            primary.append("fewer than" in row.conf_note or "cv above" in row.conf_note)
        check(system, targets, levels, primary)


def attack_means(office: Office, outsider: Outsider, core: pd.DataFrame) -> None:
    number, system = len(outsider.releases), outsider.means(core)
    mart = office.mart("income_share").query(
        "release_id == @number and estimator == 'mean_of_shares' and negative_policy == 'keep' "
        "and share_definition != 'productive' and conf_status == 'N'"
    )
    targets, levels, primary = [], [], []
    for row in mart.itertuples():
        leaves = outsider.definitions()[row.share_definition, row.sector]
        targets.append(outsider.sums(number, row.area_code, row.domain, leaves))
        levels.append(level_of(row.value * outsider.weight(row.area_code, row.domain, number), 0.0))
        primary.append("fewer than" in row.conf_note or "cv above" in row.conf_note)
    check(system, targets, levels, primary)


def attack_workers(office: Office, outsider: Outsider) -> None:
    """Persons by destination and channel add up over the counties; one county has two."""
    mart = office.mart("labour_export")
    mart = mart[mart["release_id"] == len(outsider.releases)].set_index(["area_code", *KIND])
    inside = set(outsider.members)
    counties = [
        key for key in mart.index if not any((key[0], other) in inside for other in {*OTHERS, YANCHI} - {key[0]})
    ]
    system = System({(1, *key): float(mart.loc[key, "persons"]) for key in counties})
    for seen in outsider.releases:
        for row in seen["labour_export"].dropna(subset=["persons"]).itertuples():
            kind = (row.destination_code, row.channel)
            parts = [part for part in system.value if part[2:] == kind and (row.area_code, part[1]) in inside]
            system.know(dict.fromkeys(parts, 1.0), row.persons)
    hidden = mart[mart["conf_status"] == "N"]
    small = hidden[hidden["persons"] < 3]
    assert list(small.index) == [(YANCHI, "640100", "organised")]
    assert len(hidden) <= 4, "another county goes with it, and a set of areas may"
    check(system, [{(1, *key): 1.0} for key in small.index], [1.0], [True])


def attack_all(office: Office, outsider: Outsider, cores: list[pd.DataFrame]) -> None:
    attack_incomes(office, outsider)
    attack_means(office, outsider, pd.concat(cores))
    attack_counts(office, outsider)
    attack_headcounts(office, outsider)
    attack_workers(office, outsider)


def test_no_withheld_figure_of_the_first_release_can_be_worked_out(
    office: Office, first: dict[str, pd.DataFrame], cores: list[pd.DataFrame]
) -> None:
    attack_all(office, Outsider("wuzhong", [first], office.mart("psu_total"), office.members("2021-01")), cores)


def test_nor_with_the_second_release_beside_it(
    office: Office, first: dict[str, pd.DataFrame], second: dict[str, pd.DataFrame], cores: list[pd.DataFrame]
) -> None:
    outsider = Outsider(
        "wuzhong", [first, second], office.mart("psu_total"), office.members("2021-01"), frozenset({YANCHI})
    )
    attack_all(office, outsider, cores)


def test_what_was_hidden_stays_hidden_and_what_was_shown_stays_shown(
    office: Office, first: dict[str, pd.DataFrame], second: dict[str, pd.DataFrame]
) -> None:
    """Figures of areas that sent no correction are the same in both releases, and so is what is shown of them."""
    revised = {area for area, member in office.members("2021-01") if member == YANCHI}
    for view, key in (
        ("income_level", ["area_code", "domain", "leaf"]),
        ("income_share", ["area_code", "domain", "share_definition", "estimator", "negative_policy", "sector"]),
        ("poverty", ["area_code", "domain", "measure", "line_id"]),
        ("inequality", ["area_code", "domain", "measure", "leaf", "line_id"]),
        ("labour_export", ["area_code", "destination_code", "channel"]),
    ):
        both = first[view].merge(second[view], on=key, suffixes=("_1", "_2"))
        same = both[~both["area_code"].isin(revised)] if view != "labour_export" else both
        assert len(same) > 100
        assert (same["conf_status_1"] == same["conf_status_2"]).all(), view


def test_the_few_households_are_withheld_whole(office: Office, first: dict[str, pd.DataFrame]) -> None:
    level = first["income_level"]
    few = level[(level["area_code"] == YANCHI) & (level["domain"] == "rural")]
    assert len(few) == 19
    assert set(few["conf_status"]) == {"N"}
    whole = level.groupby(["area_code", "domain"])["conf_status"].agg(lambda status: set(status) == {"N"})
    assert whole.sum() >= 4, "a rectangle of areas and domains"


def test_the_manifest_records_the_rules_and_what_was_withheld(office: Office, second: dict[str, pd.DataFrame]) -> None:
    (manifest,) = office.ask("SELECT manifest FROM audit.release WHERE release_id = 2")["manifest"]
    publication = json.loads(manifest)["publication"]
    assert publication["rules"]["least_households"] == 20
    assert publication["unprotected"] == 0
    assert "fewer than 20 households" in " ".join(publication["withheld"]["mart.income_level"])


def test_what_is_free_is_published_as_it_stands_in_the_mart(office: Office, second: dict[str, pd.DataFrame]) -> None:
    assert {view for view in VIEWS if not len(second[view])} == EMPTY
    for view in sorted(set(VIEWS) - EMPTY - {"income_level_real"}):
        key = list(MART_CONTRACTS[f"mart.{view}"].key)
        both = second[view].merge(office.mart(view), on=key, suffixes=("", "_mart"), validate="one_to_one")
        assert len(both) == len(second[view])
        free = both["conf_status"] == "F"
        assert free.sum() > 0
        assert (both["conf_status"] == both["conf_status_mart"]).all()
        numbers = [name.removesuffix("_mart") for name in both.columns if name.endswith("_mart")]
        for name in numbers:
            if pd.api.types.is_numeric_dtype(both[f"{name}_mart"]):
                shown, kept = both[name].astype(float), both[f"{name}_mart"].astype(float)
                assert shown[free].equals(kept[free]), (view, name)
                assert shown[~free].isna().all(), (view, name)


def test_nothing_of_a_withheld_row_is_published_but_its_words(
    office: Office, first: dict[str, pd.DataFrame], second: dict[str, pd.DataFrame]
) -> None:
    """Walks all views and columns: primary or secondary, zero or not, withheld rows look alike."""
    views = office.ask("SELECT view_name FROM duckdb_views() WHERE schema_name = 'published'")["view_name"]
    assert sorted(views) == sorted([*VIEWS, "revisions", "revision_cause"])
    for release in (1, 2):
        for view, quantity in (("income_share", "value"), ("income_level", "total"), ("poverty", "value")):
            key = ", ".join(["release_id", *PLACE, *dimensions(view)])
            told = office.ask(
                f"SELECT p.value, f.{quantity} AS shown FROM published.revisions p "
                f"JOIN published.{view}_release({release}) f USING ({key}) "
                f"WHERE p.table_name = '{view}' AND p.quantity = '{quantity}'"
            )
            assert len(told) > 0
            assert told["value"].equals(told["shown"]), view
    told = office.ask(
        "SELECT c.value_before AS cause_before, c.value_after AS cause_after, p.value_before, p.value, p.difference "
        f"FROM published.revision_cause c LEFT JOIN published.revisions p USING ({', '.join(FIGURE)}, release_id)"
    )
    assert len(told) > 0
    assert told["cause_before"].equals(told["value_before"])
    assert told["cause_after"].equals(told["value"])
    gaps = office.ask(
        "SELECT count(*) AS n, count(difference) AS told FROM published.revisions "
        "WHERE value IS NULL OR value_before IS NULL"
    )
    assert gaps["n"][0] > 0
    assert gaps["told"][0] == 0
    said = {"release_id", "price_level"}
    # numbers that are no figure
    for seen in (first, second):
        for view, rows in seen.items():
            assert "conf_note" not in rows.columns
            held = rows[rows["conf_status"] != "F"]
            open_tables = load("wuzhong").publication["open_tables"]
            assert len(held) > 0 or view in EMPTY or f"mart.{view}" in open_tables, "not public records"
            assert len(held) < len(rows) or view in EMPTY, view
            assert set(rows["conf_status"]) <= {"F", "N"}
            assert (held["obs_status"] == "Q").all()
            assert (rows.loc[rows["conf_status"] == "F", "obs_status"] != "Q").all()
            numbers = set(rows.select_dtypes("number").columns) - said
            shown = [column for column in numbers if held[column].notna().any()]
            assert shown == [], (view, shown)
            if "n_households" in rows:
                assert rows["n_households"].min() >= 20
            if "cv" in rows:
                assert rows["cv"].abs().max() <= 0.25
        assert seen["income_level_real"]["mean_per_household_real"].notna().any()
    assert office.ask(
        "SELECT count(*) AS n FROM duckdb_views() WHERE schema_name = 'published' AND "
        "(sql ILIKE '%core.%' OR sql ILIKE '%psu_total%')"
    )["n"].tolist() == [0]
