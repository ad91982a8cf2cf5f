"""The command that hands out: export."""

from pathlib import Path
from typing import Literal

import click

from pipelines.commands.common import HOME, Month, known, stop
from warehouse.exports import FORMATS, LANGUAGES


@click.command()
@click.argument("jurisdiction")
@HOME
@click.option("--format", "form", type=click.Choice(list(FORMATS)), required=True, help="What to write.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder to write, whole or not at all (default: HOME/exports/JURISDICTION-FORMAT-release-N).",
)
@click.option("--table", "tables", multiple=True, help="A table of `published`; may be given again (default: all).")
@click.option("--from", "first", type=Month(), help="First month.")
@click.option("--to", "last", type=Month(), help="Last month.")
@click.option("--release", type=click.IntRange(1), help="Figures as they stood at this release (default: the latest).")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Of labels and pages.")
def export(
    jurisdiction: str,
    home: Path,
    form: str,
    out: Path | None,
    tables: tuple[str, ...],
    first: str | None,
    last: str | None,
    release: int | None,
    language: Literal["en", "zh"],
) -> None:
    """Write what may be published as files, for those who do not ask in SQL.

    \b
    Example: povmon export wuzhong --format datapackage --from 2024-01 --to 2024-12
    """
    from jurisdictions import load
    from warehouse.exports.extract import ExportRefused, Request
    from warehouse.exports.writing import export as exported
    from warehouse.store import Home

    known(jurisdiction)
    if first and last and first > last:
        raise click.UsageError(f"--from {first} is after --to {last}")
    request = Request(load(jurisdiction), tables, first, last, release, language)
    try:
        folder = exported(Home(home), request, form, out)
    except (FileNotFoundError, ExportRefused) as error:
        stop(str(error), 2)
    except OSError as error:
        stop(f"nothing was written: {error}", 1)
    click.echo(str(folder))
    click.echo(f"files and their SHA-256: {folder / 'export.json'}", err=True)
