"""Assets: files, areas, core tables, marts, quality pages, release. Each is a docstring and a call of its step."""

from collections.abc import Iterator, Sequence

from dagster import (
    AssetExecutionContext,
    AssetKey,
    AssetsDefinition,
    AssetSpec,
    MaterializeResult,
    asset,
    multi_asset,
)

from assets import steps
from assets.marts.families import FAMILIES
from assets.marts.family import Family
from assets.rules import rules_of
from jurisdictions import load
from pipelines.metadata import table_metadata
from pipelines.office import Office
from pipelines.partitions import MONTHS
from warehouse.contracts import CONTRACTS, MART_CONTRACTS, SOURCE_CONTRACTS, Contract, Rule

INTAKE = AssetKey(["raw", "intake_file"])
DATA_DOCS = AssetKey(["audit", "data_docs"])
FIGURE_RULES = AssetKey(["audit", "check_result"])
AREA_HISTORY = "core.area_history"
AREA_SETS = "ref.area_set"
PRICES = "core.price_index"
"""What every mart waits for: a poverty line carried by new prices makes all figures of its months due again."""


def key(table: str) -> AssetKey:
    """Asset key of a table: its schema and name."""
    return AssetKey(table.split("."))


@asset(
    key=INTAKE,
    partitions_def=MONTHS,
    description=CONTRACTS["raw.intake_file"].description,
    metadata=table_metadata(CONTRACTS["raw.intake_file"]),
    group_name="raw",
)
def intake_file(context: AssetExecutionContext, office: Office) -> MaterializeResult:  # type: ignore[type-arg]
    """Archive, match and register every file of the landing folder."""
    rows = steps.intake(office.run(context))
    statuses = [str(row["status"]) for row in rows]
    return MaterializeResult(metadata={status: statuses.count(status) for status in sorted(set(statuses))})


@multi_asset(
    name="areas",
    specs=[
        AssetSpec(
            key(name),
            deps=[key(AREA_HISTORY)],
            description=CONTRACTS[name].description,
            metadata=table_metadata(CONTRACTS[name]),
            group_name="ref",
        )
        for name in steps.AREA_TABLES
    ],
    partitions_def=MONTHS,
)
def areas(context: AssetExecutionContext, office: Office) -> Iterator[MaterializeResult]:  # type: ignore[type-arg]
    """Areas, events and sets, by which all that follows is judged and counted."""
    written = steps.areas(office.run(context))
    for name, rows in written.items():
        yield MaterializeResult(asset_key=key(name), metadata={"dagster/row_count": rows})


def core_asset(contract: Contract, rules: Sequence[Rule]) -> AssetsDefinition:
    """The asset of a source table: typed, judged, accepted rows in Parquet; after the tables that its rules look at."""
    looked_at = {name for rule in rules for name in rule.looks_at} - {contract.name}

    @asset(
        key=key(contract.name),
        deps=[
            INTAKE,
            *([] if contract.name == AREA_HISTORY else [key("ref.area")]),
            *(key(name) for name in sorted(looked_at)),
        ],
        partitions_def=MONTHS,
        description=contract.description,
        metadata=table_metadata(contract),
        group_name="core",
    )
    def core_table(context: AssetExecutionContext, office: Office) -> MaterializeResult:  # type: ignore[type-arg]
        return MaterializeResult(metadata=dict(steps.core(office.run(context), contract)))

    return core_table


def mart_assets(family: Family) -> AssetsDefinition:
    """One computation that makes the marts of a family together."""

    @multi_asset(
        name=f"{family.name}_marts",
        specs=[
            AssetSpec(
                key(name),
                deps=[key(source) for source in dict.fromkeys((*sources, *family.others, PRICES, AREA_SETS))],
                description=MART_CONTRACTS[name].description,
                metadata=table_metadata(MART_CONTRACTS[name]),
                group_name="mart",
            )
            for name, sources in family.marts.items()
        ],
        partitions_def=MONTHS,
    )
    def marts(context: AssetExecutionContext, office: Office) -> Iterator[MaterializeResult]:  # type: ignore[type-arg]
        made = steps.marts(office.run(context), family)
        for name, rows in made.items():
            yield MaterializeResult(asset_key=key(name), metadata={"dagster/row_count": rows})

    return marts


@asset(
    key=FIGURE_RULES,
    deps=[key(name) for name in MART_CONTRACTS],
    partitions_def=MONTHS,
    description=CONTRACTS["audit.check_result"].description,
    metadata=table_metadata(CONTRACTS["audit.check_result"]),
    group_name="audit",
)
def check_result(context: AssetExecutionContext, office: Office) -> MaterializeResult:  # type: ignore[type-arg]
    """Judge the figures in the making over time and across sources; rows were judged with their tables."""
    outcomes = steps.judge_figures(office.run(context))
    return MaterializeResult(metadata=dict(outcomes))


@asset(
    key=DATA_DOCS,
    deps=[FIGURE_RULES, *(key(name) for name in SOURCE_CONTRACTS)],
    partitions_def=MONTHS,
    group_name="audit",
)
def data_docs(context: AssetExecutionContext, office: Office) -> MaterializeResult:  # type: ignore[type-arg]
    """Great Expectations results and the pages that auditors read."""
    outcomes = steps.data_docs(office.run(context))
    return MaterializeResult(metadata={"validated": len(outcomes), "sound": sum(outcomes.values())})


@asset(
    key=key("audit.release"),
    deps=[DATA_DOCS, *(key(name) for name in MART_CONTRACTS)],
    partitions_def=MONTHS,
    description=CONTRACTS["audit.release"].description,
    metadata=table_metadata(CONTRACTS["audit.release"]),
    group_name="audit",
)
def release(context: AssetExecutionContext, office: Office) -> MaterializeResult:  # type: ignore[type-arg]
    """Pass the gate, number the release, publish the warehouse."""
    number = steps.make_release(office.run(context))
    return MaterializeResult(metadata={"release_id": number if number is not None else "nothing had changed"})


def all_assets(jurisdiction: str) -> list[AssetsDefinition]:
    """Every asset of an installation; the place's rules say which source tables wait for others."""
    place = load(jurisdiction)
    return [
        intake_file,
        areas,
        *(core_asset(contract, rules_of(place, name)) for name, contract in SOURCE_CONTRACTS.items()),
        *(mart_assets(family) for family in FAMILIES.values()),
        check_result,
        data_docs,
        release,
    ]
