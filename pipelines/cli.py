"""The command `povmon`. Exit codes: 0 done, 1 the run failed, 2 the call was wrong; what to do next is on stderr."""

import click

from pipelines.commands import ask, audit, decide, explain, export, quarantine, run, warehouse


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="poverty-monitor")
def main() -> None:
    """Monthly poverty-alleviation statistics, from county files to a release.

    \b
    Example: povmon demo
    """


for command in (
    run.run,
    run.demo,
    run.generate,
    ask.status,
    ask.sql,
    ask.quality,
    ask.doctor,
    audit.verify,
    decide.decide,
    explain.explain,
    export.export,
    quarantine.quarantine,
    warehouse.warehouse,
):
    main.add_command(command)
