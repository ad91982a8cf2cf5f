"""What commands share: options, the month as a parameter, how they stop."""

import sys
from pathlib import Path
from typing import NoReturn

import click

HOME = click.option(
    "--home",
    envvar="POVMON_HOME",
    default="povmon-home",
    show_default="$POVMON_HOME, else ./povmon-home",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the installation: archive, Parquet, warehouse.",
)


class Month(click.ParamType):
    """A month such as 2010-07."""

    name = "YYYY-MM"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The month, or a message that shows the form."""
        from warehouse.periods import is_month

        if not is_month(str(value)):
            self.fail(f"{value!r} is not a month; write for instance 2010-07", param, ctx)
        return str(value)


def known(jurisdiction: str) -> None:
    """UsageError when there is no such place."""
    from jurisdictions import UnknownJurisdiction, load

    try:
        load(jurisdiction)
    except UnknownJurisdiction as error:
        raise click.UsageError(str(error)) from error


def stop(message: str, code: int) -> NoReturn:
    """Say what is wrong on stderr and leave: 1 the run failed, 2 the call was wrong."""
    click.echo(f"povmon: {message}", err=True)
    sys.exit(code)
