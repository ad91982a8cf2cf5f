"""Commands that make something: run, demo, generate."""

from pathlib import Path

import click

from checks.aside import aside
from pipelines.commands.common import HOME, Month, known, stop
from warehouse.imports import kept


@click.command()
@click.argument("jurisdiction")
@HOME
@click.option(
    "--landing",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="POVMON_LANDING",
    help="Folder with the senders' files (default: HOME/landing).",
)
@click.option("--month", type=Month(), help="Run one month.")
@click.option("--from", "first", type=Month(), help="First month of a range.")
@click.option("--to", "last", type=Month(), help="Last month of a range.")
@click.option("--all", "everything", is_flag=True, help="Run every month that has files (default).")
def run(
    jurisdiction: str,
    home: Path,
    landing: Path | None,
    month: str | None,
    first: str | None,
    last: str | None,
    everything: bool,
) -> None:
    """Take in files, judge them, compute the figures, make a release.

    \b
    Example: povmon run mexico --landing ../shared/data/mexico_south_2010 --month 2010-09
    """
    known(jurisdiction)
    months = _months(month, first, last, everything)
    with aside.beside():
        with kept():
            from pipelines.report import print_run

            office = _office(jurisdiction, home, landing)
        print_run(office, _run(office, months))


@click.command()
@HOME
@click.option("--months", default=36, show_default=True, help="Months to generate.")
def demo(home: Path, months: int) -> None:
    """Generate the sample prefecture Wuzhong and run all its months.

    \b
    Example: povmon demo --home ./povmon-home
    """
    from pipelines.report import print_run

    office = _office("wuzhong", home, None)
    landing = Path(office.landing)
    if not landing.exists():
        from jurisdictions.wuzhong.generator import generate as make

        make(landing, truth=home / "truth", months=months)
    print_run(office, _run(office, None))


@click.command()
@click.argument("landing", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--truth",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the truth (default: beside).",
)
@click.option("--months", default=36, show_default=True, help="Months to generate.")
@click.option(
    "--household-months",
    type=click.IntRange(1_000, 50_000_000),
    default=25_200,
    show_default=True,
    help="Household rows over all months.",
)
@click.option(
    "--size",
    type=click.Choice(["sample", "prefecture"]),
    default="sample",
    show_default=True,
    help="Register of the poor and fund ledger: a sample, or a whole prefecture's.",
)
@click.option("--registered", type=click.IntRange(1), help="Registered households (default: as --size says).")
@click.option("--projects", type=click.IntRange(1), help="Projects (default: as --size says).")
@click.option("--fund-lines", type=click.IntRange(1), help="Lines of the fund ledger, about (default: as --size says).")
@click.option("--seed", default=2024, show_default=True, help="The same seed gives the same bytes.")
def generate(
    landing: Path,
    truth: Path | None,
    months: int,
    household_months: int,
    size: str,
    registered: int | None,
    projects: int | None,
    fund_lines: int | None,
    seed: int,
) -> None:
    """Make the sample prefecture's files in LANDING, with planted faults and the truth beside them.

    \b
    Examples: povmon generate ./landing --months 12 --household-months 100000
              povmon generate ./landing --size prefecture
    """
    from jurisdictions.wuzhong.generator import generate as make
    from jurisdictions.wuzhong.generator.fund_plan import Size
    from jurisdictions.wuzhong.generator.scale import Scale

    if landing.exists() and any(landing.iterdir()):
        stop(f"{landing} is not empty; give a new folder", 2)
    scale = Scale.named(size, months)
    make(
        landing,
        truth=truth or landing.parent / "truth",
        months=months,
        household_months=household_months,
        seed=seed,
        registered=registered or scale.registered,
        funds=Size(projects or scale.funds.projects, fund_lines or scale.funds.lines),
    )
    click.echo(f"files in {landing}, truth in {truth or landing.parent / 'truth'}")
    click.echo(f"next: povmon run wuzhong --landing {landing}", err=True)


def _months(month: str | None, first: str | None, last: str | None, everything: bool) -> list[str] | None:
    """The months asked for; None for all that have files."""
    from warehouse.periods import PeriodError, months_between

    if sum((month is not None, first is not None or last is not None, everything)) > 1:
        raise click.UsageError("give one of --month, --from with --to, --all")
    if month is not None:
        return [month]
    if first is None and last is None:
        return None
    if first is None or last is None:
        raise click.UsageError("--from and --to go together")
    try:
        return months_between(first, last)
    except PeriodError as error:
        raise click.UsageError(str(error)) from error


def _office(jurisdiction: str, home: Path, landing: Path | None):  # type: ignore[no-untyped-def]
    from pipelines.office import Settings

    return Settings(jurisdiction=jurisdiction, home=str(home), landing=str(landing or home / "landing"))


def _run(office, months: list[str] | None):  # type: ignore[no-untyped-def]
    with kept():
        from rich.console import Console

        from assets import workers
        from pipelines.monthly import NothingToDo, RunFailed, run_months
        from warehouse.store import HomeBusy, HomeOutdated, KeyProblem

    try:
        with workers.ready(), Console(stderr=True).status(f"running {office.jurisdiction} …"):
            return run_months(office, months)
    except NotADirectoryError as error:
        stop(str(error), 2)
    except (NothingToDo, RunFailed, HomeBusy, HomeOutdated, KeyProblem, OSError) as error:
        stop(str(error), 1)
