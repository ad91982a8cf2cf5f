"""The command `povmon explain`: one figure, where it comes from, and which rows moved it."""

import sys
from pathlib import Path

import click

from pipelines.commands.common import HOME, stop

_SHORT = {"period": "time_period", "area": "area_code"}


@click.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.argument("mart")
@HOME
@click.option("--source", help="Sector or leaf of income: whichever tells the figures of the mart apart.")
@click.option("--release", type=int, help="Release that the figure is of (default: the latest).")
@click.option("--quantity", help="Column of the figure, where a mart has several, e.g. mean_per_person or total.")
@click.option("--rows", "with_rows", is_flag=True, help="List pseudonym, file and line of every row behind it.")
@click.option("--drill", "drilled", is_flag=True, help="Show which rows moved it since the period before.")
@click.option("--against", metavar="PERIOD", help="With --drill: the period to compare with.")
@click.option("--csv", "folder", type=click.Path(file_okay=False, path_type=Path), help="Write the evidence as CSV.")
@click.pass_context
def explain(
    context: click.Context,
    mart: str,
    home: Path,
    source: str | None,
    release: int | None,
    quantity: str | None,
    with_rows: bool,
    drilled: bool,
    against: str | None,
    folder: Path | None,
) -> None:
    """Explain a figure: formula with numbers, files, rows, rules, flags, decisions, earlier releases.

    \b
    Give --period, --area and any other column of the mart's key as an option of its name; reads the published file and
    the Parquet alone. Exits 1 when the figure is not what its rows make.
    Example: povmon explain mart.income_share --period 2021-03 --area 640323 --domain rural --source agriculture
    """
    from assets.explain.home import NoSuchFigure
    from jurisdictions import UnknownJurisdiction
    from pipelines.explained import explained

    wanted = _columns(context.args)
    try:
        agrees = explained(
            home, mart, wanted, source, release, quantity, with_rows, against if drilled else None, drilled, folder
        )
    except (FileNotFoundError, NoSuchFigure, UnknownJurisdiction) as error:
        stop(str(error), 2)
    if not agrees:
        sys.exit(1)


def _columns(arguments: list[str]) -> dict[str, str]:
    """`--area 07 --share-definition=riga` as columns with their values."""
    wanted: dict[str, str] = {}
    left = list(arguments)
    while left:
        name, has_value, value = left.pop(0).partition("=")
        if not name.startswith("--") or not (has_value or left):
            raise click.UsageError(f"{name!r} is not an option with a value; write for instance --area 640323")
        option = name.removeprefix("--").replace("-", "_")
        wanted[_SHORT.get(option, option)] = value if has_value else left.pop(0)
    return wanted
