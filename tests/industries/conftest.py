"""Three years of the yearly tables of Wuzhong through the public entry, made once."""

from pathlib import Path

import pytest
from installation import Installation, run, without_pages

from jurisdictions.wuzhong.generator import generate
from jurisdictions.wuzhong.generator.generation import YEARLY


@pytest.fixture(scope="session")
def industries(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Crops, output, enterprises, associations, targets and lists, with every kind of planted fault."""
    place = tmp_path_factory.mktemp("industries")
    generate(place / "landing", months=36, sources=(*YEARLY, "policy"))
    with pytest.MonkeyPatch.context() as patch:
        without_pages(patch)
        return run("wuzhong", place / "landing", place / "home")


@pytest.fixture(scope="session")
def truth(industries: Installation) -> Path:
    """What the generator says is true."""
    return industries.truth
