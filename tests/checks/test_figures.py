"""Rules on figures: the SQL of Hidiroglou-Berthelot is the reference function, and periods follow each other."""

import math

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.figures import judge_figures, vintages
from indicators import editing
from warehouse.contracts import MART_CONTRACTS
from warehouse.contracts.mart_rules import HB_A, HB_C, HB_U, hidiroglou_berthelot

figure = st.one_of(st.none(), st.just(0.0), st.floats(0.5, 1e6).map(lambda x: round(x, 2)))
units = st.lists(st.tuples(st.sampled_from("ab"), figure, figure), min_size=1, max_size=40)


@settings(deadline=None, max_examples=60)
@given(units)
def test_the_rule_is_the_reference_function(rows: list[tuple[str, float | None, float | None]]) -> None:
    with duckdb.connect() as engine:
        engine.register(
            "unit",
            pa.table(
                {
                    "place": pa.array(range(len(rows))),
                    "part": pa.array([part for part, *_ in rows]),
                    "before": pa.array([before for _, before, _ in rows], pa.float64()),
                    "after": pa.array([after for *_, after in rows], pa.float64()),
                }
            ),
        )
        query = f"WITH {hidiroglou_berthelot(('part',))} SELECT place, effect, lower, upper, is_outlier FROM judged"
        found = {place: rest for place, *rest in engine.execute(query).fetchall()}
    for part in "ab":
        places = [place for place, row in enumerate(rows) if row[0] == part]
        before, after = (np.array([rows[p][side] for p in places], float) for side in (1, 2))
        expected = editing.hidiroglou_berthelot(before, after, HB_U, HB_A, HB_C)
        judged = [p for p, effect in zip(places, expected.effect, strict=True) if not math.isnan(effect)]
        assert [p for p in places if p in found] == judged
        for place, effect, is_outlier in zip(places, expected.effect, expected.is_outlier, strict=True):
            if place not in found:
                continue
            own_effect, lower, upper, own_outlier = found[place]
            told = [effect, expected.lower, expected.upper]
            assert [own_effect, lower, upper] == pytest.approx(told, rel=1e-12, abs=1e-6)
            edge = min(abs(effect - expected.lower), abs(effect - expected.upper))
            assert own_outlier == is_outlier or edge < max(1e-6, 1e-12 * abs(effect))


def test_the_parameters_are_those_of_the_method() -> None:
    assert (HB_U, HB_A, HB_C) == (0.5, 0.05, 4)


@pytest.mark.parametrize(
    ("freq", "period", "before", "a_year"),
    [
        ("M", "2020-01", "2019-12", 12),
        ("Q", "2020-Q1", "2019-Q4", 4),
        ("S", "2020-S1", "2019-S2", 2),
        ("A", "2020", "2019", 1),
    ],
)
def test_the_period_before_has_one_less(freq: str, period: str, before: str, a_year: int) -> None:
    from warehouse.periods import closing_month, period_before

    assert period_before(period) == before
    with duckdb.connect() as engine:
        engine.execute("CREATE SCHEMA mart")
        engine.execute("CREATE TABLE mart.t (jurisdiction VARCHAR, release_id INT, time_period VARCHAR, freq VARCHAR)")
        engine.execute("CREATE TABLE vintage (month VARCHAR, jurisdiction VARCHAR, release_id INT)")
        for at in (period, before):
            engine.execute("INSERT INTO mart.t VALUES ('p', 1, ?, ?)", [at, freq])
            engine.execute("INSERT INTO vintage VALUES (?, 'p', 1)", [closing_month(at)])
        for name, sql in vintages("mart.t", [closing_month(period)]).items():
            engine.execute(f"CREATE VIEW {name} AS {sql}")
        numbers = dict(engine.execute("SELECT time_period, period_number FROM latest").fetchall())
        judged = engine.execute("SELECT time_period, periods_a_year FROM figure").fetchall()
    assert numbers[period] == numbers[before] + 1
    assert judged == [(period, a_year)]


def test_without_views_no_rule_passes() -> None:
    with duckdb.connect() as engine:
        found = judge_figures(engine, MART_CONTRACTS["mart.labour_export"], ["2020-01", "2020-02"])
    assert set(found.results) == {"2020-01", "2020-02"}
    assert {result.outcome for results in found.results.values() for result in results} == {"not_evaluated"}
    assert not found.broken
