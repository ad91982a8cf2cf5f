"""Every generated page: nothing of it lies on another host, every link leads somewhere, a browser shows it offline."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from browser_support import chromium
from html_page import Page, needs_the_network
from playwright.sync_api import BrowserContext, expect

TABLE, MONTH = "core.labour_export", "2021-01"


def pages(home: Path) -> list[Path]:
    return sorted((home / "data_docs").rglob("*.html"))


def test_no_generated_page_needs_the_network(home: Path) -> None:
    found = pages(home)
    assert {path.parent.name for path in found} >= {"data_docs", "quality", TABLE}
    assert {path.name: wanted for path in found if (wanted := needs_the_network(Page(path)))} == {}


def test_every_link_leads_to_a_page_and_a_place_in_it(home: Path) -> None:
    read = {path.resolve(): Page(path) for path in pages(home)}
    for path, page in read.items():
        assert page.addresses, path
        for address in page.addresses:
            file, _, fragment = address.partition("#")
            target = read[(path.parent / file).resolve() if file else path]
            assert not fragment or fragment in target.identities, (path, address)


@pytest.mark.parametrize("page", ["index.html", "quality/wuzhong.html", f"validations/wuzhong/{TABLE}/{MONTH}.html"])
def test_a_browser_without_a_network_shows_the_page(home: Path, offline: BrowserContext, page: str) -> None:
    tab = offline.new_page()
    asked, trouble = [], []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("requestfailed", lambda request: trouble.append(f"failed: {request.url}"))
    tab.on("console", lambda message: trouble.append(f"{message.type}: {message.text}"))
    tab.on("pageerror", lambda error: trouble.append(str(error)))
    address = (home / "data_docs" / page).as_uri()
    tab.goto(address)
    assert asked == [address]
    assert trouble == []
    tables = tab.locator("table")
    assert tables.count() > 0
    for number in range(tables.count()):
        expect(tables.nth(number)).to_be_visible()
        box = tables.nth(number).bounding_box()
        assert box is not None
        assert box["height"] > 20
    assert tab.evaluate("getComputedStyle(document.body).maxWidth") != "none", "our style applies"
    tab.close()


def test_from_the_quality_of_a_table_to_its_month_and_back(home: Path, offline: BrowserContext) -> None:
    tab = offline.new_page()
    tab.goto((home / "data_docs" / "quality" / "wuzhong.html").as_uri())
    tab.locator(f'[id="{TABLE}"]').get_by_role("link", name=MONTH).click()
    expect(tab.locator("h1")).to_contain_text(MONTH)
    tab.get_by_role("link", name="quality of the files").click()
    expect(tab.locator("h1")).to_contain_text("Quality of the files")
    assert tab.url.endswith(f"quality/wuzhong.html#{TABLE}")
    tab.close()


def test_a_machine_without_chromium_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(pytest.fail.Exception, match="run `make programs` as root"):
        chromium()
