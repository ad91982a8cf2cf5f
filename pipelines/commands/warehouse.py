"""Commands of the shared warehouse in PostgreSQL: upgrade, load."""

from pathlib import Path

import click

from pipelines.commands.common import HOME, stop

URL = click.option(
    "--url",
    envvar="POVMON_WAREHOUSE",
    required=True,
    metavar="URL",
    help="postgresql+psycopg://user@host/database (default: $POVMON_WAREHOUSE).",
)


@click.group()
def warehouse() -> None:
    """The shared warehouse in PostgreSQL, which a run loads when POVMON_WAREHOUSE is set.

    \b
    Example: povmon warehouse upgrade
    """


@warehouse.command()
@URL
def upgrade(url: str) -> None:
    """Make or change tables, views and roles as this program needs them; rows stay.

    \b
    Example: povmon warehouse upgrade --url postgresql+psycopg://admin@db.office/povmon
    """
    from warehouse.postgres.connection import WarehouseProblem
    from warehouse.postgres.upgrade import upgrade as upgraded

    try:
        click.echo(f"the database is at revision {upgraded(url)}")
    except WarehouseProblem as error:
        stop(str(error), 1)
    click.echo("next: povmon warehouse load", err=True)


@warehouse.command()
@HOME
@URL
@click.option("--take-over", is_flag=True, help="Load places that another home has loaded so far.")
@click.option("--anew", is_flag=True, help="Load also what has not changed since the last load.")
def load(home: Path, url: str, take_over: bool, anew: bool) -> None:
    """Load what the home has published, as a run does at its end; only what is new is copied.

    \b
    Example: povmon warehouse load --home ./povmon-home
    """
    from warehouse.postgres.connection import WarehouseProblem
    from warehouse.postgres.load import load as loaded
    from warehouse.store import Home

    place = Home(home)
    if not place.warehouse.exists():
        stop(f"{place.warehouse} does not exist yet; run for instance: povmon run wuzhong", 2)
    try:
        done = loaded(place, url, take_over=take_over, anew=anew)
    except WarehouseProblem as error:
        stop(str(error), 1)
    click.echo(f"{done.rows} rows in {done.pieces} pieces loaded, {done.gone} pieces gone")
