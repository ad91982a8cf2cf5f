"""What the commands on decisions do: open the office, record, and say what to run next; read a reviewed file."""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import yaml

from assets.deciding import decide
from assets.office import Office
from assets.places import areas_of
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


def record(
    home: Path, jurisdiction: str, entries: Sequence[Mapping[str, Any]], who: str, reviewed_in: str | None
) -> None:
    """Record all decisions or none, and print what was recorded and what to run next.

    Raises FileNotFoundError, CannotDecide, warehouse.store.HomeBusy, warehouse.store.KeyProblem.
    """
    place, now = _ledger(home), dt.datetime.now(dt.UTC)
    with place.locked():
        engine = open_ledger(place)
        try:
            areas = areas_of(place, jurisdiction)
            with engine.begin() as connection:
                office = Office(connection, place, load(jurisdiction), areas, now.date())
                told = decide(office, entries, who, now, reviewed_in)
        finally:
            engine.dispose()
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
