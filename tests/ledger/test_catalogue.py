"""The catalogue says what the contracts and places say; the version of the rules changes with their meaning only."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from assets import rules
from jurisdictions import load
from warehouse.compile import rule_set_version
from warehouse.contracts import CODE_LISTS, CONTRACTS, JUDGED_CONTRACTS, SOURCE_CONTRACTS, Contract, Rule
from warehouse.engine import fetch, open_ledger, table
from warehouse.store import Home

LABOUR = SOURCE_CONTRACTS["core.labour_export"]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    engine = open_ledger(Home.at(tmp_path))
    yield engine
    engine.dispose()


def test_the_page_is_fresh() -> None:
    page = Path(__file__).parents[2] / "docs" / "rules.md"
    assert page.read_text(encoding="utf-8") == rules.page(), "stale: run `make docs`"


def test_the_catalogue_holds_every_rule_once_however_often_it_is_written(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        for place in ("mexico", "nepal", "mexico"):
            rules.write_rules(connection, load(place))
        rows = fetch(connection, sa.select(table(CONTRACTS["audit.rule"])))
    common = {rule.id for contract in JUDGED_CONTRACTS.values() for rule in contract.rules}
    assert {row["rule_id"] for row in rows if row["jurisdiction"] is None} == common
    assert {row["jurisdiction"] for row in rows} == {None, "mexico", "nepal"}
    assert len({(row["rule_id"], row["table_name"]) for row in rows}) == len(rows)
    for row in rows:
        assert row["kind"] in ("row", "set", "table", "figure")
        assert row["severity"] in ("info", "flag", "error", "block")
        assert row["sql"].lstrip().startswith(("SELECT", "WITH"))
        assert row["owner"]
        assert row["action"]


def test_no_rule_is_newer_than_the_program() -> None:
    from importlib.metadata import version

    own = tuple(map(int, version("poverty-monitor").split(".")))
    for contract in JUDGED_CONTRACTS.values():
        for rule in contract.rules:
            assert tuple(map(int, rule.since.split("."))) <= own, rule.id


def changed(**changes: object) -> Contract:
    """Labour export with its first rule changed."""
    return replace(LABOUR, rules=(replace(LABOUR.rules[0], **changes), *LABOUR.rules[1:]))  # type: ignore[arg-type]


def with_column(name: str, **changes: object) -> Contract:
    columns = [replace(c, **changes) if c.name == name else c for c in LABOUR.columns]  # type: ignore[arg-type]
    return replace(LABOUR, columns=tuple(columns))


@pytest.mark.parametrize(
    "reworded",
    [
        changed(rationale="another reason"),
        changed(text="another wording"),
        changed(owner="fund accountant"),
        changed(since="0.0.9"),
        changed(do="something else"),
        changed(columns=("persons",)),
        with_column("persons", description="another description", description_zh="人"),
        replace(LABOUR, rules=tuple(reversed(LABOUR.rules))),
        replace(LABOUR, description="another description"),
    ],
)
def test_another_wording_is_the_same_version(reworded: Contract) -> None:
    assert rule_set_version(reworded) == rule_set_version(LABOUR)


@pytest.mark.parametrize(
    "other",
    [
        changed(sql="missing <> 0 OR persons = 0"),
        changed(severity="block"),
        changed(level=1),
        changed(kind="set"),
        changed(id="labour_export.other"),
        replace(LABOUR, rules=LABOUR.rules[1:]),
        with_column("persons", maximum=Decimal(4)),
        with_column("persons", minimum=None),
        with_column("persons", nullable=True),
        with_column("sex", code_list="area_type"),
    ],
)
def test_another_meaning_is_another_version(other: Contract) -> None:
    assert rule_set_version(other) != rule_set_version(LABOUR)


def test_codes_belong_to_the_meaning_and_their_names_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    before, sexes = rule_set_version(LABOUR), CODE_LISTS["sex"]
    monkeypatch.setitem(CODE_LISTS, "sex", replace(sexes, codes={**sexes.codes, "M": ("men", "男性")}))
    assert rule_set_version(LABOUR) == before
    monkeypatch.setitem(CODE_LISTS, "sex", replace(sexes, codes={**sexes.codes, "X": ("other", "其他")}))
    assert rule_set_version(LABOUR) != before
    monkeypatch.setitem(CODE_LISTS, "sex", replace(sexes, valid={"M": ("2024-01", None)}))
    assert rule_set_version(LABOUR) != before


def test_a_rule_of_the_place_belongs_to_the_version() -> None:
    own = Rule("place.other", 1, "flag", "a rule", "persons = 7", "because of the test")
    assert rule_set_version(LABOUR, (own,)) != rule_set_version(LABOUR)
