"""Commands that decide: waive, release, correct, choose, withdraw, a reviewed file, and the list of decisions."""

import datetime as dt
import getpass
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from pipelines.commands.common import HOME, Month, known, stop

WHO = click.option("--who", default=getpass.getuser, show_default="user of this machine", help="Who answers for it.")
REASON = click.option("--reason", required=True, help="Why.")
FILE = click.argument("file")
LINE = click.option("--line", type=click.IntRange(1), required=True, help="Line in the file.")
RECORD = click.option("--record", type=click.IntRange(1), help="Record, where a line holds several.")


@click.group(invoke_without_command=True)
@click.option(
    "--file",
    "reviewed",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    help="Record the decisions of a reviewed YAML file; those that stand already are left as they are.",
)
@HOME
@WHO
@click.pass_context
def decide(context: click.Context, reviewed: Path | None, home: Path, who: str) -> None:
    """Record a decision on rules, rows or figures in the ledger; the next run acts on it.

    \b
    Example: povmon decide --file decisions.yaml
    Kinds, with their meaning: docs/deciding.md
    """
    if context.invoked_subcommand is None:
        if reviewed is None:
            raise click.UsageError("say what to decide (povmon decide --help), or give --file")
        jurisdiction, entries, named = _reviewed(reviewed)
        _record(home, jurisdiction, entries, who, named)
    elif reviewed is not None:
        raise click.UsageError("--file and a kind of decision do not go together")


@decide.command()
@click.argument("jurisdiction")
@click.argument("rule")
@click.option("--from", "first", type=Month(), required=True, help="First month.")
@click.option("--to", "last", type=Month(), help="Last month (default: the first).")
@click.option("--area", help="Area, with all below it (default: all).")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Last day on which it holds.")
@REASON
@WHO
@HOME
def waive(
    jurisdiction: str,
    rule: str,
    first: str,
    last: str | None,
    area: str | None,
    until: dt.datetime,
    reason: str,
    who: str,
    home: Path,
) -> None:
    """Let pass what breaks a rule, in some months, until a day.

    \b
    Example: povmon decide waive wuzhong labour_export.total_is_n_times_mean --from 2021-03 --area 640323
             --until 2026-12-31 --reason "totals are net of fees until the form changes"
    """
    entry = {"rule": rule, "from": first, "to": last, "area": area, "until": until.date()}
    _record(home, jurisdiction, [_entry("waive", reason, entry)], who)


@decide.command()
@click.argument("jurisdiction")
@FILE
@LINE
@RECORD
@click.option("--rule", "rules", multiple=True, help="Rule that it may break (default: those that it breaks).")
@REASON
@WHO
@HOME
def release(
    jurisdiction: str,
    file: str,
    line: int,
    record: int | None,
    rules: tuple[str, ...],
    reason: str,
    who: str,
    home: Path,
) -> None:
    """Accept one quarantined row as it was sent. FILE is its name, or the beginning of its SHA-256.

    \b
    Example: povmon decide release wuzhong 盐池县_劳务_2021-03.csv --line 17 --reason "confirmed by telephone"
    """
    entry = {"file": file, "line": line, "record": record, "rules": list(rules)}
    _record(home, jurisdiction, [_entry("release", reason, entry)], who)


@decide.command()
@click.argument("jurisdiction")
@FILE
@click.option("--line", type=click.IntRange(1), help="Line in the file.")
@RECORD
@click.option("--key", "keys", multiple=True, metavar="COLUMN=VALUE", help="In place of a line: what the record says.")
@click.option("--month", type=Month(), help="Month of the record, where the file has several.")
@click.option("--column", required=True, help="Column of the table that is wrong.")
@click.option("--before", required=True, help="What the sender wrote.")
@click.option("--after", required=True, help="What was meant, as the sender would write it.")
@REASON
@WHO
@HOME
def correct(
    jurisdiction: str,
    file: str,
    line: int | None,
    record: int | None,
    keys: tuple[str, ...],
    month: str | None,
    column: str,
    before: str,
    after: str,
    reason: str,
    who: str,
    home: Path,
) -> None:
    """Read a known error of a sender as what was meant, until the sender mends it.

    \b
    Example: povmon decide correct wuzhong 盐池县_劳务_2021-03.csv --line 17 --column persons --before 12 --after 21
             --reason "digits interchanged, the county confirms"
    """
    pairs = [key.partition("=") for key in keys]
    if any(not equals for _, equals, _ in pairs):
        raise click.UsageError("write --key COLUMN=VALUE")
    key = {name: value for name, _, value in pairs} or None
    where = {"file": file, "line": line, "record": record, "key": key, "month": month}
    entry = where | {"changes": {column: [before, after]}}
    _record(home, jurisdiction, [_entry("correct", reason, entry)], who)


@decide.command()
@click.argument("jurisdiction")
@FILE
@LINE
@RECORD
@click.option("--reading", type=click.IntRange(1), required=True, help="Its number in `povmon quarantine show`.")
@REASON
@WHO
@HOME
def choose(
    jurisdiction: str, file: str, line: int, record: int | None, reading: int, reason: str, who: str, home: Path
) -> None:
    """Choose one of the possible readings of a garbled figure.

    \b
    Example: povmon decide choose wuzhong 吴忠市_劳务输出报告_2021.csv --line 4 --reading 1
             --reason "the bureau confirms it"
    """
    entry = {"file": file, "line": line, "record": record, "reading": reading}
    _record(home, jurisdiction, [_entry("choose", reason, entry)], who)


@decide.command()
@click.argument("jurisdiction")
@click.argument("decision", type=click.IntRange(1))
@REASON
@WHO
@HOME
def withdraw(jurisdiction: str, decision: int, reason: str, who: str, home: Path) -> None:
    """Withdraw an earlier decision, by its number.

    \b
    Example: povmon decide withdraw wuzhong 3 --reason "the county has sent a corrected file"
    """
    _record(home, jurisdiction, [_entry("withdraw", reason, {"decision": decision})], who)


@decide.command("list")
@click.argument("jurisdiction")
@HOME
def listed(jurisdiction: str, home: Path) -> None:
    """All decisions of a place, with those that no longer hold.

    \b
    Example: povmon decide list wuzhong
    """
    from pipelines.decisions import print_decisions

    known(jurisdiction)
    try:
        print_decisions(home, jurisdiction)
    except FileNotFoundError as error:
        stop(str(error), 2)


def _entry(kind: str, reason: str, given: Mapping[str, object]) -> dict[str, object]:
    """An entry as a reviewed file would have it."""
    return {"kind": kind, "reason": reason} | {name: value for name, value in given.items() if value not in (None, [])}


def _reviewed(path: Path) -> tuple[str, Sequence[Mapping[str, Any]], str]:
    """Place, entries and name of a reviewed file."""
    from pipelines.decisions import UnusableDecisions, read_reviewed

    try:
        return read_reviewed(path)
    except UnusableDecisions as error:
        stop(str(error), 2)


def _record(
    home: Path, jurisdiction: str, entries: Sequence[Mapping[str, Any]], who: str, reviewed_in: str | None = None
) -> None:
    from assets.decisions.office import CannotDecide
    from pipelines.decisions import record
    from warehouse.store import HomeBusy, HomeOutdated, KeyProblem

    known(jurisdiction)
    try:
        record(home, jurisdiction, entries, who, reviewed_in)
    except (FileNotFoundError, CannotDecide) as error:
        stop(str(error), 2)
    except (HomeBusy, HomeOutdated, KeyProblem) as error:
        stop(str(error), 1)
