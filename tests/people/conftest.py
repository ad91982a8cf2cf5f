"""Two years of the reports on people and villages, with every kind of fault, taken in and judged."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from assets import steps
from assets.marts.families import FAMILIES
from assets.steps import Run
from jurisdictions.wuzhong.generator import Truth, generate
from jurisdictions.wuzhong.generator.reports import REPORT_SOURCES
from warehouse.contracts import SOURCE_CONTRACTS


@dataclass(frozen=True)
class Judged:
    """What was generated, and the run that has judged it."""

    truth: Truth
    run: Run


def judged(folder: Path, truth: Truth, sources: tuple[str, ...]) -> Judged:
    """The steps of a run up to the core tables of some sources."""
    run = steps.make_run(folder / "home", "wuzhong", truth.landing, truth.months, "people")
    steps.intake(run)
    steps.areas(run)
    for source in sources:
        steps.core(run, SOURCE_CONTRACTS[f"core.{source}"])
    return Judged(truth, run)


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    folder = tmp_path_factory.mktemp("reports")
    truth = generate(folder / "landing", months=24, sources=REPORT_SOURCES)
    return judged(folder, truth, REPORT_SOURCES)


@pytest.fixture(scope="session")
def marts(reports: Judged) -> Judged:
    """The same with its figures."""
    for name in ("villages", "registry", "labour_half_years"):
        steps.marts(reports.run, FAMILIES[name])
    return reports
