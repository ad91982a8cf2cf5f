"""What `povmon quality` says: the quality report as aligned text, CSV, or a page."""

import csv
import datetime as dt
import io
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import duckdb
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from assets.quality.page import render
from assets.quality.report import Asked, QualityReport, read_report
from indicators.quality import Score
from jurisdictions import load
from warehouse.contracts import SOURCE_CONTRACTS
from warehouse.contracts.quality import DIMENSIONS, EVERY_SENDER
from warehouse.engine import open_published
from warehouse.exports.safe_text import inert
from warehouse.store import Home

_SHOWN = 25
"""Lines of a list that are printed; CSV and HTML have them all."""


class AskedWrongly(LookupError):
    """A table or place that there is not, or months without a score; says which there are."""


def quality_text(home: Path, jurisdiction: str | None, asked: Asked, form: str, part: str, out: Path | None) -> str:
    """The report; a page's links lead from `out`, or from beside the Data Docs, to theirs.

    Raises FileNotFoundError when nothing is published, AskedWrongly when there is nothing of what was asked.
    """
    place, today = Home(home), dt.datetime.now(dt.UTC).date()
    with open_published(place) as warehouse:
        known = _jurisdiction(warehouse, jurisdiction)
        report = read_report(warehouse, load(known), replace(asked, source=_source(asked.source)), today)
    if not report.scores:
        raise AskedWrongly(f"there is no score of {known} for that; see `povmon status {known}` for what has arrived")
    if form == "html":
        return render(place, report, (out or place.data_docs / "quality" / "x").resolve(), today)
    return _csv(report, part) if form == "csv" else _printed(report)


def _jurisdiction(warehouse: duckdb.DuckDBPyConnection, given: str | None) -> str:
    rows = warehouse.execute("SELECT DISTINCT jurisdiction FROM audit.release ORDER BY 1").fetchall()
    there = [name for (name,) in rows]
    if given is None and len(there) != 1:
        raise AskedWrongly(f"say which jurisdiction: {', '.join(there) or 'none has a release yet'}")
    return given or there[0]


def _source(given: str | None) -> str | None:
    if given is None:
        return None
    name = given if "." in given else f"core.{given}"
    if name not in SOURCE_CONTRACTS:
        raise AskedWrongly(f"no source table {given!r}; there are: {', '.join(SOURCE_CONTRACTS)}")
    return name


def _csv(report: QualityReport, part: str) -> str:
    lines = report.lines(part)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(lines[0]) if lines else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(
        {name: inert(cell) if isinstance(cell, str) else cell for name, cell in line.items()} for line in lines
    )
    return text.getvalue()


def _printed(report: QualityReport) -> str:
    text = io.StringIO()
    width = shutil.get_terminal_size((120, 40)).columns if sys.stdout.isatty() else 180
    console = Console(file=text, width=width, highlight=False)
    for table in report.tables:
        console.print(_by_sender(report, table))
        console.print(_by_month(report, table))
    console.print(_errors(report))
    _print_late(console, report)
    console.print("score = checks held / checks made, in %; a dash: no check was made (docs/methods/data-quality.md)")
    return text.getvalue()


def _percent(score: Score) -> str:
    return "—" if score.value is None else f"{100 * score.value:.2f}"


def _grid(title: str, *first: str) -> Table:
    grid = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for name in first:
        grid.add_column(name)
    return grid


def _by_sender(report: QualityReport, table: str) -> Table:
    months = report.months_of(table)
    span = " to ".join(dict.fromkeys((months[0], months[-1])))
    grid = _grid(f"{table}, {span}, by sender", "sender")
    for name in DIMENSIONS:
        grid.add_column(name, justify="right")
    for sender in report.senders(table):
        scores = (_percent(report.score(table, sender, name)) for name in DIMENSIONS)
        grid.add_row("all senders" if sender == EVERY_SENDER else escape(sender), *scores)
    return grid


def _by_month(report: QualityReport, table: str) -> Table:
    grid = _grid(f"{table}, all senders, by month", "month")
    for name in DIMENSIONS:
        grid.add_column(name, justify="right")
    for month in report.months_of(table):
        grid.add_row(month, *(_percent(report.score(table, EVERY_SENDER, name, month)) for name in DIMENSIONS))
    return grid


def _errors(report: QualityReport) -> Table:
    grid = _grid("Who sends what kind of error, most frequent first", "sender", "rule", "dimension", "severity")
    for name in ("failed", "of", "months"):
        grid.add_column(name, justify="right")
    ranked = sorted(report.errors, key=lambda row: -row["rows_failed"])
    for row in ranked[:_SHOWN]:
        counts = (f"{row[name]:,}" for name in ("rows_failed", "rows_examined", "months_failed"))
        grid.add_row(escape(row["sender"]), row["rule_id"], row["dimension"], row["severity"], *counts)
    if len(ranked) > _SHOWN:
        grid.add_row(f"… and {len(ranked) - _SHOWN} more: --format csv --part errors")
    return grid


def _print_late(console: Console, report: QualityReport) -> None:
    console.print(f"Late: {len(report.late) or 'nobody, of what was due since the office took in its first file'}")
    for file in sorted(report.late, key=lambda file: -file.days_late)[:_SHOWN]:
        came = f"came {file.received_on}" if file.received_on else "has not come"
        console.print(
            f"  {file.month} {file.table.partition('.')[2]} of {escape(file.sender)}: due {file.due_on}, {came}, "
            f"{file.days_late} days late"
        )
