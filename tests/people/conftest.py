"""Two years of the reports on people and villages, with every kind of fault, taken in, judged and counted."""

import pytest
from people_support import Judged, judged

from assets import steps
from assets.marts.families import FAMILIES
from jurisdictions.wuzhong.generator import generate
from jurisdictions.wuzhong.generator.reports import MADE


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    folder = tmp_path_factory.mktemp("reports")
    truth = generate(folder / "landing", months=24, sources=tuple(MADE))
    return judged(folder, truth, tuple(MADE))


@pytest.fixture(scope="session")
def marts(reports: Judged) -> Judged:
    """The same with its figures."""
    for name in ("villages", "registry", "labour_half_years"):
        steps.marts(reports.run, FAMILIES[name])
    return reports
