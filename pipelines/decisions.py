"""What the commands on decisions and refused rows do: open the office, record or show, and say what to run next."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import yaml

from assets.decisions.deciding import decide, quarantined
from assets.decisions.office import Office, known_file
from assets.decisions.revealing import log_access, whole_line
from assets.places.known import areas_of
from checks.decisions import every, in_force
from jurisdictions import load
from warehouse.engine import open_ledger
from warehouse.store import Home


class UnusableDecisions(ValueError):
    """A reviewed file that does not read as decisions; the message says what is expected."""


_FORM = """expected:
  jurisdiction: wuzhong
  decisions:
    - kind: waive
      rule: …
(docs/deciding.md)"""


def read_reviewed(path: Path) -> tuple[str, Sequence[Mapping[str, Any]], str]:
    """Place, entries, and name with the beginning of the SHA-256 of a reviewed file. Raises UnusableDecisions."""
    content = path.read_bytes()
    try:
        said = yaml.safe_load(content)
    except yaml.YAMLError as error:
        raise UnusableDecisions(f"{path} is not YAML: {error}") from error
    entries = said.get("decisions") if isinstance(said, dict) else None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise UnusableDecisions(f"{path} holds no list of decisions; {_FORM}")
    if not isinstance(said.get("jurisdiction"), str) or said.keys() - {"jurisdiction", "decisions"}:
        raise UnusableDecisions(f"{path} must name its jurisdiction, and nothing but it and its decisions; {_FORM}")
    return said["jurisdiction"], entries, f"{path.name} {hashlib.sha256(content).hexdigest()[:12]}"


def _ledger(home: Path) -> Home:
    place = Home(home)
    if not place.ledger.exists():
        raise FileNotFoundError(f"{place.ledger} does not exist: there is nothing to decide on; run `povmon run` first")
    return place


@contextmanager
def _office(home: Path, jurisdiction: str, now: dt.datetime) -> Iterator[Office]:
    """The office of a place, its home held and its ledger in one transaction."""
    place = _ledger(home)
    with place.locked():
        engine = open_ledger(place)
        try:
            with engine.begin() as connection:
                yield Office(connection, place, load(jurisdiction), areas_of(place, jurisdiction), now.date())
        finally:
            engine.dispose()


def record(
    home: Path, jurisdiction: str, entries: Sequence[Mapping[str, Any]], who: str, reviewed_in: str | None
) -> None:
    """Record all decisions or none, and print what was recorded and what to run next.

    Raises FileNotFoundError, CannotDecide, warehouse.store.HomeBusy, warehouse.store.KeyProblem.
    """
    now = dt.datetime.now(dt.UTC)
    with _office(home, jurisdiction, now) as office:
        told = decide(office, entries, who, now, reviewed_in)
    for one in told:
        state = "recorded" if one.is_new else "known already, nothing recorded"
        click.echo(f"{one.words}: {state}; concerns {one.months[0]} to {one.months[1]}")
    new = [one.months for one in told if one.is_new]
    if new:
        first, last = min(first for first, _ in new), max(last for _, last in new)
        click.echo(f"next: povmon run {jurisdiction} --from {first} --to {last} --home {home}", err=True)


def print_decisions(home: Path, jurisdiction: str) -> None:
    """Every decision, one a line. Raises FileNotFoundError."""
    engine = open_ledger(_ledger(home))
    try:
        with engine.connect() as connection:
            known = every(connection, jurisdiction)
    finally:
        engine.dispose()
    standing, today = {one.decision_id for one in in_force(known)}, dt.datetime.now(dt.UTC).date()
    for one in known:
        holds = one.decision_id in standing
        state = ("expired" if one.has_expired(today) else "holds") if holds else "no longer holds"
        about = f" of decision {one.withdraws}" if one.withdraws else f" {one.period_first} to {one.period_last}"
        until = f", until {one.expires_on}" if one.expires_on else ""
        click.echo(
            f"{one.in_words()}{about}{until}: {'done' if one.kind == 'withdraw' else state}; {one.reason} "
            f"({one.decided_by}, {one.recorded_at:%Y-%m-%d})"
        )
    if not known:
        click.echo("no decision was made")


def print_quarantined(
    home: Path, jurisdiction: str, entry: Mapping[str, Any], revealed_to: tuple[str, str] | None
) -> None:
    """A refused row with findings and readings; its whole line to `revealed_to` (who, reason), once that is logged.

    Raises FileNotFoundError, CannotDecide, CannotReveal, warehouse.store.HomeBusy.
    """
    now = dt.datetime.now(dt.UTC)
    with _office(home, jurisdiction, now) as office:
        row = quarantined(office, entry)
        layout = str(known_file(office, str(row["file_id"]))["layout"])
        if revealed_to is not None:
            log_access(office.connection, row, *revealed_to, now)
    click.echo(f"{row['original_name']}, line {row['row_number']}, record {row['record_number']}: {row['status']}")
    for finding in json.loads(row["findings"]):
        found = json.dumps(finding["found"], ensure_ascii=False)
        click.echo(f"  {finding['rule']}: found {found}; expected {finding['expected']}")
    if row["readings"]:
        click.echo("readings (povmon decide choose … --reading N):")
    for reading in json.loads(row["readings"] or "[]"):
        click.echo(f"  {_reading(reading)}")
    if revealed_to is None:
        shown, words = json.loads(row["raw_record"]), "as sent, identities hidden:"
    else:
        shown, words = whole_line(Home(home), load(jurisdiction), row, layout), "whole line (logged in audit.access):"
    click.echo(words)
    for name, text in shown.items():
        click.echo(f"  {name}: {text or ''}")


def _reading(reading: Mapping[str, Any]) -> str:
    """One reading in a line: what it means, what follows, its score, and why it cannot be."""
    implied = "".join(f", so {name} {value}" for name, value in reading["implied"].items())
    steps = "; ".join(reading["steps"]) or "as printed"
    state = f"impossible: {'; '.join(reading['rejected'])}" if reading["rejected"] else f"score {reading['score']}"
    return f"{reading['number']}. {reading['quantity']} {reading['value']}{implied} ({steps}): {state}"
