"""One month of household income from CSV to release: wall seconds and peak memory by stage, and ratios to the read.

`python -m benchmarks.month [ROWS]` makes the month with the generator, without faults, and runs every step of the
monthly job in a fresh process of its own, as a scheduled run would be.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.host import print_speed

ROWS = 1_000_000
STAGES = ("start", "intake", "core", "marts", "figure_rules", "data_docs", "release")


def main() -> None:
    """Generate, run, print."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        generated = _generate(place, rows)
        times, command = _child(place, "stages"), _command(place)
        _print(rows, generated, times, command)
        print_speed(command["seconds"])


def _generate(place: Path, rows: int) -> float:
    from jurisdictions.wuzhong.generator import generate

    began = time.perf_counter()
    generate(place / "landing", months=1, household_months=rows, dirt=False, sources=("household_income",))
    return time.perf_counter() - began


def _child(place: Path, what: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.month", f"--{what}", str(place)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def _command(place: Path) -> dict[str, float]:
    """The public command, whole: wall seconds and peak memory in MB."""
    arguments = ["run", "wuzhong", "--landing", str(place / "landing"), "--home", str(place / "home")]
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "pipelines", *arguments], check=True, capture_output=True)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {"seconds": time.perf_counter() - began, "peak_mb": peak}


def stages(place: Path) -> dict[str, float]:
    """Seconds of every step in this process, called one after the other without the orchestrator."""
    times: dict[str, float] = {}
    began = time.perf_counter()
    from assets import steps
    from assets.marts.families import FAMILIES
    from assets.run import make_run
    from warehouse.contracts import SOURCE_CONTRACTS
    from warehouse.engine import open_ledger
    from warehouse.store import Home

    home = Home.at(place / "steps")
    run = make_run(home, "wuzhong", place / "landing", ["2021-01"], "benchmark", open_ledger(home))
    times["start"] = time.perf_counter() - began
    for name, step in {
        "intake": lambda: steps.intake(run),
        "core": lambda: [steps.core(run, contract) for contract in SOURCE_CONTRACTS.values()],
        "marts": lambda: [steps.marts(run, family) for family in FAMILIES.values()],
        "figure_rules": lambda: steps.judge_figures(run),
        "data_docs": lambda: steps.data_docs(run),
        "release": lambda: steps.make_release(run),
    }.items():
        began = time.perf_counter()
        step()
        times[name] = time.perf_counter() - began
    times["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return times


def _print(rows: int, generated: float, times: dict[str, float], command: dict[str, float]) -> None:
    total = sum(times[stage] for stage in STAGES)
    print(f"{rows:,} household rows of one month, CSV to release")
    print(f"{'generate':<12}{generated:>8.1f} s  (not part of the run)")
    for stage in STAGES:
        print(f"{stage:<13}{times[stage]:>8.1f} s  {times[stage] / total:>6.0%} of the steps")
    print(f"{'steps':<12}{total:>8.1f} s  peak {times['peak_mb']:,.0f} MB")
    print(f"{'povmon run':<12}{command['seconds']:>8.1f} s  peak {command['peak_mb']:,.0f} MB")
    print(f"orchestration and start: {command['seconds'] / total:.2f} times the steps alone")


if __name__ == "__main__":
    if "--stages" in sys.argv:
        print(json.dumps(stages(Path(sys.argv[-1]))))
    else:
        main()
