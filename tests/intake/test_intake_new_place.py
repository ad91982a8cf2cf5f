"""The example of docs/new-sender.md, as it is printed there: a place made from nothing, and the share that it names."""

import re
from pathlib import Path

import pytest
from installation import ask

import jurisdictions
from pipelines.monthly import run_months
from pipelines.office import Settings

PAGE = Path(__file__).parents[2] / "docs" / "new-sender.md"
FILE = re.compile(r"^`(?P<name>[\w/.]+)`\n\n```\w+\n(?P<content>.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_place_of_the_page_runs_and_has_the_share_that_the_page_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name, content in FILE.findall(page):
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")
    monkeypatch.setenv("POVMON_JURISDICTIONS", str(tmp_path / "places"))
    home = tmp_path / "home"
    run_months(Settings(jurisdiction="arcadia", home=str(home), landing=str(tmp_path / "landing")), None)
    jurisdictions.load.cache_clear()
    share = """SELECT value FROM mart.income_share
               WHERE area_code = 'AR' AND domain = 'rural' AND sector = 'agriculture' AND time_period = '2019'
               AND share_definition = 'nbs_household_operations' AND estimator = 'ratio_of_aggregates'
               AND negative_policy = 'keep'"""
    (percent,) = re.findall(r"= (\d+) % of net income", page)
    assert ask(home, share)["value"].tolist() == [pytest.approx(int(percent) / 100, rel=1e-12)]
    assert ask(home, "SELECT count(*) AS n FROM published.income_share WHERE value IS NOT NULL")["n"].tolist() == [0]
