"""What the command line prints after a run and on `status`: shares, files, quarantine, where to look next."""

import datetime as dt
import json
import os
import shutil
import sys
from collections import Counter, defaultdict
from pathlib import Path

import duckdb
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from assets.quality.owing import missing
from assets.quality.report import areas_and_files
from assets.rules import rules_of
from assets.verify.findings import Verification
from jurisdictions import load, reference
from pipelines.monthly import Done
from pipelines.office import Settings
from warehouse.contracts import SOURCE_CONTRACTS
from warehouse.contracts.figures import HEADLINE
from warehouse.engine import open_published
from warehouse.published import VIEWS
from warehouse.store import Home, KeyProblem

_SHARES = f"""
SELECT m.time_period, m.area_code, m.area, m.value, m.obs_status, m.obs_note
FROM published.income_share m
WHERE m.jurisdiction = ? AND m.domain = ? AND m.estimator = ?
  AND {" AND ".join(f"m.{name} = '{code}'" for name, code in HEADLINE.items() if name != "estimator")}
  AND m.area_code NOT IN (SELECT s.set_code FROM ref.area_set s)
ORDER BY m.time_period, m.area_code
"""
_SHOWN_SHARES = (
    ("rural", HEADLINE["estimator"], "rural net income, % (household operations, ratio of aggregates)"),
    ("all", HEADLINE["estimator"], "net income, town and country, % (household operations, ratio of aggregates)"),
    ("rural", "published", "rural net income, % (household operations, as published)"),
)
"""Domain, estimator and words of the shares that are printed: the first that the place has."""
_REFUSED_FILES = """
SELECT original_name, status, reason FROM raw.intake_file
WHERE jurisdiction = ? AND status IN ('refused', 'waiting') ORDER BY status, original_name
"""
_SHOWN = 20
"""Broken links that are printed."""
_BY_RULE = """
SELECT rule_id, count(*) AS lines, min(original_name || ', line ' || row_number) AS first
FROM (SELECT unnest(string_split(rule_ids, ' ')) AS rule_id, original_name, row_number
      FROM audit.quarantine WHERE jurisdiction = ? AND status = 'open')
GROUP BY rule_id ORDER BY lines DESC, rule_id
"""


def print_run(settings: Settings, done: Done) -> None:
    """What was refused and why, the agricultural share by area and month, and where to look next.

    The list of what was refused may be long: the figures come after it, where the eye is when the run has ended.
    """
    console = Console(width=_width())
    home = Home(Path(settings.home))
    with open_published(home) as warehouse:
        _print_files(console, warehouse, settings.jurisdiction)
        _print_quarantine(console, warehouse, settings.jurisdiction)
        _print_shares(console, warehouse, settings.jurisdiction)
        revised = _revised(warehouse, done.release_id)
        figures = _some_figures(warehouse, settings.jurisdiction)
    if done.without_files:
        console.print(f"[yellow]no file for {', '.join(done.without_files)}[/yellow]")
    if done.release_id is None:
        console.print("Nothing had changed since the last release; it stands.")
    else:
        console.print(f"[bold]Release {done.release_id}[/bold] covers {done.months[0]} to {done.months[-1]}.")
        for line in revised:
            console.print(f"  {escape(line)}", soft_wrap=True, highlight=False)
    at, povmon = f"--home {escape(settings.home)}", _program()
    console.print(
        f"""
Where to look next
  figures     {povmon} sql "SELECT * FROM published.{figures} LIMIT 5" {at}
  files       {povmon} status {settings.jurisdiction} {at}
  quality     {escape(str(home.data_docs / "index.html"))} (opens without a network)
  quarantine  {povmon} sql "SELECT original_name, row_number, rule_ids FROM audit.quarantine" {at}
  proof       {povmon} verify {at}
  warehouse   {escape(str(home.warehouse))} (DuckDB); microdata in {escape(str(home.parquet))}""",
        highlight=False,
        soft_wrap=True,
    )


def _some_figures(warehouse: duckdb.DuckDBPyConnection, jurisdiction: str) -> str:
    """The first view that has figures of the place."""
    for name in VIEWS:
        if warehouse.execute(
            f"SELECT 1 FROM published.{name} WHERE jurisdiction = ? LIMIT 1", [jurisdiction]
        ).fetchall():
            return name
    return "revisions"


def _revised(warehouse: duckdb.DuckDBPyConnection, release_id: int | None) -> list[str]:
    """`2021-03: revises release 1; …` for every month that the release revises."""
    rows = warehouse.execute("SELECT manifest FROM audit.release WHERE release_id = ?", [release_id]).fetchall()
    months = json.loads(rows[0][0])["months"] if rows else {}
    return [
        f"{month}: revises release {content['revises']}; {content['reason']}"
        for month, content in sorted(months.items())
        if content["revises"] is not None
    ]


def _program() -> str:
    """The command as the reader can call it: with its path when it is not on theirs."""
    called = Path(sys.argv[0])
    return os.path.relpath(called) if called.name == "povmon" and shutil.which("povmon") is None else "povmon"


def _width() -> int:
    """Terminal width, and room enough where there is no terminal."""
    return shutil.get_terminal_size((120, 40)).columns if sys.stdout.isatty() else 160


def _print_shares(console: Console, warehouse: duckdb.DuckDBPyConnection, jurisdiction: str) -> None:
    found = (
        (words, warehouse.execute(_SHARES, [jurisdiction, domain, estimator]).fetchall())
        for domain, estimator, words in _SHOWN_SHARES
    )
    words, rows = next((one for one in found if one[1]), ("", []))
    if not rows:
        return
    console.print(f"Agriculture's share of {words}", soft_wrap=True)
    areas = dict.fromkeys((code, name or code) for _, code, name, *_ in sorted(rows, key=lambda row: row[1]))
    table = Table()
    table.add_column("period")
    for _, name in areas:
        table.add_column(name, justify="right")
    cells: dict[str, dict[str, str]] = defaultdict(dict)
    legend: dict[str, None] = {}
    for period, code, _, value, status, note in rows:
        mark = _mark(status, note)
        legend |= dict.fromkeys([mark] if mark else [])
        shown = "–" if value is None else f"{100 * value:.1f}"
        cells[period][code] = mark if status == "Q" else f"{shown}{mark}"
    for period in sorted(cells):
        table.add_row(period, *(cells[period].get(code, "") for code, _ in areas))
    console.print(table)
    for mark in sorted(legend):
        console.print(f"{mark} {_MARKS[mark]}")


_MARKS = {
    "*": "partly reported: not comparable with other months",
    "c": "withheld: too few households, too unreliable, or needed to protect such a figure",
    "u": "of low reliability",
}


def _mark(status: str, note: str | None) -> str:
    """The mark of a share in the printed table; "" for an ordinary one."""
    if status == "Q":
        return "c"
    return "" if status == "A" else "u" if note and "partly_reported" not in note else "*"


def _print_files(console: Console, warehouse: duckdb.DuckDBPyConnection, jurisdiction: str) -> None:
    counts = Counter(
        dict(
            warehouse.execute(
                "SELECT status, count(*) FROM raw.intake_file WHERE jurisdiction = ? GROUP BY status",
                [jurisdiction],
            ).fetchall()
        )
    )
    console.print("Files: " + (", ".join(f"{count} {status}" for status, count in sorted(counts.items())) or "none"))
    for name, status, reason in warehouse.execute(_REFUSED_FILES, [jurisdiction]).fetchall():
        console.print(f"  [yellow]{status}[/yellow] {escape(name)}: {escape(reason or '')}", soft_wrap=True)


def _print_quarantine(console: Console, warehouse: duckdb.DuckDBPyConnection, jurisdiction: str) -> None:
    query = "SELECT count(*) FROM audit.quarantine WHERE jurisdiction = ? AND status = 'open'"
    (total,) = warehouse.execute(query, [jurisdiction]).fetchall()[0]
    console.print(f"Quarantine: {total} rows" + ("" if total else "; every row was accepted"))
    if not total:
        return
    place = load(jurisdiction)
    todo = {rule.id: rule.do for name in SOURCE_CONTRACTS for rule in rules_of(place, name)}
    table = Table(box=None)
    for name in ("rule", "rows", "first of them", "to do"):
        table.add_column(name, justify="right" if name == "rows" else "left")
    for rule, lines, first in warehouse.execute(_BY_RULE, [jurisdiction]).fetchall():
        table.add_row(rule, str(lines), escape(first), todo.get(rule, ""))
    console.print(table)


def print_status(jurisdiction: str, home: Path) -> None:
    """Files by status with reasons, and the senders that owe a month."""
    console = Console(width=_width())
    place = load(jurisdiction)
    if not Home(home).warehouse.exists():
        console.print(f"{home} holds no warehouse yet; run: povmon run {jurisdiction} --home {home}")
        return
    names = {row["area_code"]: row["name"] for row in reference(jurisdiction, "areas")}
    with open_published(Home(home)) as warehouse:
        _print_files(console, warehouse, jurisdiction)
        areas, files = areas_and_files(warehouse, jurisdiction)
    if place.obligations():
        not_there = missing(place, areas, files, dt.datetime.now(dt.UTC).date())
        console.print(f"Owed and not there: {len(not_there) or 'nothing'}")
        for file in sorted(not_there, key=lambda file: (file.month, file.table, file.area_code))[:60]:
            name = names.get(file.area_code, file.area_code)
            late = f", {file.days_late} days late" if file.days_late else ""
            console.print(f"  {file.month} {file.table.partition('.')[2]} of {name} ({file.area_code}){late}")
        if len(not_there) > 60:
            console.print(f"  … and {len(not_there) - 60} more")


def print_health(home: Path) -> bool:
    """Versions, folder rights, space and key; False when something must be mended."""
    from importlib.metadata import version

    console = Console(width=_width())
    sound = True
    console.print(f"python {sys.version.split()[0]}")
    for package in (
        "dagster",
        "great-expectations",
        "pandas",
        "pyarrow",
        "sqlalchemy",
        "duckdb",
        "duckdb-sqlalchemy",
    ):
        console.print(f"{package} {version(package)}")
    place = Home(home)
    if home.exists() and not os.access(home, os.W_OK):
        console.print(f"[red]{home} cannot be written[/red]; change its owner or give --home another folder")
        sound = False
    free = shutil.disk_usage(home if home.exists() else home.absolute().parent).free
    console.print(f"free space {free / 1e9:.1f} GB")
    if free < 2e9:
        console.print("[red]less than 2 GB are free[/red]; a year of a million households a month takes about 1 GB")
        sound = False
    if (place.root / "private" / "pseudonym.key").exists() or "POVMON_KEY" in os.environ:
        try:
            place.key()
            console.print("key of the pseudonyms: sound")
        except KeyProblem as error:
            console.print(f"[red]{error}[/red]")
            sound = False
    return sound


def print_verification(found: Verification, shown: int | None = _SHOWN) -> bool:
    """What was verified, and the links that are broken, the first ones or (None) all; whether all hold."""
    console = Console(width=_width())
    for what, number in sorted(found.verified.items()):
        console.print(f"  {number:>12,}  {what}", highlight=False)
    for note in dict.fromkeys(found.notes):
        console.print(f"note: {escape(note)}", highlight=False, soft_wrap=True)
    if not found.broken:
        console.print(
            f"[green]sound[/green]: {found.verified.total():,} things are what the releases say", highlight=False
        )
        return True
    errors = Console(stderr=True, width=_width())
    errors.print(f"[red]broken[/red]: {len(found.broken):,} links do not hold", highlight=False)
    for link in found.broken[:shown]:
        errors.print(escape(str(link)), highlight=False, soft_wrap=True)
    if more := len(found.broken[shown:] if shown is not None else ()):
        errors.print(f"… and {more:,} more", highlight=False)
    return False
