"""The sample: the same seed the same bytes, sizes as asked, values that keep the identities they must."""

import hashlib
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from jurisdictions.wuzhong.generator import Truth, generate, write_correction
from jurisdictions.wuzhong.generator.design import (
    AREAS,
    MINIMUM_HOUSEHOLDS,
    blocks,
    households_by_area,
    villages_of,
)
from jurisdictions.wuzhong.generator.fund_plan import Size, projects_of
from jurisdictions.wuzhong.generator.funds import RESERVES, fund_sheet, ledger_of
from jurisdictions.wuzhong.generator.income import LEAF_NAMES, incomes
from jurisdictions.wuzhong.generator.labour import labour_sheet
from jurisdictions.wuzhong.generator.sheets import household_sheet, leaf_cents
from warehouse.periods import months_between

SEED = 2024
YEAR = months_between("2021-01", "2021-12")


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(dirty: Truth, tmp_path: Path) -> None:
    again = generate(tmp_path / "again" / "landing", months=3, household_months=3_000)
    assert digests(again.landing) == digests(dirty.landing)
    assert digests(again.folder) == digests(dirty.folder)
    other = generate(tmp_path / "other" / "landing", seed=7, months=3, household_months=3_000)
    same = set(digests(other.landing).items()) & set(digests(dirty.landing).items())
    assert {name.rpartition("_")[2] for name, _ in same} <= {"更正1.csv", "更正1.xlsx", "通讯录.csv"}


def test_truth_never_lies_in_the_landing_folder(dirty: Truth, tmp_path: Path) -> None:
    assert dirty.folder == dirty.landing.parent / "truth"
    elsewhere = generate(tmp_path / "in", months=1, household_months=300, truth=tmp_path / "elsewhere")
    assert elsewhere.folder == tmp_path / "elsewhere"
    assert {path.name for path in elsewhere.landing.iterdir()} == {file.file for file in elsewhere.files}


def test_every_file_is_listed_and_there(dirty: Truth) -> None:
    assert {path.name for path in dirty.landing.iterdir()} == {file.file for file in dirty.files}
    sound = [file for file in dirty.files if file.outcome == "accepted"]
    assert len(sound) == 3 * 7 * 3
    households = [file for file in sound if file.source == "household_income"]
    inserted = {"household_twice_in_file": 1, "village_in_two_strata": 2, "household_in_two_files": 1}
    lines = [line for line in dirty.dirt if line.source == "household_income" and line.kind in inserted]
    # of both a duplicate and its copy one line is added, of a stray village both
    added = sum(1 if line.kind == "village_in_two_strata" else 0.5 for line in lines)
    assert sum(file.records for file in households) == 3_000 + added


@pytest.mark.parametrize("households", [MINIMUM_HOUSEHOLDS, 700, 1_388_889])
def test_the_sample_has_the_size_asked_for_and_two_villages_a_stratum(households: int) -> None:
    sizes = households_by_area(households)
    assert sum(sizes.values()) == households
    for area in AREAS:
        villages = villages_of(area, sizes[area.code], SEED)
        assert villages.households.sum() == sizes[area.code]
        assert villages.households.min() >= 1
        assert np.bincount(villages.kind)[np.unique(villages.kind)].min() >= 2


def test_sizes_and_sources_that_cannot_be_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="10 household-months in 36 months"):
        generate(tmp_path, household_months=10)
    with pytest.raises(ValueError, match="unknown source income; there are household_income"):
        generate(tmp_path, sources=("income",))


def test_blocks_split_an_area_without_losing_or_repeating_a_household() -> None:
    villages = villages_of(AREAS[0], 1_000, SEED)
    parts = list(blocks(villages, SEED, block_size=300))
    ids = [text for part in parts for text in part.household_id.to_pylist()]
    (whole,) = blocks(villages, SEED)
    assert len(parts) > 2
    assert ids == whole.household_id.to_pylist()
    assert len(set(ids)) == 1_000
    for before, after in pairwise(parts):
        assert before.psu_number[-1] != after.psu_number[0], "a village is in one block"


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.code)
def test_household_incomes_are_plausible_and_add_up(area) -> None:  # type: ignore[no-untyped-def]
    villages = villages_of(area, 4_000, SEED)
    (block,) = blocks(villages, SEED)
    losses = 0
    for index, month in enumerate(YEAR):
        sheet = household_sheet(block, month, index, SEED)
        cents, income = leaf_cents(sheet), sheet.numbers("net_income")
        assert (cents.sum(axis=0) == income).all()
        assert income.min() > 0, "the contract flags a negative sum"
        assert (income <= 100_000_00 * sheet.numbers("persons")).all(), "the contract flags more a head"
        assert (cents == 0).any(axis=0).all(), "no household has every source"
        losses += int((cents < 0).sum())
    assert losses > 4_000 * 12 * 0.01


def test_a_household_stays_itself_from_month_to_month() -> None:
    villages = villages_of(AREAS[2], 2_000, SEED)
    (block,) = blocks(villages, SEED)
    (later,) = blocks(villages, SEED)
    first, second = (incomes(block, index, index + 1, SEED).sum(axis=0) for index in (0, 1))
    assert block.household_id.equals(later.household_id)
    assert (block.persons == later.persons).all()
    assert (first == second).mean() < 0.02, "only those at the minimum allowance"
    assert np.corrcoef(np.log(first), np.log(second))[0, 1] > 0.7


def test_agriculture_falls_by_the_same_amount_while_wages_away_rise(tmp_path: Path) -> None:
    truth = generate(tmp_path / "landing", household_months=72_000, dirt=False, sources=("household_income",))
    shares = pq.read_table(truth.folder / "income_share.parquet").to_pandas()
    mask = (shares["share_definition"] == "nbs_household_operations") & (shares["sector"] == "agriculture")
    mask &= (shares["estimator"] == "ratio_of_aggregates") & (shares["area_code"] == "640300")
    share = shares[mask & (shares["domain"] == "rural")].sort_values("time_period")["value"].to_numpy()
    months = np.arange(36)
    slope, start = np.polyfit(months, share, 1)
    explained = 1 - ((share - start - slope * months) ** 2).sum() / ((share - share.mean()) ** 2).sum()
    assert 0.08 < -slope * 35 < 0.16
    assert explained > 0.85, "roughly a straight line, seasons aside"
    levels = pq.read_table(truth.folder / "income_level.parquet").to_pandas()
    levels = levels[(levels["area_code"] == "640300") & (levels["domain"] == "rural")]
    total = levels.pivot_table(index="time_period", columns="leaf", values="total")
    away = (total["wage_away"] / total["net_income"]).to_numpy()
    assert away[-6:].mean() - away[:6].mean() > 0.05


def test_labour_totals_are_persons_times_mean_within_the_contracts_bands() -> None:
    person_times = 0
    for area in AREAS:
        for index, month in enumerate(YEAR[:6]):
            sheet = labour_sheet(area, month, index, SEED)
            persons, times = sheet.numbers("persons"), sheet.numbers("person_times")
            mean = sheet.numbers("earnings_per_person")
            assert (sheet.numbers("earnings_total") == persons * mean).all()
            assert persons.min() > 0
            assert (times > persons).all()
            assert mean.min() > 50_00
            assert mean.max() < 50_000_00
            person_times += int(times.sum())
    assert person_times > 50_000, "the policy paper: more than 50,000 person-times in half a year"


def test_money_keeps_channel_and_purpose_and_no_station_passes_on_more_than_it_got() -> None:
    """Of projects with nothing irregular; two tranches a channel, each claimed and used to the cent."""
    lines: dict[str, dict[str, object]] = {}
    for index, month in enumerate(YEAR):
        sheet = fund_sheet(AREAS[1], YEAR, index, SEED)
        assert sheet.regular is not None
        for row in range(sheet.rows):
            line = {
                name: sheet.text(name, row) for name in ("station", "channel", "purpose", "booked_on", "upstream_id")
            }
            number = sheet.text("transaction_id", row)
            assert number not in lines
            assert str(line["booked_on"]).startswith(month)
            cents, is_regular = int(sheet.numbers("amount")[row]), bool(sheet.regular[row])
            lines[number] = line | {"amount": cents, "is_regular": is_regular}
    order = ["budget", "allocation", "release", "project", "reimbursement", "use"]
    spent: dict[str, int] = {}
    for line in lines.values():
        if line["station"] == "budget":
            assert line["upstream_id"] == ""
        elif line["is_regular"]:
            upstream = lines[str(line["upstream_id"])]
            assert order.index(str(upstream["station"])) == order.index(str(line["station"])) - 1
            assert (upstream["channel"], upstream["purpose"]) == (line["channel"], line["purpose"])
            assert str(upstream["booked_on"]) <= str(line["booked_on"])
            spent[str(line["upstream_id"])] = spent.get(str(line["upstream_id"]), 0) + int(str(line["amount"]))
    assert {line["station"] for line in lines.values()} == set(order)
    assert all(amount <= int(str(lines[number]["amount"])) for number, amount in spent.items())
    assert sum(not line["is_regular"] for line in lines.values()) > 20


@pytest.mark.parametrize("size", [Size.ordinary(36), Size(2_000, 150_000)])
def test_the_ledger_has_the_size_asked_for(size: Size) -> None:
    months = tuple(months_between("2021-01", "2023-12"))
    assert sum(len(projects_of(area, months, size, SEED)) for area in AREAS) == size.projects
    lines = sum(len(ledger_of(area, months, size, SEED)) for area in AREAS)
    reserves = RESERVES * len(AREAS) * len(months)
    assert 0.8 * size.lines < lines - reserves < 1.2 * size.lines


@pytest.mark.parametrize(
    ("area_code", "source", "name"),
    [
        ("640323", "household_income", "盐池县_住户收入_2021-02{}.csv"),
        ("640302", "fund_transaction", "利通区资金台账（2021-02）{}.csv"),
        ("640303", "labour_export", "红寺堡区_劳务输出_2021年02月{}.xlsx"),
    ],
)
def test_a_correction_is_the_sound_file(clean: Path, tmp_path: Path, area_code: str, source: str, name: str) -> None:
    path = write_correction(tmp_path, area_code, "2021-02", source, months=3, household_months=3_000)
    assert path.name == name.format("_更正1")
    assert path.read_bytes() == (clean / name.format("")).read_bytes()


def test_leaves_are_those_of_the_contract_in_order() -> None:
    assert LEAF_NAMES[:4] == ("crop", "forestry", "livestock", "fishery")
    assert len(LEAF_NAMES) == 18
