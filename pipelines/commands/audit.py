"""Commands of the auditor: verify."""

import sys
from pathlib import Path

import click

from pipelines.commands.common import HOME, stop


@click.command()
@HOME
@click.option("--key", metavar="HEX", help="Public key of the office: the latest release must be signed with it.")
@click.option(
    "--funds",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Prove conservation and earmarks of the funds in a folder of published Parquet, and nothing else.",
)
def verify(home: Path, key: str | None, funds: Path | None) -> None:
    """Prove offline that nothing was changed: files, ledger, releases and figures against their hashes.

    \b
    Needs the published warehouse file, the archive and the Parquet; reads the private ledger where it may.
    Example: povmon verify --home ./povmon-home
    Example: povmon verify --funds ./povmon-home/parquet
    """
    from assets.verify.funds import verify_funds
    from assets.verify.releases import verify as verified
    from pipelines.report import print_verification
    from warehouse.store import Home, HomeBusy, HomeOutdated, KeyProblem

    try:
        is_sound = (
            print_verification(verify_funds(funds), None) if funds else print_verification(verified(Home(home), key))
        )
    except (FileNotFoundError, ValueError) as error:
        stop(str(error), 2)
    except (HomeBusy, HomeOutdated, KeyProblem) as error:
        stop(str(error), 1)
    if not is_sound:
        sys.exit(1)
