"""Rules that look at other tables: what they see, from which months, and which months are due when it changes."""

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from assets.core.table_month import known_parts
from assets.release.releases import seen
from checks.scan import Subject, judge, judged_schema
from warehouse.compile import arrow_schema
from warehouse.contracts import SOURCE_CONTRACTS, Rule
from warehouse.store import Home

LABOUR, PRINTED = SOURCE_CONTRACTS["core.labour_export"], SOURCE_CONTRACTS["core.published_income"]
RULE = Rule(
    "labour_export.destination_was_there_before",
    2,
    "flag",
    "workers go where some went before, in a year that is printed",
    """SELECT row_ordinal FROM judged
       WHERE destination_code NOT IN (SELECT destination_code FROM known_labour_export)
          OR time_period[:4] NOT IN (SELECT time_period[:4] FROM known_published_income)""",
    "drawn for the test",
    kind="set",
    looks_at=("core.labour_export", "core.published_income"),
)
LINE = {"jurisdiction": "p", "freq": "M", "area_code": "A", "channel": "organised", "sex": "M", "persons": 1}
LINE |= {"person_times": 1, "file_id": "f"}
AREAS = [{"area_code": "A", "valid_from": None, "valid_to": None}]


def stored(home: Home, table: str, month: str, *rows: dict[str, object]) -> None:
    schema = pa.schema([field.with_nullable(True) for field in arrow_schema(SOURCE_CONTRACTS[table])])
    path = home.partition(table, "p", month)
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(list(rows), schema=schema), path)


def strangers(home: Home, month: str) -> set[int]:
    """Rows of a month with destinations 1, 2, 3 that the rule finds."""
    contract = replace(LABOUR, rules=(RULE,))
    rows = [
        LINE | {"time_period": month, "destination_code": str(code), "row_ordinal": place, "row_number": place + 2}
        for place, code in enumerate((1, 2, 3))
    ]
    table = pa.Table.from_pylist(rows, schema=judged_schema(contract))
    verdict = judge(
        Subject(contract, table, AREAS, month, known=known_parts(home, "p", contract, month, contract.rules))
    )
    assert verdict.results[0].rows is not None
    return set(verdict.results[0].rows)


def test_a_rule_sees_earlier_months_of_its_own_table_and_begun_periods_of_others(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert strangers(home, "2021-03") == {0, 1, 2}, "nothing is known yet"
    stored(home, "core.published_income", "2021-12", {"time_period": "2021", "freq": "A"})
    stored(home, "core.published_income", "2022-06", {"time_period": "2022-06", "freq": "M"})
    for month, destination in (("2021-02", "1"), ("2021-03", "2"), ("2021-04", "3")):
        stored(home, "core.labour_export", month, LINE | {"time_period": month, "destination_code": destination})
    assert strangers(home, "2021-03") == {1, 2}, "its own month and the one after are not seen; the year has begun"
    assert strangers(home, "2021-04") == {2}
    assert strangers(home, "2022-05") == {0, 1, 2}, "June has not begun"
    assert strangers(home, "2022-06") == set()


def test_a_month_is_due_when_a_period_that_has_begun_changes() -> None:
    freq = {"monthly": "M", "yearly": "A", "quarterly": "Q"}

    def files(**of: str) -> dict[str, list[list[object]]]:
        at = {"year": ("2021-12", "yearly"), "quarter": ("2021-06", "quarterly"), "month": ("2021-05", "monthly")}
        return {at[name][0]: [["core.t", at[name][1], "n", file_id]] for name, file_id in of.items()}

    def changes(judged: str, **of: str) -> bool:
        other = {name: f"{file_id}-corrected" for name, file_id in of.items()}
        return seen(files(**of), ["core.t"], judged, freq) != seen(files(**other), ["core.t"], judged, freq)

    assert changes("2021-01", year="a")
    assert not changes("2020-12", year="a")
    assert changes("2021-04", quarter="a")
    assert not changes("2021-03", quarter="a")
    assert changes("2021-05", month="a")
    assert changes("2022-05", month="a")
    assert not changes("2021-04", month="a")
    assert seen(files(month="a"), ["core.other"], "2021-05", freq) == {}
