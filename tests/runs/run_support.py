"""A home with a run in it, and the public way to make one."""

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipelines.answers import answer
from pipelines.monthly import Done, run_months
from pipelines.office import Settings


@dataclass(frozen=True)
class Installation:
    """A home with a run in it, and what the generator says is true."""

    home: Path
    landing: Path
    truth: Path
    done: Done

    def ask(self, query: str) -> pd.DataFrame:
        """The answer of `povmon sql … --format json`."""
        return pd.DataFrame(json.loads(answer(self.home, query, "json")))


def run(jurisdiction: str, landing: Path, home: Path, months: list[str] | None = None) -> Done:
    """What `povmon run` does."""
    return run_months(Settings(jurisdiction=jurisdiction, home=str(home), landing=str(landing)), months)
