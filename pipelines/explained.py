"""An explanation as people read it: on the terminal, and as CSV files that a spreadsheet shows and never computes."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from assets.explain.drill import Drilled, drill
from assets.explain.figure import Explanation, explain
from assets.explain.home import Evidence, find
from warehouse.contracts import MART_CONTRACTS
from warehouse.engine import open_published
from warehouse.exports.safe_text import inert
from warehouse.store import Home

_SHOWN = 20


def explained(
    home: Path,
    mart: str,
    wanted: Mapping[str, str],
    source: str | None,
    release: int | None,
    quantity: str | None,
    with_rows: bool,
    against: str | None,
    drilled: bool,
    folder: Path | None,
) -> bool:
    """Print a figure's evidence and write it to a folder when one is given; whether its rows make the figure.

    Raises assets.explain.home.NoSuchFigure, FileNotFoundError.
    """
    with open_published(Home(home)) as connection:
        evidence = find(Home(home), connection, mart, _with_source(mart, wanted, source), release, quantity)
        found = explain(evidence)
        moved = drill(evidence, against) if drilled else None
    _print(evidence, found, with_rows)
    tables = found.tables()
    if moved is not None:
        _print_drilled(moved)
        tables["contributions"] = list(moved.units)
    if folder is not None:
        write_evidence(folder, tables)
        click.echo(f"\nevidence in {folder}: {', '.join(f'{name}.csv' for name in tables)}")
    if not found.worked.agrees:
        click.echo(
            f"povmon: the stored figure {found.worked.stored} is not what its rows make, {found.worked.again}; run "
            "povmon verify, which names what was changed",
            err=True,
        )
    return found.worked.agrees


def _with_source(mart: str, wanted: Mapping[str, str], source: str | None) -> dict[str, str]:
    """`--source` under the name that the mart has for it."""
    if source is None:
        return dict(wanted)
    contract = MART_CONTRACTS.get(mart if mart.startswith("mart.") else f"mart.{mart}")
    key = contract.key if contract else ()
    name = next((name for name in ("sector", "leaf", "item") if name in key), "source")
    return {**wanted, name: source}


def _print(evidence: Evidence, found: Explanation, with_rows: bool) -> None:
    row, worked = evidence.row, found.worked
    unit = row.get("unit") or evidence.contract.column(evidence.quantity).unit or ""
    said = ", ".join(f"{name} {value}" for name, value in evidence.key.items() if name != "jurisdiction")
    click.echo(f"{evidence.contract.name}: {evidence.contract.description}")
    click.echo(f"{evidence.place}, release {row['release_id']}: {said}")
    click.echo(f"\n{evidence.quantity} = {_number(row[evidence.quantity])} {unit}{_error(evidence)}")
    click.echo(f"\nformula     {worked.formula}")
    for name, value in worked.terms.items():
        click.echo(f"            {name} = {_number(value)}")
    click.echo(f"made again  {worked.why_not or _number(worked.again)}{_verdict(worked)}")
    click.echo("behind it   " + ", ".join(f"{number:,} {name}" for name, number in found.counts.items()))
    _section("files", found.files, ("original_name", "sha256", "rows_in_figure", "rows_accepted", "rows_quarantined"))
    _section("rules", found.rules, ("outcome", "severity", "rule_id", "rows_examined", "rows_failed"), every=True)
    versions = {(rule["run_id"], rule["table_name"], rule["rule_set_version"]) for rule in found.rules}
    for run, table, version in sorted(versions):
        click.echo(f"  run {run}: {table} by rule set {version}")
    _section("flags", found.flags, ("what", "said"), every=True)
    _section("decisions", found.decisions, tuple(found.decisions[0]) if found.decisions else ())
    _section("releases", found.releases, ("release_id", "created_at", "value", "causes"), every=True)
    if with_rows:
        keys = [name for name in (found.rows[0] if found.rows else ()) if name not in ("stratum", "psu")]
        _section("rows", found.rows, tuple(keys), every=True)


def _error(evidence: Evidence) -> str:
    row, quantity = evidence.row, evidence.quantity
    se = row.get(f"{quantity}_se", row.get("se") if quantity == "value" else None)
    interval = f", 95 % {_number(row['ci_low'])} to {_number(row['ci_high'])}" if row.get("ci_low") is not None else ""
    return f" (standard error {_number(se)}{interval})" if se is not None else ""


def _verdict(worked: Any) -> str:
    if worked.why_not:
        return ""
    return ": agrees with the stored figure" if worked.agrees else ": NOT the stored figure"


def _print_drilled(moved: Drilled) -> None:
    change = moved.contributions
    steps = f"{_number(change.before)} in {moved.before_period} to {_number(change.after)} in {moved.period}"
    click.echo(f"\nchange      {steps}: {_number(change.change)}")
    for kind, (number, summed) in moved.kinds.items():
        click.echo(f"            {kind}: {number:,} rows add {_number(summed)}")
    names = [name for name in moved.units[0] if name not in ("below_before", "below_after")]
    _section("contributions", moved.units, tuple(names))


def _section(title: str, rows: Sequence[Mapping[str, Any]], names: Sequence[str], every: bool = False) -> None:
    """A heading and a line per row, the columns below each other."""
    click.echo(f"\n{title}" + ("" if rows else ": none"))
    shown = rows if every else rows[:_SHOWN]
    lines = [[_number(row.get(name)) for name in names] for row in shown]
    widths = [max(len(line[place]) for line in lines) for place in range(len(names))] if lines else []
    for line in lines:
        click.echo("  " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
    if len(shown) < len(rows):
        click.echo(f"  … and {len(rows) - len(shown):,} more")


def _number(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.10g}"
    return "" if value is None else str(value)


def write_evidence(folder: Path, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """One file per table, UTF-8; text that a spreadsheet would compute gets an apostrophe."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        with (folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows([_cell(row.get(column)) for column in columns] for row in rows)


def _cell(value: object) -> object:
    return inert(value) if isinstance(value, str) else value
