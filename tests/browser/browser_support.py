"""The machine's Chromium: where it is, how it is started, and what is said when there is none."""

from __future__ import annotations

import shutil

import pytest

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
MISSING = (
    "these tests look at pages in Chromium, which this machine has not: run `make programs` as root, or install it"
)


def chromium() -> str:
    """The program; the test fails with what to install when there is none."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.fail(MISSING)
    return found
