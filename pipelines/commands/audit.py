"""Commands of the auditor: verify."""

import sys
from pathlib import Path

import click

from pipelines.commands.common import HOME, stop


@click.command()
@HOME
@click.option("--key", metavar="HEX", help="Public key of the office: the latest release must be signed with it.")
def verify(home: Path, key: str | None) -> None:
    """Prove offline that nothing was changed: files, ledger, releases and figures against their hashes.

    \b
    Needs the published warehouse file, the archive and the Parquet; reads the private ledger where it may.
    Example: povmon verify --home ./povmon-home
    """
    from assets.verify import verify as verified
    from pipelines.report import print_verification
    from warehouse.store import Home, HomeBusy, KeyProblem

    try:
        is_sound = print_verification(verified(Home(home), key))
    except FileNotFoundError as error:
        stop(str(error), 2)
    except (HomeBusy, KeyProblem) as error:
        stop(str(error), 1)
    if not is_sound:
        sys.exit(1)
