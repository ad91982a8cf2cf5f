"""Commands that look: status, sql, doctor."""

import sys
from pathlib import Path

import click

from pipelines.commands.common import HOME, known, stop


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
@HOME
def doctor(home: Path) -> None:
    """Check this machine and the home folder: versions, rights, free space, key.

    \b
    Example: povmon doctor
    """
    from pipelines.report import print_health

    if not print_health(home):
        sys.exit(1)
