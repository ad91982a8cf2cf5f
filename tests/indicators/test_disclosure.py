"""Disclosure control as docs/methods/disclosure.md defines it: the gate, the attacker, the suppression."""

import itertools

import numpy as np
import pytest

from indicators import disclosure

# --- the gate -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("households", "cv", "contributors", "obs_status", "conf_status"),
    [
        (50, 0.14, 3, "A", "F"),
        (49, 0.14, 3, "U", "F"),  # 20 to 49 households: flagged
        (20, 0.14, 3, "U", "F"),
        (19, 0.14, 3, "Q", "N"),  # fewer than 20: suppressed
        (50, 0.15, 3, "U", "F"),  # CV 0.15 to 0.25: flagged
        (50, 0.25, 3, "U", "F"),
        (50, 0.251, 3, "Q", "N"),
        (50, 0.14, 2, "Q", "N"),  # fewer than 3 contributors
        (np.nan, 0.14, 3, "Q", "N"),  # unknown is not a pass
        (50, np.nan, 3, "Q", "N"),
        (50, np.inf, 3, "Q", "N"),
        (0, np.nan, 0, "Q", "N"),
    ],
)
def test_gate_at_its_thresholds(households, cv, contributors, obs_status, conf_status):
    gate = disclosure.primary({"n_households": [households], "cv": [cv], "n_contributors": [contributors]})
    assert (gate.obs_status[0], gate.conf_status[0]) == (obs_status, conf_status)
    assert gate.is_primary[0] == (obs_status == "Q")
    assert bool(gate.reason[0]) == (obs_status == "Q")


def test_gate_thresholds_are_parameters():
    rules = disclosure.PublicationRules(least_households=5, flagged_below_households=5)
    assert not disclosure.primary({"n_households": [5]}, rules).is_primary[0]


def test_gate_names_every_rule_that_failed():
    gate = disclosure.primary({"n_households": [3], "n_contributors": [1]})
    assert gate.reason[0] == "fewer than 20 households; fewer than 3 contributors"


@pytest.mark.parametrize("cells", [{"mean": [1.0]}, {"n_households": [-1]}, {"cv": [-0.1]}])
def test_gate_refuses_what_it_cannot_judge(cells):
    with pytest.raises(ValueError, match=r"nothing to judge|is negative"):
        disclosure.primary(cells)


def test_a_suppressed_zero_looks_like_any_other_suppressed_cell():
    is_suppressed, is_flagged = [True, True, False, False], [False, True, True, False]
    face = disclosure.published([0.0, 17.0, 40.0, 8.0], is_suppressed, is_flagged)
    assert np.isnan(face.value).tolist() == [True, True, False, False]
    assert face.obs_status.tolist() == ["Q", "Q", "U", "A"]
    assert face.conf_status.tolist() == ["N", "N", "F", "F"]


# --- the attacker -------------------------------------------------------------------------------------------

#            region:  A   B   C  all     investment by activity and region
INVESTMENT = np.array([[20, 50, 10, 80],  # I
                       [8, 19, 22, 49],  # II
                       [17, 32, 12, 61],  # III
                       [45, 101, 44, 190]])  # fmt: skip


def test_the_interval_of_a_square_of_suppressed_cells():
    # hidden: II-A, II-C, III-A, III-C. II-C = 30 - (II-A) and II-A + III-A = 25, so II-A is within 0..25.
    is_published = np.ones((4, 4), dtype=bool)
    is_published[np.ix_([1, 2], [0, 2])] = False
    found = disclosure.attack(disclosure.from_array(INVESTMENT), is_published)
    assert (found.low[1, 2], found.high[1, 2]) == pytest.approx((5, 30))
    assert (found.low[1, 0], found.high[1, 0]) == pytest.approx((0, 25))
    assert (found.low[0, 0], found.high[0, 0]) == (20, 20)


def test_one_suppression_alone_in_a_row_is_found_by_subtraction():
    is_published = np.ones((4, 4), dtype=bool)
    is_published[1, 2] = False
    table = disclosure.from_array(INVESTMENT, primary=~is_published)
    found = disclosure.attack(table, is_published)
    assert (found.low[1, 2], found.high[1, 2]) == pytest.approx((22, 22))
    assert not found.holds


def test_two_suppressions_in_every_row_and_column_are_not_sufficient():
    # Two squares of suppressed cells (x) joined by one cell (?). Rows 1 and 2 less columns 1 and 2 leave only
    # "?" unknown: it is (row 1 + row 2) - (column 1 + column 2) of what is hidden.
    #          x  x  ?  .
    #          x  x  .  .
    #          .  .  x  x
    #          .  .  x  x
    hidden = np.array([[1, 1, 1, 0], [1, 1, 0, 0], [0, 0, 1, 1], [0, 0, 1, 1]], dtype=bool)
    assert set(hidden.sum(axis=0)) | set(hidden.sum(axis=1)) <= {2, 3}
    interior = np.arange(10.0, 26.0).reshape(4, 4)
    table = disclosure.from_interior(interior, primary=hidden)
    is_published = np.ones((5, 5), dtype=bool)
    is_published[:4, :4] = ~hidden
    found = disclosure.attack(table, is_published)
    assert (found.low[0, 2], found.high[0, 2]) == pytest.approx((interior[0, 2], interior[0, 2]))
    assert not found.is_protected[0, 2]
    assert found.is_protected[:2, :2].all()

    repaired = disclosure.suppress(table)
    assert repaired.attack.holds
    assert repaired.is_secondary.any()


def test_a_partner_that_is_too_small_does_not_protect():
    # 100 + 2 + 50 = 152: with 100 and 2 hidden, the sum 102 is known and 100 lies within 100..102.
    table = disclosure.from_array([100, 2, 50, 152], primary=[True, False, False, False])
    found = disclosure.attack(table, [False, False, True, True])
    assert (found.low[0], found.high[0]) == pytest.approx((0, 102))
    assert not found.is_protected[0]  # needs 100 +- 10
    assert disclosure.suppress(table).attack.high[0] >= 110


def test_what_nobody_can_bound_is_infinite():
    found = disclosure.attack(disclosure.from_array([3, 4, 7]), [False, True, False])
    assert (found.low[0], found.high[0]) == pytest.approx((0, np.inf))
    assert (found.low[2], found.high[2]) == pytest.approx((4, np.inf))


def test_a_priori_bounds_help_the_attacker():
    free = disclosure.from_array([3, 4, 7])
    bounded = disclosure.from_array([3, 4, 7], lower_bound=[2, 0, 0], upper_bound=[9, 9, 9])
    hidden_parts = [False, False, True]
    assert disclosure.attack(free, hidden_parts).high[0] == pytest.approx(7)
    assert disclosure.attack(bounded, hidden_parts).low[0] == pytest.approx(2)


# --- suppression: small tables whose answer is plain --------------------------------------------------------


def test_no_primary_cell_no_suppression():
    done = disclosure.suppress(disclosure.from_array(INVESTMENT))
    assert not done.is_suppressed.any()
    assert done.is_optimal
    assert done.attack.holds


def test_an_array_with_margins_may_be_given_directly():
    primary = np.zeros((4, 4), dtype=bool)
    primary[1, 2] = True
    done = disclosure.suppress(INVESTMENT, primary=primary)
    assert done.is_suppressed.shape == (4, 4)
    assert done.is_suppressed.sum() == 4  # a rectangle is the least that protects one cell
    assert (~primary & done.is_suppressed == done.is_secondary).all()


def test_everything_primary():
    done = disclosure.suppress(INVESTMENT, primary=np.ones((4, 4), dtype=bool))
    assert done.is_suppressed.all()
    assert not done.is_secondary.any()
    assert done.attack.holds


def test_a_single_row():
    done = disclosure.suppress([5, 30, 8, 43], primary=[True, False, False, False])
    # One partner is enough, and 8 is the smallest that lets 5 move by its level of 1.
    assert done.is_suppressed.tolist() == [True, False, True, False]
    flat = disclosure.suppress([[5, 30, 8, 43]], primary=[[True, False, False, False]])
    assert flat.is_suppressed.tolist() == [[True, False, True, False]]


def test_a_total_may_be_primary():
    primary = np.zeros((4, 4), dtype=bool)
    primary[3, 3] = True
    done = disclosure.suppress(INVESTMENT, primary=primary)
    assert done.is_suppressed[3, 3]
    assert done.attack.holds


def test_zeros_are_protected_from_above_and_can_be_partners():
    # The zero at the top left must not be told from a small number.
    table = disclosure.from_interior([[0, 7, 9], [6, 0, 0], [4, 5, 8]], primary=np.eye(3, dtype=bool))
    done = disclosure.suppress(table)
    assert done.attack.holds
    assert done.attack.high[0, 0] >= 1
    assert done.attack.low[0, 0] == pytest.approx(0)


def test_sums_of_floats_are_equal_up_to_noise():
    interior = np.full((3, 3), 0.1)
    table = disclosure.from_array(
        np.array([[0.1, 0.1, 0.1, 0.3], [0.1, 0.1, 0.1, 0.3], [0.1, 0.1, 0.1, 0.3], [0.3, 0.3, 0.3, 0.9]])
    )
    assert interior.sum(axis=0)[0] != 0.3  # 0.30000000000000004
    levels = disclosure.protection_levels(table, floor=0.01)
    assert disclosure.suppress(table, primary=table.value < 0.05, levels=levels).is_optimal
    left_over = 0.3 - (0.1 + 0.2)  # a zero by subtraction, -5.6e-17
    assert left_over < 0
    assert disclosure.from_array([left_over, 4.0, 4.0]).lower_bound[0] <= left_over


def test_three_dimensions_with_all_margins():
    interior = np.arange(1.0, 13.0).reshape(2, 3, 2)
    table = disclosure.from_interior(interior, primary=interior == 1)
    done = disclosure.suppress(table)
    assert done.is_suppressed.shape == (3, 4, 3)
    assert done.is_suppressed.sum() == 8  # the corners of a box
    assert done.attack.holds


def test_hierarchical_margins():
    # Two counties of two townships each, by two sources. Hiding a township hides nothing of the other county.
    value = dict(zip(itertools.product("abcd", "xy"), [3, 9, 8, 7, 6, 5, 4, 9], strict=True))
    for s in "xy":
        value["A", s] = value["a", s] + value["b", s]
        value["C", s] = value["c", s] + value["d", s]
        value["all", s] = value["A", s] + value["C", s]
    value.update({(t, "total"): value[t, "x"] + value[t, "y"] for t in [*"abcdAC", "all"]})
    trees = [{"A": "ab", "C": "cd", "all": "AC"}, {"total": "xy"}]
    table = disclosure.from_hierarchies(value, trees, primary={("a", "x"): True})
    done = disclosure.suppress(table)
    hidden = {table.labels[i] for i in np.flatnonzero(done.is_suppressed)}
    assert hidden == {("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")}


def test_linked_tables_protect_what_each_alone_would_not():
    # Area x source and area x channel share the area totals. Each hides a cell and the total of area 1;
    # the other table then gives the total back.
    source = {("1", "s1"): 4, ("1", "s2"): 40, ("1", "all"): 44, ("2", "s1"): 30, ("2", "s2"): 50,
              ("2", "all"): 80, ("both", "s1"): 34, ("both", "s2"): 90, ("both", "all"): 124}  # fmt: skip
    channel = {("1", "c1"): 24, ("1", "c2"): 20, ("1", "all"): 44, ("2", "c1"): 35, ("2", "c2"): 45,
               ("2", "all"): 80, ("both", "c1"): 59, ("both", "c2"): 65, ("both", "all"): 124}  # fmt: skip
    areas = {"both": ("1", "2")}
    first = disclosure.from_hierarchies(source, [areas, {"all": ("s1", "s2")}], primary={("1", "s1"): True})
    second = disclosure.from_hierarchies(channel, [areas, {"all": ("c1", "c2")}])
    linked = disclosure.link(first, second)
    assert len(linked.labels) == 9 + 9 - 3
    alone = {("1", "s1"), ("2", "s1"), ("1", "all"), ("2", "all")}
    hides = np.array([label in alone for label in linked.labels])
    own = np.array([label in alone for label in first.labels])
    assert disclosure.attack(first, ~own).is_protected[first.index(("1", "s1"))]
    assert not disclosure.attack(linked, ~hides).is_protected[linked.index(("1", "s1"))]
    done = disclosure.suppress(linked)
    assert done.attack.holds


def test_linked_tables_must_agree():
    with pytest.raises(disclosure.TableError, match="disagree on"):
        disclosure.link(
            disclosure.from_cells(["a", "b", "t"], [1, 2, 3], [("t", ["a", "b"])]),
            disclosure.from_cells(["a", "c", "t"], [1, 3, 4], [("t", ["a", "c"])]),
        )


# --- what is already public, and vintages -------------------------------------------------------------------


def test_a_cell_already_published_is_never_a_partner():
    known = [False, False, True, False]
    done = disclosure.suppress([5, 30, 8, 43], primary=[True, False, False, False], known=known)
    assert not done.is_suppressed[2]
    assert done.attack.holds


def test_what_is_public_can_make_protection_impossible():
    primary, known = [True, False, False, False], [False, True, True, True]
    with pytest.raises(disclosure.UnprotectableError, match="Merge categories") as failure:
        disclosure.suppress([5, 30, 8, 43], primary=primary, known=known)
    assert failure.value.labels == [(0,)]
    done = disclosure.suppress([5, 30, 8, 43], primary=primary, known=known, on_unprotectable="report")
    assert done.unprotectable == ((0,),)
    assert not done.attack.holds


def test_a_primary_cell_already_public_is_reported_as_exposed():
    primary = [True, False, False, False]
    done = disclosure.suppress([5, 30, 8, 43], primary=primary, known=primary, on_unprotectable="report")
    assert done.exposed == ((0,),)
    assert done.is_suppressed.tolist() == primary  # not printed again, but nothing is spent on it


def test_vintages_are_protected_together():
    # Release 1 hid 5 and 8. If release 2 hid 5 and 9 instead, release 1 and 2 together would give 5 away.
    parts = ["a", "b", "c", "t"]
    primary = [True, False, False, False]
    first = disclosure.from_cells(parts, [5, 8, 9, 22], [("t", parts[:3])], primary=primary)
    both = disclosure.link_vintages(first, [(first, [False, False, True, True])])
    assert both.table.labels == tuple(parts)  # nothing was revised: the same cells
    other = disclosure.attack(both.table, [False, True, False, True], known=both.is_known)
    assert other.low[0] == other.high[0] == pytest.approx(5)
    done = disclosure.suppress(both.table, known=both.is_known, hidden_before=both.is_hidden)
    assert done.is_suppressed.tolist() == [True, True, False, False]


def test_a_revised_figure_is_a_cell_of_its_own():
    # b was 8 and hidden, now 10: to publish it with the old and the new total would give a (5) away.
    parts = ["a", "b", "c", "t"]
    primary = [True, False, False, False]
    old = disclosure.from_cells(parts, [5, 8, 9, 22], [("t", parts[:3])], primary=primary)
    new = disclosure.from_cells(parts, [5, 10, 9, 24], [("t", parts[:3])], primary=primary)
    both = disclosure.link_vintages(new, [(old, [False, False, True, True])])
    assert ("vintage", 0, "b") in both.table.labels
    done = disclosure.suppress(both.table, known=both.is_known, hidden_before=both.is_hidden)
    hidden = {both.table.labels[i] for i in np.flatnonzero(done.is_suppressed)}
    assert {"a", ("vintage", 0, "b")} < hidden
    assert done.attack.holds


# --- tables that are not what they say ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: disclosure.from_array([1, 2, 4]), "miss it by -1"),
        (lambda: disclosure.from_array([-1, 2, 1]), "give lower_bound"),
        (lambda: disclosure.from_array([np.nan, 2, 2]), "has no value"),
        (lambda: disclosure.from_array(5.0), "no room"),
        (lambda: disclosure.from_cells(["a", "a"], [1, 1], []), "same label"),
        (lambda: disclosure.from_cells(["a"], [1], [("t", ["a"])]), "not a cell of the table"),
        (lambda: disclosure.suppress([1, 2, 3], primary=[True]), "boolean mask of 3 cells"),
        (
            lambda: disclosure.from_hierarchies({("t",): 3, ("a",): 1}, [{"t": ("a", "b")}]),
            "is not in the table",
        ),
    ],
)
def test_wrong_tables_are_refused(call, message):
    with pytest.raises(disclosure.TableError, match=message):
        call()


def test_losses_need_a_lower_bound_and_then_move_both_ways():
    table = disclosure.from_array([-4, 9, 6, 11], primary=[True, False, False, False], lower_bound=-np.inf)
    done = disclosure.suppress(table)
    assert done.is_suppressed.sum() == 2
    assert done.attack.low[0] == -np.inf


def test_figures_rounded_before_adding_need_a_tolerance():
    rounded = [0.33, 0.33, 0.33, 1.0]  # thirds
    with pytest.raises(disclosure.TableError, match="tolerance for rounded figures"):
        disclosure.from_array(rounded)
    table = disclosure.from_array(rounded, primary=[True, False, False, False], tolerance=0.01)
    assert disclosure.suppress(table, levels=disclosure.protection_levels(table, floor=0.01)).attack.holds


# --- optimum, fallback, cost --------------------------------------------------------------------------------


def test_when_time_is_up_the_pattern_still_protects():
    random = np.random.default_rng(5)
    interior = np.round(np.exp(random.normal(3, 1.5, (4, 4, 3))))
    table = disclosure.from_interior(interior, primary=interior < 5)
    done = disclosure.suppress(table, time_limit=0.0)
    assert not done.is_optimal
    assert done.bound <= done.cost
    assert done.attack.holds


def test_cost_decides_which_partner_goes():
    primary = [True, False, False, False]
    by_value = disclosure.suppress([5, 30, 8, 43], primary=primary, cost="value")
    assert by_value.is_suppressed.tolist() == [True, False, True, False]
    assert by_value.cost == 8
    chosen = disclosure.suppress([5, 30, 8, 43], primary=primary, cost=[1, 1, 9, 9])
    assert chosen.is_suppressed.tolist() == [True, True, False, False]
    with pytest.raises(ValueError, match="positive number"):
        disclosure.suppress([5, 30, 8, 43], primary=primary, cost=[1, 1, 0, 9])


def test_levels_for_primary_cells_only_cost_no_more():
    random = np.random.default_rng(8)
    interior = np.round(np.exp(random.normal(3, 1.5, (4, 4))))
    table = disclosure.from_interior(interior, primary=interior < 8)
    every = disclosure.suppress(table)
    only = disclosure.suppress(table, protect="primary")
    assert only.is_suppressed.sum() <= every.is_suppressed.sum()
    assert only.attack.is_protected[table.is_primary.reshape(table.shape)].all()
