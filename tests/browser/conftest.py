"""A small home with all its pages, and the machine's Chromium with no network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_support import FLAGS, chromium
from installation import run
from playwright.sync_api import BrowserContext, sync_playwright

from jurisdictions.wuzhong.generator import generate


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two months of the sample prefecture with planted faults."""
    folder = tmp_path_factory.mktemp("pages")
    generate(folder / "landing", months=2, household_months=600)
    return run("wuzhong", folder / "landing", folder / "home").home


@pytest.fixture(scope="session")
def offline() -> Iterator[BrowserContext]:
    """A browser without a network."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        context = browser.new_context(offline=True)
        yield context
        context.close()
        browser.close()
