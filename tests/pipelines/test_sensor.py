"""The landing sensor asks once for the months of new files that have stood still, and again for a corrected one."""

from pathlib import Path

import dagster as dg
import pytest

from jurisdictions.wuzhong.generator import generate
from pipelines.definitions import build
from pipelines.office import Settings


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    generate(tmp_path / "landing", months=2, household_months=200, dirt=False, sources=("household_income",))
    return tmp_path / "landing"


def look(landing: Path, cursor: str | None) -> tuple[list[str], str]:
    """Months asked for at one look, and the cursor after it."""
    settings = Settings(jurisdiction="wuzhong", home=str(landing.parent / "home"), landing=str(landing))
    sensor = build(settings).resolve_sensor_def("landing_sensor")
    context = dg.build_sensor_context(cursor=cursor, resources={"settings": settings})
    result = sensor(context)
    assert isinstance(result, dg.SensorResult)
    return [str(request.partition_key) for request in result.run_requests or []], str(result.cursor)


def test_months_are_asked_for_once_when_their_files_stand_still(landing: Path) -> None:
    first, cursor = look(landing, None)
    second, cursor = look(landing, cursor)
    third, cursor = look(landing, cursor)
    assert (first, second, third) == ([], ["2021-01", "2021-02"], [])


def test_a_file_that_is_still_being_written_is_left_alone(landing: Path) -> None:
    growing = next(landing.glob("盐池县_住户收入_2021-02.csv"))
    for path in landing.iterdir():
        if path != growing and "2021-01" not in path.name:
            path.unlink()  # whatever else is of February or says it in another way
    _, cursor = look(landing, None)
    text = growing.read_bytes()
    growing.write_bytes(text[: len(text) // 2])
    months, cursor = look(landing, cursor)
    assert months == ["2021-01"], "the files of January stand still"
    growing.write_bytes(text)
    months, cursor = look(landing, cursor)
    assert months == []
    assert look(landing, cursor)[0] == ["2021-02"], "it is whole and stands still"


def test_a_correction_asks_for_its_month_only(landing: Path) -> None:
    _, cursor = look(landing, None)
    _, cursor = look(landing, cursor)
    original = next(landing.glob("盐池县_住户收入_2021-01.csv"))
    original.with_name("盐池县_住户收入_2021-01_更正1.csv").write_bytes(original.read_bytes() + b"\n")
    _, cursor = look(landing, cursor)
    assert look(landing, cursor)[0] == ["2021-01"]
