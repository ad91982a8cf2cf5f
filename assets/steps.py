"""The steps of a monthly run, each from the state on disk to the state on disk: intake, areas, core, marts, release.

Here is their order, and what is written in one transaction. Dagster's assets call these.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

import pyarrow as pa
import sqlalchemy as sa

from assets.core.month import CoreMonth
from assets.core.months import build_months
from assets.core.table_month import TableMonth
from assets.core.tallies import by_sender, refused_by_area
from assets.due import pending
from assets.gate import publication
from assets.intake import registry
from assets.intake.recent import Recent
from assets.marts import prices
from assets.marts.families import FAMILIES
from assets.marts.family import Family, Making
from assets.marts.gaps import with_gaps
from assets.quality.owing import owed
from assets.quality.page import write_page
from assets.quality.scores import score_rows
from assets.reference import Reference, Rows, write_code_lists, write_reference
from assets.release import figure_rules, manifest, marks, releases, vintages
from assets.release.standing import standing
from assets.rules import own_rules, rule_sets, rules_of, write_rules
from assets.run import Run
from assets.workers import spread
from checks import ledger
from checks.aside import aside
from checks.expectations import MonthEntries, begin, validate
from checks.figures import Judgement
from checks.scan import RuleResult
from warehouse.compile import rule_set_version
from warehouse.contracts import CONTRACTS, MART_CONTRACTS, Contract, Rule
from warehouse.contracts.quality import QUALITY_SCORE
from warehouse.engine import append, append_rows, driver_of, fetch, publish, table
from warehouse.periods import months_of, periods_closing
from warehouse.shared import WarehouseProblem, load_shared
from warehouse.signing import sign
from warehouse.store import Home, write_segment

PARTS = 6
"""Parts that the months of a family of marts are made in, in several processes"""
HELD = 20_000
"""Quarantined rows that are held in memory before they are written"""
AREA_TABLES = ("ref.area", "ref.area_event", "ref.area_set")


def intake(run: Run) -> list[registry.Row]:
    """Archive, match and register what is in the landing folder; write the reference tables."""
    sign(b"")  # a key that is not right is told before any work
    with run.engine.begin() as connection:
        releases.forget_unreleased(connection)
        place = run.jurisdiction.id
        tables: dict[str, list[dict[str, object]]] = {
            "ref.income_source": run.reference.source_rows(place),
            "ref.poverty_line": prices.line_rows(place, run.lines),
        }
        write_reference(connection, place, tables)
        write_code_lists(connection)
        write_rules(connection, run.jurisdiction)
        return registry.take_in(connection, run.home, run.jurisdiction, run.landing, run.started_at)


def areas(run: Run) -> dict[str, int]:
    """Write areas, events and sets as the history and the place's own tables now say; returns the rows of each."""
    place, places = run.jurisdiction.id, run.places
    parts = zip(AREA_TABLES, (places.areas, places.events, places.sets), strict=True)
    tables: dict[str, list[dict[str, object]]] = {
        name: [{"jurisdiction": place, **row} for row in rows] for name, rows in parts
    }
    with run.engine.begin() as connection:
        write_reference(connection, place, tables)
    return {name: len(rows) for name, rows in tables.items()}


def core(run: Run, contract: Contract) -> dict[str, int]:
    """Read, judge and store a source table for every pending month; returns accepted and quarantined counts."""
    counts = {"accepted": 0, "quarantined": 0}
    with run.engine.connect() as connection:
        inputs = registry.inputs(connection, run.jurisdiction)
    tasks: list[TableMonth] = []
    for month in pending(run):
        files = [registry.as_input(run.jurisdiction, file) for file in inputs.get((contract.name, month), ())]
        is_there = files or run.home.partition(contract.name, run.jurisdiction.id, month).exists()
        if is_there or _is_owed(run, inputs, contract, month):
            tasks.append(
                TableMonth(run.home, run.jurisdiction, run.places.areas, contract, month, files, run.decisions)
            )
    if tasks:
        run.home.key()  # made on first use, and by one process, however many ask for it then
    waiting: dict[str, CoreMonth] = {}
    for task, built in build_months(tasks):
        waiting[task.month] = built
        counts["accepted"] += built.accepted
        counts["quarantined"] += sum(row["status"] == "open" for row in built.quarantined)
        if sum(len(month.quarantined) for month in waiting.values()) > HELD:
            _write_down(run, contract, waiting)
            waiting = {}
    _write_down(run, contract, waiting)
    _begin(run, contract.name)
    return counts


def _is_owed(run: Run, inputs: Collection[tuple[str, str]], contract: Contract, month: str) -> bool:
    """A monthly table is owed in a month for which any such has come: that nobody sent it is judged too."""
    monthly = {layout.contract for layout in run.jurisdiction.obligations() if layout.freq == "M"}
    return contract.name in monthly and any((table, month) in inputs for table in monthly)


def _write_down(run: Run, contract: Contract, built: Mapping[str, CoreMonth]) -> None:
    """Write what was found of months of a table in one transaction, the ledger first; then its tallies."""
    if not built:
        return
    place = run.jurisdiction.id
    with run.engine.begin() as connection:
        results = {month: one.results for month, one in built.items()}
        _record(connection, run, contract, results, own_rules(run.jurisdiction, contract.name))
        for name, of_table, rows in (
            ("audit.quarantine", "source", [row for one in built.values() for row in one.quarantined]),
            ("audit.decided_record", "table_name", [row for one in built.values() for row in one.decided]),
        ):
            kept = table(CONTRACTS[name])
            of_months = (kept.c.jurisdiction == place, kept.c[of_table] == contract.name, kept.c.time_period.in_(built))
            connection.execute(sa.delete(kept).where(*of_months))
            append_rows(connection, CONTRACTS[name], rows)
        if reported := [row for one in built.values() for row in one.reporting]:
            reporting = table(CONTRACTS["raw.reporting"])
            periods = {str(row["time_period"]) for row in reported}
            of_periods = (reporting.c.jurisdiction == place, reporting.c.time_period.in_(sorted(periods)))
            connection.execute(sa.delete(reporting).where(*of_periods))
            append_rows(connection, CONTRACTS["raw.reporting"], reported)
    for month, one in built.items():
        for name, tallied in one.segments.items():
            write_segment(run.home.segment(name, contract.name, place, month), tallied)


def marts(run: Run, family: Family) -> dict[str, int]:
    """Compute a family's marts of all pending months, stamped with the release in the making; returns their rows."""
    counts = dict.fromkeys(family.marts, 0)
    months = list(pending(run))
    with run.engine.begin() as connection:
        making = _making(run, months, releases.next_release_id(connection))
        levels = prices.level_rows(run.jurisdiction.id, making.levels)
        write_reference(connection, run.jurisdiction.id, {"ref.price_index": levels})
        for name, figures in _figures(family, making):
            counts[name] += figures.num_rows
            append(connection, MART_CONTRACTS[name], figures)
    return counts


def _figures(family: Family, making: Making) -> Iterator[tuple[str, pa.Table]]:
    """What a family makes of the months; some months at a time, unless it reads marts of the release in the making."""
    if family.made_of or len(making.months) < 2:
        yield from _noted(family.name, making)
        return
    alone, size = replace(making, standing=_not_here), -(-len(making.months) // PARTS)
    parts = (replace(alone, months=making.months[at : at + size]) for at in range(0, len(making.months), size))
    for made in spread(partial(_noted, family.name), parts, partial(_size_of_parts, family)):
        yield from made


def _noted(family: str, making: Making) -> list[tuple[str, pa.Table]]:
    """Figures by mart, each with what is missing of its source tables' lines."""
    adds_up = FAMILIES[family].adds_up
    return [(mart, with_gaps(making, adds_up(mart), figures)) for mart, figures in _made(family, making)]


def _made(family: str, making: Making) -> list[tuple[str, pa.Table]]:
    """Figures by mart: many small tables take longer to write than one."""
    made: dict[str, list[pa.Table]] = {}
    for mart, figures in FAMILIES[family].make(making):
        made.setdefault(mart, []).append(figures)
    return [(mart, pa.concat_tables(parts)) for mart, parts in made.items()]


def _not_here(mart: str, months: Sequence[str]) -> pa.Table:
    raise LookupError(f"{mart}: the family does not say that it is made of it")


def _size_of_parts(family: Family, making: Making) -> int:
    tables = {table for tables in family.marts.values() for table in tables}
    return sum(part.stat().st_size for table in tables for part in making.parts(table))


def _making(run: Run, months: Sequence[str], release_id: int) -> Making:
    reference = replace(run.reference, price_links=run.price_links())
    place, made = run.jurisdiction.id, tuple(months)
    spanned = sorted({one for month in months for period in periods_closing(month) for one in months_of(period)})
    reported, refused = _reported(run), refused_by_area(run.home, place, spanned)
    stands = partial(standing, run.read, place, release_id, made)
    return Making(
        run.home, run.jurisdiction, reference, run.places, run.lines, reported, refused, made, release_id, stands
    )


def _reported(run: Run) -> Rows:
    """Rows of raw.reporting of the place."""
    reporting = table(CONTRACTS["raw.reporting"])
    with run.engine.connect() as connection:
        return fetch(connection, sa.select(reporting).where(reporting.c.jurisdiction == run.jurisdiction.id))


def judge_figures(run: Run) -> dict[str, int]:
    """Judge the figures in the making by the rules of their marts: ledger first, then the marks; counts by outcome."""
    months = list(pending(run))
    if not months:
        return {}
    with run.engine.connect() as connection:
        making = _making(run, months, releases.next_release_id(connection))
        before = releases.released_months(connection, run.jurisdiction.id)
        released = {month: int(str(content["release_id"])) for month, content in before.items()}
        rows_judged = {(str(e["table_name"]), str(e["time_period"])) for e in ledger.of_run(connection, run.run_id)}
        found: dict[str, Judgement] = {}
        outcomes: Counter[str] = Counter()
        for name, judgement in figure_rules.judge(connection, making, released, rows_judged):
            with run.engine.begin() as recording:
                _record(recording, run, MART_CONTRACTS[name], judgement.results)
            _begin(run, name)
            found[name] = judgement
            outcomes.update(result.outcome for results in judgement.results.values() for result in results)
    with run.engine.begin() as connection:
        figure_rules.mark(connection, making.release_id, run.jurisdiction.id, found)
    return dict(outcomes)


def _begin(run: Run, table_name: str) -> None:
    """Have what was judged of a table validated beside the run, if a process is there for it."""
    if aside.is_ready:
        begin(run.home, run.jurisdiction.id, _judged(run, table_name), run.started_at)


def _record(
    connection: sa.Connection,
    run: Run,
    contract: Contract,
    months: Mapping[str, Iterable[RuleResult]],
    extra: tuple[Rule, ...] = (),
) -> None:
    ledger.record(
        connection,
        months,
        jurisdiction=run.jurisdiction.id,
        table_name=contract.name,
        run_id=run.run_id,
        rule_set_version=rule_set_version(contract, extra),
        recorded_at=run.started_at,
    )


def data_docs(run: Run) -> dict[tuple[str, str], bool]:
    """Validate every judged month of this run with Great Expectations and add its pages."""
    return validate(run.home, run.jurisdiction.id, _judged(run), run.started_at)


def _judged(run: Run, of_table: str | None = None) -> list[MonthEntries]:
    """What this run has judged so far, of one table or of all, by table and month."""
    with run.engine.connect() as connection:
        entries = ledger.of_run(connection, run.run_id, of_table)
    by_month: dict[tuple[str, str], list[dict[str, object]]] = {}
    for entry in entries:
        by_month.setdefault((str(entry["table_name"]), str(entry["time_period"])), []).append(entry)
    judged = []
    for (name, month), of_month in sorted(by_month.items()):
        part = run.home.partition(name, run.jurisdiction.id, month)
        rules = rules_of(run.jurisdiction, name)
        judged.append(MonthEntries(CONTRACTS[name], rules, month, tuple(of_month), part if part.exists() else None))
    return judged


def make_release(run: Run) -> int | None:
    """Pass the gate, number the release and publish; None when nothing had changed.

    When the gate refuses, the ledger and the quarantine are published all the same, with the figures of the last
    release: that is where the person who must act looks. Raises ReleaseRefused then.
    """
    months = pending(run)
    try:
        number = _write_release(run, months) if months else None
    except releases.ReleaseRefused as refused:
        with run.engine.begin() as connection:
            releases.forget_unreleased(connection)
        try:
            _publish(run)
        except WarehouseProblem as problem:
            raise releases.ReleaseRefused(f"{refused}\nbesides, {problem}") from problem
        raise
    finally:
        Recent(run.home.just_read).forget()
    _publish(run)
    return number


def publish_register(run: Run) -> None:
    """Where no month can be made: what became of the files is published all the same, with the last release."""
    Recent(run.home.just_read).forget()
    _publish(run)


def _publish(run: Run) -> None:
    """The file that readers open, the quality report beside the Data Docs, and last what may be out of reach."""
    publish(run.home, run.engine)
    write_page(run.home, run.jurisdiction, run.started_at.date())
    load_shared(run.home)


def _write_release(run: Run, months: dict[str, dict[str, object]]) -> int:
    with run.engine.begin() as connection:
        registry.count_rows(connection, run.home, run.jurisdiction.id)
    with run.engine.connect() as connection:
        releases.pass_gate(connection, run.run_id)
        number = releases.next_release_id(connection)
        before = releases.released_months(connection, run.jurisdiction.id)
    making = _making(run, list(months), number)
    snapshot = making.reference.keep(run.home)
    for month, content in months.items():
        content |= manifest.files_of(run.home, run.jurisdiction.id, month) | {"snapshot": snapshot}
    with run.engine.connect() as connection:
        compute, place = partial(_again, making), run.jurisdiction
        revised = vintages.revise(connection, number, run.home, place, making.reference, compute, months, before)
    with run.engine.begin() as connection:
        for rows in (made.rows for made in revised.values()):
            append(connection, CONTRACTS["audit.revision"], rows)
        levels = prices.level_rows(place.id, making.levels)
        append_rows(connection, CONTRACTS["audit.price_level"], [{"release_id": number, **row} for row in levels])
        append_rows(connection, QUALITY_SCORE, _scores(connection, run, number, list(months)))
        judged = publication.subject(place, run.home, number, making.places, making.reference.source_rows(place.id))
        marks.mark(connection, run.home, place.id, number, months, judged.members)
        said = publication.judge(connection, judged)
        vouched = manifest.vouch(driver_of(connection), ledger.heads(connection), place.id, number, months)
        releases.write_release(
            connection,
            release_id=number,
            jurisdiction=place.id,
            run_id=run.run_id,
            months=vouched.months,
            whole=vouched.whole,
            before=before,
            moved={month: made.words(connection) for month, made in revised.items()},
            rule_set_version=rule_sets(run.jurisdiction),
            created_at=run.started_at,
            publication=said,
        )
    return number


def _scores(connection: sa.Connection, run: Run, number: int, months: Sequence[str]) -> list[dict[str, object]]:
    """How the files of the months held against the rules, and whether they came in time."""
    place, results = run.jurisdiction, ledger.of_run(connection, run.run_id)
    files = owed(place, run.places.areas, registry.files(connection, place.id), months, run.started_at.date())
    return score_rows(place, number, results, by_sender(run.home, place.id, months), files)


def _again(making: Making, home: Home, given: Reference, month: str, family: Family) -> dict[str, pa.Table]:
    """Figures of a month from other partitions and reference tables."""
    root, currency = making.jurisdiction.root_area, making.jurisdiction.currency
    lines = prices.poverty_lines(given.poverty_line, currency)
    again = replace(
        making, home=home, reference=given, places=given.boundary(root), poverty_lines=lines, months=(month,)
    )
    return dict(_made(family.name, again))
