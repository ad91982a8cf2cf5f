"""Suites over the accepted partitions: one context and one database in memory per call, results as JSON.

The batch is a view on the Parquet file: columns and row count are looked up in the file itself, cheaply.
Imports Great Expectations; import this module only where that is wanted.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb_sqlalchemy
import great_expectations as gx
import sqlalchemy as sa
from great_expectations.core.batch_definition import BatchDefinition
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.data_context.types.resource_identifiers import (
    ExpectationSuiteIdentifier,
    ValidationResultIdentifier,
)
from great_expectations.datasource.fluent.sql_datasource import TableAsset
from great_expectations.validator.v1_validator import Validator

from checks.expectations.months import Finding, MonthEntries, accepted_between, findings
from checks.expectations.rule_expectation import known
from checks.expectations.site import result_store, site_config
from checks.expectations.suite import ROWS_AT_LEAST, ROWS_AT_MOST, compile_suite
from warehouse.engine import buffer_results, quoted
from warehouse.store import Home

for wrapper in (duckdb_sqlalchemy.ConnectionWrapper, duckdb_sqlalchemy.CursorWrapper):
    # What Great Expectations imports keeps SQLAlchemy alive past the interpreter's end; DuckDB would then
    # report the types named in these annotations as leaked, in fifty lines on stderr.
    wrapper.__annotations__ = {}
    wrapper.__init__.__annotations__ = {}


def run_suites(
    home: Home,
    jurisdiction: str,
    months: Sequence[MonthEntries],
    run_time: dt.datetime,
    build_index: bool = True,
) -> dict[tuple[str, str], bool]:
    """See `checks.expectations.validate`; the index can wait until the last months of a run."""
    context = _context(home.ensure())
    suite_of = _Suites(context)
    passed, keys = {}, []
    with _batches(context, jurisdiction, months) as batches:
        for month, batch in zip(months, batches, strict=True):
            found = findings(month)
            with known(f"{jurisdiction}-{batch.data_asset.name}", found):
                key, result = _run(context, suite_of(month, found), batch, month, run_time)
            keys.append(key)
            passed[month.contract.name, month.month] = all(map(_settled, result.results))
    context.build_data_docs(resource_identifiers=keys, build_index=build_index)
    return passed


class _Suites:
    """The suites of a context, each compiled once: a second suite of one name would be added to the first."""

    def __init__(self, context: Any) -> None:
        self._context = context
        self._compiled: dict[object, gx.ExpectationSuite] = {}

    def __call__(self, month: MonthEntries, found: Mapping[str, Finding]) -> gx.ExpectationSuite:
        versions = {rule_id: finding.rule_set_version for rule_id, finding in found.items()}
        content = (month.contract.name, month.rules, tuple(versions.values()), _has_partition(month))
        if content not in self._compiled:
            suite = compile_suite(month.contract, month.rules, versions, _has_partition(month))
            self._compiled[content] = self._context.suites.add(suite)
        return self._compiled[content]


def _context(home: Home) -> Any:
    context: Any = gx.get_context(
        mode="ephemeral",
        project_config=DataContextConfig(
            store_backend_defaults=InMemoryStoreBackendDefaults(),
            data_docs_sites={"pages": site_config(home.data_docs)},
            analytics_enabled=False,
            progress_bars=ProgressBarsConfig(globally=False),
        ),
    )
    # not in the configuration above, in which only the library's own stores are known
    context.add_store(context.validation_results_store_name, result_store(home.root / "private" / "gx"))
    return context


@contextmanager
def _batches(context: Any, jurisdiction: str, months: Sequence[MonthEntries]) -> Iterator[list[Any]]:
    """A batch definition per month, over a view on its partition, or on nothing when it has none.

    All are given with the source: Great Expectations writes its configuration out anew for each one added later.
    """
    address = f"duckdb:///:memory:gx_{uuid.uuid4().hex}"
    views = {f"batch_{place}": month for place, month in enumerate(months)}
    own = sa.create_engine(address)
    engines = [own]
    try:
        with own.begin() as connection:
            for view, month in views.items():
                connection.exec_driver_sql(f"CREATE VIEW {view} AS {_select(month)}")
        source = context.data_sources.add_sql(
            name=jurisdiction,
            connection_string=address,
            assets=[
                TableAsset(
                    name=f"{month.contract.name}.{month.month}",
                    table_name=view,
                    batch_definitions=[BatchDefinition(name="partition")],
                )
                for view, month in views.items()
            ],
        )
        engines += [source.get_engine(), source.get_execution_engine().engine]
        for engine in engines[1:]:
            buffer_results(engine)
        yield [asset.get_batch_definition("partition") for asset in source.assets]
    finally:
        for engine in engines:
            engine.dispose()


def _has_partition(month: MonthEntries) -> bool:
    return month.partition is not None and month.partition.is_file()


def _select(month: MonthEntries) -> str:
    if not _has_partition(month):
        return "SELECT NULL AS nothing WHERE false"
    return f"SELECT * FROM read_parquet({quoted(str(month.partition))}, hive_partitioning = false)"


def _run(
    context: Any,
    suite: gx.ExpectationSuite,
    batch: Any,
    month: MonthEntries,
    run_time: dt.datetime,
) -> Any:
    """Hold one batch against its suite; the key of the result in the store, and the result.

    Not by a checkpoint: that would compare the suite with its stored self three times, for longer than it is validated.
    """
    at_least, at_most = accepted_between(month)
    run_id = gx.RunIdentifier(run_name=month.run_id, run_time=run_time)
    result = Validator(batch_definition=batch).validate_expectation_suite(
        suite, {ROWS_AT_LEAST: at_least, ROWS_AT_MOST: at_most}
    )
    result.meta |= {"run_id": run_id, "validation_time": run_time}
    of_suite = ExpectationSuiteIdentifier(name=suite.name)
    key = ValidationResultIdentifier(of_suite, run_id, result.batch_id)
    context.validation_results_store.store_validation_results(result, key, of_suite)
    return key, result


def _settled(result: Any) -> bool:
    """The expectation held, or nothing hangs on it, or a decision lets its failure through."""
    waived = (result.result or {}).get("details", {}).get("outcome") == "waived"
    return bool(result.success) or waived or result.expectation_config.severity != "critical"
