"""Exports as a reader makes them, and homes whose published file was written over by someone who means harm."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import duckdb
from click.testing import CliRunner, Result

from pipelines.cli import main

MONTH = "2021-02"
"""The last month of the home"""


def povmon(*arguments: str | Path) -> Result:
    """What the command line does with these arguments."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def exported(home: Path, form: str, out: Path, *options: str) -> Path:
    """The folder that `povmon export wuzhong` writes."""
    result = povmon("export", "wuzhong", "--home", home, "--format", form, "--out", out, *options)
    assert result.exit_code == 0, (result.output, result.exception)
    return out


def tampered(home: Path, to: Path, statements: Sequence[tuple[str, list[object]]]) -> Path:
    """Another home with the same published file, changed by statements with their values."""
    to.mkdir(parents=True)
    shutil.copyfile(home / "warehouse.duckdb", to / "warehouse.duckdb")
    with duckdb.connect(str(to / "warehouse.duckdb")) as warehouse:
        for statement, values in statements:
            warehouse.execute(statement, values)
    return to
