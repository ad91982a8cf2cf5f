"""What Dagster loads: without a warning, the graph as drawn, a check for every rule, months, schedule, sensor."""

import json
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from assets.rules import rules_of
from jurisdictions import load, names
from pipelines.definitions import build, defs
from pipelines.office import Settings
from pipelines.rule_checks import check_keys
from warehouse.contracts import JUDGED_CONTRACTS

GRAPH = Path(__file__).parent / "graph.json"


def graph_of(definitions: dg.Definitions) -> dict[str, list[str]]:
    graph = definitions.resolve_asset_graph()
    return {
        key.to_user_string(): sorted(parent.to_user_string() for parent in graph.get(key).parent_keys)
        for key in sorted(graph.get_all_asset_keys())
    }


def test_the_graph_is_the_one_drawn() -> None:
    """After a wanted change: write graph_of(defs) into graph.json and look at the difference."""
    assert graph_of(defs) == json.loads(GRAPH.read_text())


@pytest.mark.parametrize("jurisdiction", names())
def test_every_rule_is_a_check_of_its_table(jurisdiction: str) -> None:
    definitions = build(Settings(jurisdiction=jurisdiction, home="h", landing="l"))
    graph = definitions.resolve_asset_graph()
    assert set(graph.asset_check_keys) == set(check_keys(jurisdiction))
    for contract in JUDGED_CONTRACTS.values():
        rules = rules_of(load(jurisdiction), contract.name)
        assert len({rule.id for rule in rules}) == len(rules)


def test_loading_warns_of_nothing() -> None:
    code = (
        "import warnings; warnings.simplefilter('error'); import dagster, pandas; import pipelines.definitions as d; "
    )
    code += "d.defs.validate_loadable(d.defs); d.defs.resolve_job_def('monthly')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_schedule_asks_for_the_month_before() -> None:
    schedule = defs.resolve_schedule_def("monthly_schedule")
    assert schedule.cron_schedule == "0 6 5 * *"


def test_workspace_names_the_definitions() -> None:
    workspace = Path(__file__).parents[2] / "workspace.yaml"
    assert "pipelines.definitions" in workspace.read_text()
