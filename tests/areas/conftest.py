"""The province that exists in tests only."""

from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def border() -> Iterator[str]:
    """The province, known while a module of tests runs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POVMON_JURISDICTIONS", str(Path(__file__).parent / "places"))
        yield "border"
