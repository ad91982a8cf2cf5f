"""The example of docs/new-sender.md, as it is printed there: a place made from nothing, and the share that it names."""

import re
from pathlib import Path

import pandas as pd
import pytest
from installation import ask, without_pages

import jurisdictions
from pipelines.monthly import run_months
from pipelines.office import Settings

PAGE = Path(__file__).parents[2] / "docs" / "new-sender.md"
FILE = re.compile(r"^`(?P<name>[\w/.]+)`\n\n```\w+\n(?P<content>.*?)^```$", re.MULTILINE | re.DOTALL)


SHARE = """SELECT value FROM mart.income_share
           WHERE area_code = 'AR' AND domain = 'rural' AND sector = 'agriculture' AND time_period = '2019'
           AND share_definition = 'nbs_household_operations' AND estimator = 'ratio_of_aggregates'
           AND negative_policy = 'keep'"""


def home_of(page: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files of the page written and run."""
    for name, content in FILE.findall(page):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")
    monkeypatch.setenv("POVMON_JURISDICTIONS", str(folder / "places"))
    jurisdictions.load.cache_clear()
    run_months(Settings(jurisdiction="arcadia", home=str(folder / "home"), landing=str(folder / "landing")), None)
    jurisdictions.load.cache_clear()
    return folder / "home"


def test_the_place_of_the_page_runs_and_has_the_share_that_the_page_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = PAGE.read_text(encoding="utf-8")
    home = home_of(page, tmp_path, monkeypatch)
    (percent,) = re.findall(r"= (\d+) % of net income", page)
    assert ask(home, SHARE)["value"].tolist() == [pytest.approx(int(percent) / 100, rel=1e-12)]
    assert ask(home, "SELECT count(*) AS n FROM published.income_share WHERE value IS NOT NULL")["n"].tolist() == [0]


def test_computed_amounts_are_rounded_and_words_for_nothing_are_blank_where_the_layout_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a cent goes to the even one: 300.005 is 300.00, 200.015 is 200.02."""
    without_pages(monkeypatch)
    page = PAGE.read_text(encoding="utf-8")
    for old, new in (
        ('Field("crops")', 'Field("crops", codes={"NA": ""}, rounded=True)'),
        ("11,300,100,500,100,1000", "11,300.005,100,500,100,1000.00"),
        ("12,200,0,800,0,1000", "12,200.015,0,800,0,1000.02"),
        ("22,0,400,500", "22,NA,400,500"),
    ):
        assert page.count(old) == 1
        page = page.replace(old, new)
    home = home_of(page, tmp_path, monkeypatch)
    crops = ask(home, "SELECT crop_net FROM core.household_income ORDER BY row_number")["crop_net"].tolist()
    assert [None if pd.isna(value) else float(value) for value in crops] == [300.00, 200.02, 900.00, None]
    agriculture, total = 100 * 400 + 300 * 200.02 + 200 * 1000 + 400 * 400, 700 * 1000 + 300 * 1000.02
    assert ask(home, SHARE)["value"].tolist() == [pytest.approx(agriculture / total, rel=1e-12)]
