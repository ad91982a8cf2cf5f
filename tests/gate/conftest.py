"""The key of the pseudonyms, for every run of this folder."""

import os

import pytest


@pytest.fixture(autouse=True, scope="session")
def _settings() -> None:
    os.environ["POVMON_KEY"] = "0123456789abcdef0123456789abcdef"
