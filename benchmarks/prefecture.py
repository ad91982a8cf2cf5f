"""A whole prefecture from files to release: wall and CPU seconds by stage, peak memory, and which faults are found.

`python -m benchmarks.prefecture` makes 36 months of seven areas with 30,000 registered households, 2,000 projects and
150,000 fund lines; runs every step in a fresh process; then the public command in another, and holds what it found
against what was planted.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb
import pandas as pd

from benchmarks.host import print_speed

MONTHS = 36
SECONDS = 60
"""What the run may take on two cores"""


def main() -> None:
    """Generate, run, print."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        _generate(place)
        times, command = _child(place), _command(place)
        _print(times, command)
        print_speed(command[0])
        _print_found(place)


def _generate(place: Path) -> None:
    from jurisdictions.wuzhong.generator import generate
    from jurisdictions.wuzhong.generator.scale import Scale

    scale = Scale.named("prefecture", MONTHS)
    generate(place / "landing", months=MONTHS, registered=scale.registered, funds=scale.funds)


def _child(place: Path) -> dict[str, list[float]]:
    command = [sys.executable, "-m", "benchmarks.prefecture", "--stages", str(place)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    result: dict[str, list[float]] = json.loads(done.stdout.splitlines()[-1])
    return result


def _command(place: Path) -> tuple[float, float, float]:
    """The public command, whole: wall seconds, CPU seconds, peak memory in MB."""
    arguments = ["run", "wuzhong", "--landing", str(place / "landing"), "--home", str(place / "home")]
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-m", "pipelines", *arguments], check=True, capture_output=True)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu, after.ru_maxrss / 1024


def stages(place: Path) -> dict[str, list[float]]:
    """Wall and CPU seconds of every step in this process, called one after the other without the orchestrator."""
    from assets import steps
    from assets.marts.families import FAMILIES
    from assets.rules import rules_of
    from assets.run import make_run
    from warehouse.contracts import SOURCE_CONTRACTS
    from warehouse.engine import open_ledger
    from warehouse.periods import months_between
    from warehouse.store import Home

    home = Home.at(place / "steps")
    months = months_between("2021-01", f"{2021 + MONTHS // 12 - 1}-12")
    run = make_run(home, "wuzhong", place / "landing", months, "benchmark", open_ledger(home))
    todo: dict[str, Callable[[], object]] = {"intake": lambda: steps.intake(run), "areas": lambda: steps.areas(run)}
    looked_at = {
        name: {other for rule in rules_of(run.jurisdiction, name) for other in rule.looks_at} - {name}
        for name in SOURCE_CONTRACTS
    }
    for name in TopologicalSorter(looked_at).static_order():
        todo[name] = lambda of=SOURCE_CONTRACTS[name]: steps.core(run, of)  # type: ignore[misc]
    todo |= {f"marts of {name}": lambda of=family: steps.marts(run, of) for name, family in FAMILIES.items()}  # type: ignore[misc]
    todo |= {
        "rules on figures": lambda: steps.judge_figures(run),
        "Data Docs": lambda: steps.data_docs(run),
        "release": lambda: steps.make_release(run),
    }
    times = {}
    for name, step in todo.items():
        wall, cpu = time.perf_counter(), time.process_time()
        step()
        times[name] = [time.perf_counter() - wall, time.process_time() - cpu]
    return times


def _print(times: dict[str, list[float]], command: tuple[float, float, float]) -> None:
    wall, cpu = (sum(both[at] for both in times.values()) for at in (0, 1))
    print(f"{'stage':<32}{'wall s':>9}{'CPU s':>9}{'of the CPU':>12}")
    for name, (of_wall, of_cpu) in times.items():
        print(f"{name:<32}{of_wall:>9.1f}{of_cpu:>9.1f}{of_cpu / cpu:>12.0%}")
    print(f"{'all steps':<32}{wall:>9.1f}{cpu:>9.1f}")
    whole, used, peak = command
    print(f"{'povmon run':<32}{whole:>9.1f}{used:>9.1f}   peak {peak:,.0f} MB")
    print(f"wall / CPU {whole / used:.2f}; orchestration and start {used / cpu:.2f} times the CPU of the steps alone")
    print(f"CPU / two cores for {SECONDS} s: {used / (2 * SECONDS):.2f}; wall / {SECONDS} s: {whole / SECONDS:.2f}")


def _print_found(place: Path) -> None:
    """Planted faults found, and findings that nobody planted."""
    planted = pd.read_csv(place / "truth" / "dirt.csv").query("outcome == 'quarantined'")
    wanted = {(row.file, row.line, " ".join(sorted(row.rule_ids.split()))) for row in planted.itertuples()}
    with duckdb.connect(str(place / "home" / "warehouse.duckdb"), read_only=True) as engine:
        refused = engine.execute("SELECT original_name, row_number, rule_ids FROM audit.quarantine").fetchall()
        counted = engine.execute(
            """SELECT rule_id, time_period, rows_failed FROM audit.check_result c JOIN audit.rule r USING (rule_id)
               WHERE c.table_name = 'core.fund_transaction' AND kind = 'table' AND outcome = 'fail'"""
        ).fetchall()
    found = {(name, row, " ".join(sorted(str(rules).split()))) for name, row, rules in refused}
    print(f"lines: {len(wanted & found)} of {len(wanted)} planted found, {len(found - wanted)} invented")
    findings = pd.read_parquet(place / "truth" / "finding.parquet")
    of_funds = findings.groupby(["rule_id", "time_period"]).size().to_dict()
    shown = {(rule, month): failed for rule, month, failed in counted}
    right = sum(min(number, shown.get(unit, 0)) for unit, number in of_funds.items())
    more = sum(max(0, number - of_funds.get(unit, 0)) for unit, number in shown.items())
    print(f"findings on funds: {right} of {len(findings)} planted found, {more} invented")


if __name__ == "__main__":
    if "--stages" in sys.argv:
        print(json.dumps(stages(Path(sys.argv[-1]))))
    else:
        main()
