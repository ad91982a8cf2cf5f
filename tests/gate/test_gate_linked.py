"""`publish` on drawn tables and random ones: what it proves by movements holds against the attacker's programs."""

import numpy as np
import pytest
from scipy import sparse

from indicators.disclosure import attack
from indicators.disclosure_linked import Figures, levels_of, publish


def two_way(interior: np.ndarray, below: np.ndarray | None = None) -> tuple[Figures, np.ndarray]:
    """A table with margins as figures; the array of figure numbers has the margins last along each axis."""
    rows, columns = interior.shape
    number = np.arange((rows + 1) * (columns + 1)).reshape(rows + 1, columns + 1)
    sums = np.zeros((number.size, interior.size))
    for (row, column), figure in np.ndenumerate(number):
        inside = np.zeros(interior.shape)
        inside[row if row < rows else slice(None), column if column < columns else slice(None)] = 1
        sums[figure] = inside.ravel()
    part = interior.ravel().astype(float)
    room = np.abs(part) if below is None else below.ravel()
    matrix, above = sparse.csr_array(sums), np.full(part.size, np.inf)
    level = levels_of(matrix, part, room, above, 0.1, np.ones(number.size))
    return Figures(matrix, part, room, above, level), number


def masks(figures: Figures, *chosen: list[int]) -> list[np.ndarray]:
    found = []
    for rows in chosen:
        mask = np.zeros(len(figures.level), bool)
        mask[rows] = True
        found.append(mask)
    return found


def singly(order: np.ndarray) -> list[np.ndarray]:
    return [np.array([figure]) for figure in order.ravel()]


def test_one_small_cell_takes_a_rectangle_with_it() -> None:
    """Margins come first in the order, so the rectangle is in the interior: partners in its row and column."""
    figures, number = two_way(np.array([[5, 40, 60], [50, 70, 90], [80, 30, 20]]))
    (small,) = masks(figures, [int(number[0, 0])])
    order = np.concatenate([number[3, ::-1], number[:3, 3], number[:3, :3].ravel()[::-1]])
    release = publish(figures, singly(order), small, small, np.zeros_like(small))
    hidden = np.argwhere(~release.is_published[number])
    assert len(hidden) == 4
    assert {tuple(cell) for cell in hidden} == {(0, 0), (0, 1), (1, 0), (1, 1)}
    assert not release.is_unprotected.any()


def test_nothing_is_withheld_beside_a_cell_that_needs_no_protection() -> None:
    figures, number = two_way(np.array([[5, 40], [50, 70]]))
    small, nothing = masks(figures, [int(number[0, 0])], [])
    release = publish(figures, singly(number[::-1]), small, nothing, nothing)
    assert np.argwhere(~release.is_published[number]).tolist() == [[0, 0]]


def test_a_suppressed_zero_can_rise_to_its_level() -> None:
    figures, number = two_way(np.array([[0, 40, 60], [50, 70, 90], [80, 30, 20]]))
    (zero,) = masks(figures, [int(number[0, 0])])
    release = publish(figures, singly(number[::-1]), zero, zero, np.zeros_like(zero))
    proof = attack(figures.table(zero), np.append(release.is_published, np.zeros(9, bool)), figures.levels(zero))
    assert proof.holds
    assert proof.high[number[0, 0]] >= 1
    assert proof.low[number[0, 0]] == pytest.approx(0)


def test_a_figure_that_is_public_already_cannot_be_protected_and_is_named() -> None:
    figures, number = two_way(np.array([[5, 40], [50, 70]]))
    small, known = masks(figures, [int(number[0, 0])], [int(number[0, 1]), int(number[0, 2])])
    release = publish(figures, singly(number[::-1]), small, small, known)
    assert np.flatnonzero(release.is_unprotected).tolist() == [number[0, 0]]


def test_a_group_is_published_whole_or_not_at_all() -> None:
    figures, number = two_way(np.array([[5, 40, 60], [50, 70, 90], [80, 30, 20]]))
    (small,) = masks(figures, [int(number[0, 0])])
    groups = [number[3], number[2], number[1], number[0, 1:]]
    release = publish(figures, groups, small, small, np.zeros_like(small))
    for group in groups:
        assert release.is_published[group].all() or not release.is_published[group].any()
    assert not release.is_published[number[0]].any(), "its row would tell the small cell by the column totals"


@pytest.mark.parametrize("seed", range(60))
def test_every_pattern_withstands_the_attacker(seed: int) -> None:
    """Random tables with losses, zeros and unequal cells; the proof is the attacker's, not that of `publish`."""
    random = np.random.default_rng(seed)
    interior = np.round(random.lognormal(3, 1.5, random.integers(2, 6, 2)) * (random.random() < 0.9), 2)
    interior[random.random(interior.shape) < 0.1] = 0
    interior[random.random(interior.shape) < 0.1] *= -1
    figures, number = two_way(interior)
    primary = np.zeros(number.size, bool)
    primary[random.choice(number.size, random.integers(1, 5), replace=False)] = True
    known = np.zeros_like(primary)
    known[number[-1, -1]] = not primary[number[-1, -1]]
    release = publish(figures, singly(random.permutation(number.ravel())), primary, primary, known)
    public = release.is_published | known
    proof = attack(figures.table(primary), np.append(public, np.zeros(interior.size, bool)), figures.levels(primary))
    kept = proof.is_protected[: number.size]
    assert (kept | release.is_unprotected)[primary].all()
    hidden = attack(figures.table(primary), np.append(known, np.zeros(interior.size, bool)), figures.levels(primary))
    possible = hidden.is_protected[: number.size]
    assert not (release.is_unprotected & possible).any(), "declared beyond protection, though hiding all protects it"
    assert not (release.is_published & primary).any()


def test_the_same_input_gives_the_same_pattern() -> None:
    random = np.random.default_rng(1)
    figures, number = two_way(random.lognormal(3, 1, (8, 8)))
    primary = random.random(number.size) < 0.1
    runs = [publish(figures, singly(number), primary, primary, np.zeros_like(primary)) for _ in range(2)]
    assert (runs[0].is_published == runs[1].is_published).all()
