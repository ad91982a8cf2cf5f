"""The arithmetic of effects: they add up to the revision, whatever figures came, went or were undefined."""

from __future__ import annotations

import math

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.release.revision import (
    TOLERANCE,
    States,
    changed,
    effects,
    in_words,
    long_figures,
    none_changed,
    unexplained,
)
from warehouse.contracts.figures import DIMENSIONS, FIGURE

SWAPPED = ("data", "weights", "line", "deflator", "boundary")
VALUES = st.none() | st.floats(-1e9, 1e9, allow_nan=False) | st.integers(-3, 3).map(float)


def figures(values: list[float | None]) -> pa.Table:
    """A figure per value, told apart by its area; none where the value is None."""
    rows = [
        dict.fromkeys(FIGURE, "_Z") | {"area_code": f"A{number:03d}", "value": value}
        for number, value in enumerate(values)
        if value is not None
    ]
    fields = [*((name, pa.string()) for name in FIGURE), ("value", pa.float64())]
    return pa.Table.from_pylist(rows, pa.schema(fields))


def states(before: list, after: list, baseline: list | None = None, **swapped: list) -> States:
    return States(
        figures(before),
        figures(after),
        figures(before if baseline is None else baseline),
        {name: figures(values) for name, values in swapped.items()},
    )


def told(made: States) -> dict[tuple[str, str], float | None]:
    """(area, cause) -> effect."""
    rows = effects(made).to_pylist()
    keys = [(row["area_code"], row["cause"]) for row in rows]
    assert len(set(keys)) == len(keys)
    return dict(zip(keys, [row["effect"] for row in rows], strict=True))


@given(
    st.lists(st.tuples(*[VALUES] * (3 + len(SWAPPED))), min_size=1, max_size=8),
    st.sets(st.sampled_from(SWAPPED)),
)
@settings(max_examples=60)
def test_effects_add_up_to_the_revision(drawn: list[tuple[float | None, ...]], names: set[str]) -> None:
    columns = [list(column) for column in zip(*drawn, strict=True)]
    swapped = {name: column for name, column in zip(SWAPPED, columns[3:], strict=True) if name in names}
    made = states(columns[0], columns[1], columns[2], **swapped)
    rows = effects(made).to_pylist()
    for number, (before, after, *_) in enumerate(drawn):
        own = [row for row in rows if row["area_code"] == f"A{number:03d}"]
        parts = [row["effect"] for row in own if row["effect"] is not None]
        if before is None and after is None:
            assert own == []
        elif before is None or after is None:
            assert own
            assert parts == []
        else:
            scale = max(1, abs(before), abs(after), *(abs(part) for part in parts))
            assert math.fsum(parts) == pytest.approx(after - before, abs=scale * (1e-14 if own else TOLERANCE))
            assert bool(own) == (abs(after - before) > TOLERANCE * max(1, abs(before), abs(after)))
        assert all((row["value_before"], row["value_after"]) == (before, after) for row in own)
    assert changed(made.before, made.after) == bool(rows)


def test_one_input_has_the_whole_effect() -> None:
    assert told(states([2.0], [5.0], data=[5.0])) == {("A000", "data"): 3.0}


def test_what_single_inputs_leave_is_interaction() -> None:
    """2 -> 7: data +1, line +2, together 2 more; code before them -0.5."""
    made = told(states([2.0], [7.0], [1.5], data=[2.5], line=[3.5]))
    assert made == {
        ("A000", "code"): -0.5,
        ("A000", "data"): 1.0,
        ("A000", "line"): 2.0,
        ("A000", "interaction"): 2.5,
    }


def test_a_figure_that_came_is_told_without_a_number() -> None:
    assert told(states([None], [4.0], data=[4.0], line=[None])) == {("A000", "data"): None}
    assert told(states([None], [4.0], data=[None], line=[None])) == {("A000", "interaction"): None}


def test_a_swap_that_leaves_no_figure_is_told_and_its_part_is_interaction() -> None:
    made = told(states([1.0], [4.0], data=[None], line=[2.0]))
    assert made == {("A000", "data"): None, ("A000", "line"): 1.0, ("A000", "interaction"): 2.0}


def test_rounding_is_no_revision_and_no_effect() -> None:
    assert effects(states([0.5, 1e9], [0.5 + 1e-14, 1e9 + 1e-5], data=[0.6, 2e9])).num_rows == 0
    made = told(states([0.5], [0.75], data=[0.75 + 1e-14], line=[0.5 - 1e-14]))
    assert made == {("A000", "data"): 0.25}


def test_nothing_known_is_unknown() -> None:
    (row,) = unexplained(figures([2.0, 3.0]), figures([2.0, 4.5])).to_pylist()
    assert (row["cause"], row["effect"], row["value_before"], row["value_after"]) == ("unknown", 1.5, 3.0, 4.5)


def test_marts_without_rows_have_no_figures() -> None:
    """All rows of a swapped state may have been refused."""
    assert told(States(figures([1.0]), figures([2.0]), long_figures({}), {"data": figures([2.0])})) == {
        ("A000", "code"): None,
        ("A000", "data"): None,
        ("A000", "interaction"): 1.0,
    }


def share(values: list[float], area: str = "R", period: str = "2024-03", **causes: list[float]) -> pa.Table:
    key = dict.fromkeys(DIMENSIONS, "_Z") | {
        "table_name": "income_share",
        "area_code": area,
        "time_period": period,
        "domain": "rural",
        "share_definition": "nbs_household_operations",
        "estimator": "ratio_of_aggregates",
        "negative_policy": "keep",
        "sector": "agriculture",
    }
    rows = [
        key | {"cause": cause, "value_before": values[0], "value_after": values[1], "effect": effect}
        for cause, (effect,) in causes.items()
    ]
    return pa.Table.from_pylist(
        [dict.fromkeys(none_changed().column_names) | row for row in rows], none_changed().schema
    )


def test_in_words() -> None:
    periods = ["2024-03", "2024-Q1"]
    assert in_words(none_changed(), "R", periods) == "no figure changed"
    moved = share([0.412, 0.41], data=[-0.003], line=[0.001])
    assert in_words(moved, "R", periods) == "agriculture's share 41.2 -> 41.0 % (data -0.3, line +0.1)"
    assert in_words(share([0.412, 0.41], period="2024-Q1", data=[-0.002]), "R", periods).endswith("(data -0.2)")
    assert in_words(moved, "S", periods) == "1 figure changed (data, line), not agriculture's share"
    withheld = in_words(moved, "R", periods, [("2024-03", "rural")])
    assert withheld == "1 figure changed (data, line), agriculture's share is withheld"
    # as many digits as it takes to see the difference; what is smaller than they show is left out
    assert in_words(share([0.41234, 0.41231], data=[-0.00003], line=[1e-9]), "R", periods) == (
        "agriculture's share 41.234 -> 41.231 % (data -0.003)"
    )
    assert in_words(share([float("nan"), 0.41], data=[float("nan")]), "R", periods) == (
        "agriculture's share none -> 41.0 % (data)"
    )
