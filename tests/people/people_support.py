"""A run of the reports on people and villages up to their figures, without a release."""

from dataclasses import dataclass
from pathlib import Path

from assets import steps
from assets.steps import Run
from jurisdictions.wuzhong.generator import Truth
from warehouse.contracts import SOURCE_CONTRACTS
from warehouse.engine import open_ledger
from warehouse.store import Home


@dataclass(frozen=True)
class Judged:
    """What was generated, and the run that has judged it."""

    truth: Truth
    run: Run


def judged(folder: Path, truth: Truth, sources: tuple[str, ...]) -> Judged:
    """The steps of a run up to the core tables of some sources."""
    home = Home.at(folder / "home")
    run = steps.make_run(home, "wuzhong", truth.landing, truth.months, "people", open_ledger(home))
    steps.intake(run)
    steps.areas(run)
    for source in sources:
        steps.core(run, SOURCE_CONTRACTS[f"core.{source}"])
    return Judged(truth, run)
