"""Commands on refused rows: show one, with its readings, and its whole line for who says why."""

import getpass
from pathlib import Path

import click

from pipelines.commands.common import HOME, known, stop


@click.group()
def quarantine() -> None:
    """Look at refused rows.

    \b
    Example: povmon quarantine show wuzhong 盐池县_劳务输出_2021-01.csv --line 20
    """


@quarantine.command()
@click.argument("jurisdiction")
@click.argument("file")
@click.option("--line", type=click.IntRange(1), required=True, help="Line in the file.")
@click.option("--record", type=click.IntRange(1), help="Record, where a line holds several.")
@click.option("--reveal", is_flag=True, help="Show the whole line with its identities; that is logged.")
@click.option("--who", default=getpass.getuser, show_default="user of this machine", help="Who looks.")
@click.option("--reason", help="Why the whole line is needed.")
@HOME
def show(
    jurisdiction: str,
    file: str,
    line: int,
    record: int | None,
    reveal: bool,
    who: str,
    reason: str | None,
    home: Path,
) -> None:
    """What a refused row broke, what was found, and what its figures may have meant; identities as pseudonyms.

    With --reveal the line as it stands in the archived file, once audit.access says who looks and why.

    \b
    Example: povmon quarantine show wuzhong 盐池县_劳务输出_2021-01.csv --line 20
             povmon quarantine show wuzhong 盐池县_劳务输出_2021-01.csv --line 20 --reveal --reason "court order 17"
    """
    from assets.decisions.office import CannotDecide
    from assets.decisions.revealing import CannotReveal
    from pipelines.decisions import print_quarantined
    from warehouse.store import HomeBusy, HomeOutdated

    known(jurisdiction)
    if reveal and not (reason or "").strip():
        raise click.UsageError("--reveal needs --reason: it is written to audit.access")
    entry = {"file": file, "line": line} | ({"record": record} if record else {})
    try:
        print_quarantined(home, jurisdiction, entry, (who, str(reason)) if reveal else None)
    except (FileNotFoundError, CannotDecide, CannotReveal) as error:
        stop(str(error), 2)
    except (HomeBusy, HomeOutdated) as error:
        stop(str(error), 1)
