"""The quality report as a page: plain HTML in the style of the Data Docs, beside them, with links both ways.

Nothing is computed here, and nothing is loaded from elsewhere.
"""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

from assets.quality.report import Asked, QualityReport, read_report
from checks.expectations.months import page_path, quality_path
from checks.expectations.templating import template
from warehouse.contracts import CONTRACTS
from warehouse.contracts.quality import DIMENSIONS, EVERY_SENDER
from warehouse.engine import open_published
from warehouse.layouts import Jurisdiction
from warehouse.store import Home, replace_file

TEMPLATES = Path(__file__).parent / "templates"


def write_page(home: Home, place: Jurisdiction, today: dt.date) -> Path:
    """Write the page of all months beside the Data Docs, whole or not at all; returns where."""
    with open_published(home) as warehouse:
        report = read_report(warehouse, place, Asked(), today)
    target = quality_path(home, place.id)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    draft.write_text(render(home, report, target, today), encoding="utf-8")
    replace_file(draft, target)
    return target


def render(home: Home, report: QualityReport, target: Path, today: dt.date) -> str:
    """The page as it stands in `target`, from where its links lead to the Data Docs of the home."""

    def link(table: str, month: str) -> str | None:
        page = page_path(home, report.place.id, table, month)
        return Path(os.path.relpath(page, target.parent)).as_posix() if page.is_file() else None

    index = home.data_docs / "index.html"
    return template(TEMPLATES, "quality.html").render(
        report=report,
        link=link,
        index=Path(os.path.relpath(index, target.parent)).as_posix() if index.is_file() else None,
        contracts=CONTRACTS,
        dimensions=DIMENSIONS,
        everyone=EVERY_SENDER,
        today=today,
    )
