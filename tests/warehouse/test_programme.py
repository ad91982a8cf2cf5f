"""No line of the programme is an orphan: it has sources, figures, rules that exist, a page and a test that names it."""

import re
from pathlib import Path

import pytest

from assets.rules import rules_of
from jurisdictions import load, names
from warehouse.contracts import CODE_LISTS, JUDGED_CONTRACTS, MART_CONTRACTS, SOURCE_CONTRACTS
from warehouse.programme import SUBJECTS, Subject
from warehouse.programme.__main__ import page

ROOT = Path(__file__).parents[2]
RULES = {rule.id for place in names() for name in JUDGED_CONTRACTS for rule in rules_of(load(place), name)}
_MARK = re.compile(r"pytest\.mark\.programme\(([^)]*)\)")
TESTED = {
    id
    for path in (ROOT / "tests").rglob("test_*.py")
    for mark in _MARK.findall(path.read_text(encoding="utf-8"))
    for id in re.findall(r'"(S\d\d)"', mark)
}
"""Ids that a test names: `@pytest.mark.programme("S42")`"""

PROMISED = (
    *("S01", "S03", "S04", "S05", "S06", "S07"),
    *("S10", "S11", "S12", "S13", "S14", "S15", "S16", "S17", "S18"),
    *("S20", "S21", "S22", "S23", "S24", "S25"),
    *("S30", "S31", "S32", "S33"),
    *("S40", "S41", "S42", "S43", "S44", "S45", "S46"),
    *("S50", "S51", "S52", "S53", "S54", "S55", "S56"),
)
"""Every line of the programme; numbers that the policy paper leaves out are nobody's"""


def test_no_line_of_the_programme_is_missing() -> None:
    assert sorted(SUBJECTS) == sorted(PROMISED)


@pytest.mark.parametrize("subject", SUBJECTS.values(), ids=lambda subject: subject.id)
def test_a_line_has_all_that_shows_it(subject: Subject) -> None:
    assert subject.sources
    assert subject.indicators
    assert set(subject.sources) <= set(SOURCE_CONTRACTS)
    for one in subject.indicators:
        columns = {column.name: column for column in MART_CONTRACTS[one.mart].columns}
        assert bool(one.measures) == ("measure" in columns), one.mart
        if one.measures:
            assert set(one.measures) <= set(CODE_LISTS[str(columns["measure"].code_list)].codes)
    assert set(subject.rules) <= RULES
    assert (ROOT / "docs" / "methods" / f"{subject.method}.md").exists()
    assert subject.id in TESTED


def test_every_measure_of_the_programme_answers_a_line() -> None:
    answered = {
        (one.mart, code) for subject in SUBJECTS.values() for one in subject.indicators for code in one.measures
    }
    marts = {mart for mart, _ in answered}
    measures = {
        (mart, code)
        for mart in marts
        for code in CODE_LISTS[str(MART_CONTRACTS[mart].column("measure").code_list)].codes
        if mart not in ("mart.poverty", "mart.inequality")
    }
    assert measures <= answered


def test_the_page_is_the_one_written() -> None:
    assert (ROOT / "docs" / "programme.md").read_text(encoding="utf-8") == page()
