"""Commands that look: status, sql, quality, doctor."""

import sys
from pathlib import Path

import click

from pipelines.commands.common import HOME, Month, known, stop


@click.command()
@click.argument("jurisdiction")
@HOME
def status(jurisdiction: str, home: Path) -> None:
    """What has arrived, what is missing, what was refused and why.

    \b
    Example: povmon status wuzhong
    """
    from pipelines.report import print_status

    known(jurisdiction)
    print_status(jurisdiction, home)


@click.command()
@click.argument("query")
@HOME
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
def sql(query: str, home: Path, form: str) -> None:
    """Ask the published warehouse, read only.

    \b
    Example: povmon sql "SELECT time_period, value FROM published.income_share LIMIT 5" --format csv
    """
    from pipelines.answers import answer

    try:
        click.echo(answer(home, query, form), nl=False)
    except (FileNotFoundError, ValueError) as error:
        stop(str(error), 2)


@click.command()
@click.argument("jurisdiction", required=False)
@HOME
@click.option("--month", type=Month(), help="One month.")
@click.option("--from", "first", type=Month(), help="First month.")
@click.option("--to", "last", type=Month(), help="Last month.")
@click.option("--source", metavar="TABLE", help="One source table, such as core.labour_export or labour_export.")
@click.option("--format", "form", type=click.Choice(["table", "csv", "html"]), default="table", show_default=True)
@click.option(
    "--part",
    type=click.Choice(["scores", "errors", "late"]),
    default="scores",
    show_default=True,
    help="What CSV lists: scores, errors by sender and rule, or late files.",
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write there instead of printing.")
def quality(
    jurisdiction: str | None,
    home: Path,
    month: str | None,
    first: str | None,
    last: str | None,
    source: str | None,
    form: str,
    part: str,
    out: Path | None,
) -> None:
    """How good the files are: by source, sender and month; who is late; who sends what kind of error.

    \b
    JURISDICTION may be left out where the home has one.
    Example: povmon quality wuzhong --from 2024-01 --to 2024-06 --format html --out quality.html
    """
    from assets.quality.report import Asked
    from jurisdictions import UnknownJurisdiction
    from pipelines.quality import AskedWrongly, quality_text

    if month is not None and (first is not None or last is not None):
        raise click.UsageError("give --month, or --from and --to")
    if jurisdiction is not None:
        known(jurisdiction)
    try:
        text = quality_text(home, jurisdiction, Asked(month or first, month or last, source), form, part, out)
    except (FileNotFoundError, AskedWrongly, UnknownJurisdiction) as error:
        stop(str(error), 2)
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")
        click.echo(f"written to {out}", err=True)


@click.command()
@HOME
def doctor(home: Path) -> None:
    """Check this machine and the home folder: versions, rights, free space, key.

    \b
    Example: povmon doctor
    """
    from pipelines.report import print_health

    if not print_health(home):
        sys.exit(1)
