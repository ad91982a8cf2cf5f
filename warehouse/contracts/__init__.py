"""All contracts by name. A new source adds its module here and nowhere else in the warehouse."""

from __future__ import annotations

from warehouse.contracts.area_history import AREA_HISTORY
from warehouse.contracts.association import ASSOCIATION
from warehouse.contracts.audit import (
    CHAIN_HEAD,
    CHECK_RESULT,
    INTAKE_FILE,
    QUARANTINE,
    RELEASE,
    REPORTING,
    RULE,
)
from warehouse.contracts.base import CodeList, Column, Contract, Rule
from warehouse.contracts.codes import CODE_LISTS
from warehouse.contracts.crop_base import CROP_BASE
from warehouse.contracts.decisions import ACCESS, DECIDED_RECORD, DECISION
from warehouse.contracts.enterprise import ENTERPRISE
from warehouse.contracts.findings import AREA_RESULT, QUARANTINE_RULE
from warehouse.contracts.fund_transaction import FUND_TRANSACTION
from warehouse.contracts.household_income import HOUSEHOLD_INCOME, LEAF_COLUMNS, LEAVES
from warehouse.contracts.industry_output import INDUSTRY_OUTPUT
from warehouse.contracts.labour_export import LABOUR_EXPORT
from warehouse.contracts.labour_training import LABOUR_TRAINING
from warehouse.contracts.linked_household import LINKED_HOUSEHOLD
from warehouse.contracts.marts import FUND_FLOW, INCOME_LEVEL, INCOME_SHARE, LABOUR_EXPORT_MART, PSU_TOTAL
from warehouse.contracts.marts_change import INCOME_CHANGE
from warehouse.contracts.marts_funds import FUND_INDICATOR
from warehouse.contracts.marts_industries import INDUSTRY_INDICATOR, TARGET_PROGRESS
from warehouse.contracts.marts_poverty import INEQUALITY, POVERTY
from warehouse.contracts.marts_programme import (
    LABOUR_HALF_YEAR,
    LABOUR_INDICATOR,
    REGISTRY_INDICATOR,
    VILLAGE_INDICATOR,
)
from warehouse.contracts.price_index import PRICE_INDEX_LINK
from warehouse.contracts.project import PROJECT
from warehouse.contracts.published_income import PUBLISHED_INCOME
from warehouse.contracts.published_views import published_views
from warehouse.contracts.quality import QUALITY_SCORE
from warehouse.contracts.reference import (
    AREA_EVENT,
    AREA_SET,
    AREA_TABLE,
    CODE_LIST,
    INCOME_SOURCE,
    POVERTY_LINE,
    PRICE_INDEX,
)
from warehouse.contracts.registry import REGISTRY
from warehouse.contracts.revisions import PRICE_LEVEL, REVISION
from warehouse.contracts.target import DECLARED_LIST, TARGET
from warehouse.contracts.village_programme import VILLAGE_PROGRAMME

SOURCE_CONTRACTS: dict[str, Contract] = {
    contract.name: contract
    for contract in (
        HOUSEHOLD_INCOME,
        LABOUR_EXPORT,
        LABOUR_TRAINING,
        REGISTRY,
        VILLAGE_PROGRAMME,
        FUND_TRANSACTION,
        PROJECT,
        PUBLISHED_INCOME,
        PRICE_INDEX_LINK,
        AREA_HISTORY,
        CROP_BASE,
        INDUSTRY_OUTPUT,
        ENTERPRISE,
        ASSOCIATION,
        TARGET,
        DECLARED_LIST,
        LINKED_HOUSEHOLD,
    )
}
"""Tables that senders' files feed: judged row by row, stored as Parquet."""

SEGMENT_CONTRACTS: dict[str, Contract] = {contract.name: contract for contract in (QUARANTINE_RULE, AREA_RESULT)}
"""The ledger's bulk: a Parquet segment per source table and month, written when it is judged."""

MART_CONTRACTS: dict[str, Contract] = {
    contract.name: contract
    for contract in (
        PSU_TOTAL,
        INCOME_LEVEL,
        INCOME_SHARE,
        INCOME_CHANGE,
        POVERTY,
        INEQUALITY,
        LABOUR_EXPORT_MART,
        LABOUR_INDICATOR,
        LABOUR_HALF_YEAR,
        VILLAGE_INDICATOR,
        REGISTRY_INDICATOR,
        FUND_FLOW,
        INDUSTRY_INDICATOR,
        TARGET_PROGRESS,
        FUND_INDICATOR,
    )
}

JUDGED_CONTRACTS: dict[str, Contract] = SOURCE_CONTRACTS | {
    name: contract for name, contract in MART_CONTRACTS.items() if contract.rules
}
"""Tables that have rules: sources on their rows, marts on their figures."""

PUBLISHED_VIEWS: dict[str, Contract] = published_views(MART_CONTRACTS)
"""View of `published` -> what readers are told of it."""

CONTRACTS: dict[str, Contract] = {
    contract.name: contract
    for contract in (
        AREA_TABLE,
        AREA_EVENT,
        AREA_SET,
        INCOME_SOURCE,
        POVERTY_LINE,
        PRICE_INDEX,
        CODE_LIST,
        INTAKE_FILE,
        REPORTING,
        *SOURCE_CONTRACTS.values(),
        *MART_CONTRACTS.values(),
        QUARANTINE,
        DECISION,
        DECIDED_RECORD,
        ACCESS,
        RULE,
        CHECK_RESULT,
        *SEGMENT_CONTRACTS.values(),
        QUALITY_SCORE,
        RELEASE,
        REVISION,
        PRICE_LEVEL,
        CHAIN_HEAD,
    )
}

PARQUET_CONTRACTS: dict[str, Contract] = SOURCE_CONTRACTS | SEGMENT_CONTRACTS
"""Tables that are Parquet files; the warehouse file has views over them."""

CHAINED_CONTRACTS: dict[str, Contract] = {
    name: contract for name, contract in CONTRACTS.items() if contract.columns[-1].name == "entry_hash"
}
"""Append-only tables, each a chain of hashes that `checks.ledger` writes."""

SCHEMAS: tuple[str, ...] = ("ref", "raw", "core", "mart", "audit", "published")

__all__ = [
    "CHAINED_CONTRACTS",
    "CODE_LISTS",
    "CONTRACTS",
    "FUND_TRANSACTION",
    "HOUSEHOLD_INCOME",
    "JUDGED_CONTRACTS",
    "LEAF_COLUMNS",
    "LEAVES",
    "MART_CONTRACTS",
    "PARQUET_CONTRACTS",
    "PUBLISHED_VIEWS",
    "SCHEMAS",
    "SEGMENT_CONTRACTS",
    "SOURCE_CONTRACTS",
    "CodeList",
    "Column",
    "Contract",
    "Rule",
]
