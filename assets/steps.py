"""The steps of a monthly run, each from the state on disk to the state on disk: intake, areas, core, marts, release.

Here is their order, and what is written in one transaction. Dagster's assets call these.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property, partial
from pathlib import Path

import ibis
import pyarrow as pa
import sqlalchemy as sa

from assets import figure_rules, gate, manifest, marks, registry, release, vintages
from assets.areas import PlaceAreas
from assets.core import CoreMonth, build_month
from assets.marts import prices
from assets.marts.families import FAMILIES
from assets.marts.family import Family, Making
from assets.marts.frame import accepted_rows
from assets.places import areas_of
from assets.quality import score_rows
from assets.quality_page import write_page
from assets.reference import Reference, Rows, write_code_lists, write_reference
from assets.revision import LINE
from assets.rules import rule_sets, rules_of, write_rules
from assets.standing import standing
from assets.tallies import by_sender, refused_by_area
from checks import decisions, ledger
from jurisdictions import load
from warehouse.compile import rule_set_version
from warehouse.contracts import AREA_HISTORY, CONTRACTS, MART_CONTRACTS, SOURCE_CONTRACTS, Contract
from warehouse.contracts.quality import QUALITY_SCORE
from warehouse.engine import append, append_rows, driver_of, fetch, fetch_table, table
from warehouse.layouts import Jurisdiction
from warehouse.signing import sign
from warehouse.store import ROW_GROUP, Home, write_parquet, write_segment
from warehouse.targets import publish

FILE_FACTS = ("layout", "original_name", "file_id", "companions")
AREA_TABLES = ("ref.area", "ref.area_event", "ref.area_set")


@dataclass(frozen=True)
class Run:
    """What a run is about. `months` are the partitions asked for; those without a change are left alone."""

    home: Home
    jurisdiction: Jurisdiction
    landing: Path
    months: tuple[str, ...]
    run_id: str
    started_at: dt.datetime
    engine: sa.Engine
    """The private warehouse file"""

    def read(self, query: str, values: list[object]) -> pa.Table:
        """The answer of the private warehouse file."""
        with self.engine.connect() as connection:
            return fetch_table(connection, query, values)

    @property
    def places(self) -> PlaceAreas:
        """Areas, their events and sets, by the latest accepted edition of the history, if any."""
        return areas_of(self.home, self.jurisdiction.id, self._refused_editions())

    def _refused_editions(self) -> list[str]:
        """Months of the history that have rows in quarantine: what is not whole is nobody's reference."""
        refused = table(CONTRACTS["audit.quarantine"]).c
        of_place = sa.and_(
            refused.jurisdiction == self.jurisdiction.id, refused.source == AREA_HISTORY.name, refused.status == "open"
        )
        with self.engine.connect() as connection:
            return list(connection.execute(sa.select(refused.time_period).where(of_place).distinct()).scalars())

    @cached_property
    def decisions(self) -> decisions.Decisions:
        """What holds of the place's decisions on the day of the run: that of its first judgement, once there is one."""
        with self.engine.connect() as connection:
            day = ledger.began(connection, self.run_id) or self.started_at
            return decisions.standing(connection, self.jurisdiction.id, day.astimezone(dt.UTC).date())

    @cached_property
    def lines(self) -> tuple[prices.PovertyLine, ...]:
        """Poverty lines of the place."""
        return prices.poverty_lines(self.reference.poverty_line, self.jurisdiction.currency)

    @cached_property
    def reference(self) -> Reference:
        """Reference tables without price links, since a run stores new ones."""
        return Reference.of(self.jurisdiction.id, self.places)


def make_run(
    home: Home, jurisdiction: str, landing: Path, months: Sequence[str], run_id: str, engine: sa.Engine
) -> Run:
    """A run, starting now, in a home whose private file is open."""
    return Run(home, load(jurisdiction), landing, tuple(months), run_id, dt.datetime.now(dt.UTC), engine)


def intake(run: Run) -> list[registry.Row]:
    """Archive, match and register what is in the landing folder; write the reference tables."""
    sign(b"")  # a key that is not right is told before any work
    with run.engine.begin() as connection:
        release.forget_unreleased(connection)
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


def pending(run: Run) -> dict[str, dict[str, object]]:
    """The months whose files, code or reference differ from their last release, with what they are made of."""
    reference_hash, levels, places = run.reference.digest(), _price_levels(run), run.places
    rules = json.dumps(asdict(gate.publication_rules(run.jurisdiction)), sort_keys=True, default=str)
    with run.engine.connect() as connection:
        released = release.released_months(connection, run.jurisdiction.id)
        inputs = registry.inputs(connection, run.jurisdiction)
    files: dict[str, list[list[object]]] = {
        month: _files_of(inputs, month) if month in run.months else list(released[month]["files"])  # type: ignore[call-overload]
        for month in sorted({*run.months, *released})
    }
    decided: dict[str, list[list[object]]] = {
        month: run.decisions.listed({str(entry[0]) for entry in own}, month)
        if month in run.months
        else list(released[month]["decisions"])  # type: ignore[call-overload]
        for month, own in files.items()
    }
    behind = {month: [*own, *_as_entries(decided[month])] for month, own in files.items()}
    freq = {layout.id: layout.freq for layout in run.jurisdiction.layouts}
    past = release.Past()
    months: dict[str, dict[str, object]] = {}
    for month, own in files.items():
        if month in run.months:
            known = released.get(month)
            is_held = any((table, month) in inputs for table in _held_against_lines())
            carried = prices.lines_of_month(run.lines, month, levels) if is_held else []
            content: dict[str, object] = {
                "files": own,
                "decisions": decided[month],
                "earlier": past.of(_looked_back_at(own)),
                "seen": release.seen(behind, _looked_at(run, own), month, freq),
            }
            looked_at = json.dumps([carried, content["decisions"], content["earlier"], content["seen"]])
            known_by = f"{reference_hash} {places.hash_of(month)} {looked_at} {rules}"
            content["inputs_hash"] = release.inputs_hash(own, known_by)
            if (own or known) and (known is None or known["inputs_hash"] != content["inputs_hash"]):
                months[month] = content
        past.add(behind[month])
    return months


def _as_entries(decided: Sequence[Sequence[object]]) -> list[list[object]]:
    """Decisions beside the files of a month: the rows that others look at are made of both."""
    return [[name, f"decision {number}", *state] for name, number, *state in decided]


def _files_of(inputs: Mapping[tuple[str, str], Sequence[registry.Standing]], month: str) -> list[list[object]]:
    return [
        [contract, *(file.row[name] for name in FILE_FACTS), " ".join(file.series)]
        for contract in SOURCE_CONTRACTS
        for file in inputs.get((contract, month), ())
    ]


def _looked_back_at(files: Sequence[Sequence[object]]) -> set[str]:
    """The source tables of whose earlier months the marts of a month are made, by its own files."""
    here = {entry[0] for entry in files}
    return {table for family in FAMILIES.values() if here & set(family.sources) for table in family.looks_back}


def _held_against_lines() -> set[str]:
    """The source tables of families that poverty lines can revise."""
    return {table for family in FAMILIES.values() if LINE in family.causes for table in family.sources}


def _looked_at(run: Run, files: Sequence[Sequence[object]]) -> set[str]:
    """The tables that the rules and marts of a month's tables look at."""
    here = {str(entry[0]) for entry in files}
    by_marts = {table for family in FAMILIES.values() if here & set(family.sources) for table in family.looks_at}
    return by_marts | {table for name in here for rule in rules_of(run.jurisdiction, name) for table in rule.looks_at}


def core(run: Run, contract: Contract) -> dict[str, int]:
    """Read, judge and store a source table for every pending month; returns accepted and quarantined counts."""
    counts = {"accepted": 0, "quarantined": 0}
    with run.engine.connect() as connection:
        inputs = registry.inputs(connection, run.jurisdiction)
    due, areas_now = pending(run), run.places.areas
    for month in due:
        files = [registry.as_input(run.jurisdiction, file) for file in inputs.get((contract.name, month), ())]
        is_there = files or run.home.partition(contract.name, run.jurisdiction.id, month).exists()
        if not is_there and not _is_owed(run, inputs, contract, month):
            continue
        built = build_month(run.home, run.jurisdiction, areas_now, contract, month, files, run.decisions)
        _store(run, contract, month, built)
        counts["accepted"] += built.accepted.num_rows
        counts["quarantined"] += sum(row["status"] == "open" for row in built.quarantined)
    return counts


def _is_owed(run: Run, inputs: Collection[tuple[str, str]], contract: Contract, month: str) -> bool:
    """Senders owe the table in a month for which any of them sent any table: that nobody did is judged too."""
    owing = run.jurisdiction.monthly_senders
    return contract.name in owing and any((table, month) in inputs for table in owing)


def _store(run: Run, contract: Contract, month: str, built: CoreMonth) -> None:
    """Ledger first, then quarantine and reporting in the same transaction, then Parquet."""
    place = run.jurisdiction.id
    with run.engine.begin() as connection:
        ledger.record(
            connection,
            built.results,
            jurisdiction=place,
            table_name=contract.name,
            month=month,
            run_id=run.run_id,
            rule_set_version=built.rule_set_version,
            examples=built.examples,
            recorded_at=run.started_at,
        )
        for name, of_table, rows in (
            ("audit.quarantine", "source", built.quarantined),
            ("audit.decided_record", "table_name", built.decided),
        ):
            kept = table(CONTRACTS[name])
            of_month = (kept.c.jurisdiction == place, kept.c[of_table] == contract.name, kept.c.time_period == month)
            connection.execute(sa.delete(kept).where(*of_month))
            append_rows(connection, CONTRACTS[name], rows)
        if built.reporting:
            reporting = table(CONTRACTS["raw.reporting"])
            periods = {row["time_period"] for row in built.reporting}
            connection.execute(
                sa.delete(reporting).where(
                    reporting.c.jurisdiction == place, reporting.c.time_period.in_(sorted(map(str, periods)))
                )
            )
            append_rows(connection, CONTRACTS["raw.reporting"], built.reporting)
    target = run.home.partition(contract.name, place, month)
    if built.accepted.num_rows:
        write_parquet(target, built.accepted.schema, built.accepted.pieces(ROW_GROUP))
    else:
        target.unlink(missing_ok=True)
    for name, rows in built.segments.items():
        write_segment(run.home.segment(name, contract.name, place, month), rows)


def marts(run: Run, family: Family) -> dict[str, int]:
    """Compute a family's marts of all pending months, stamped with the release in the making; returns their rows."""
    counts = dict.fromkeys(family.marts, 0)
    months = list(pending(run))
    with run.engine.begin() as connection:
        making = _making(run, months, release.next_release_id(connection))
        levels = prices.level_rows(run.jurisdiction.id, making.levels)
        write_reference(connection, run.jurisdiction.id, {"ref.price_index": levels})
        for name, figures in family.make(making):
            counts[name] += figures.num_rows
            append(connection, MART_CONTRACTS[name], figures)
    return counts


def _price_levels(run: Run) -> list[prices.PriceLevels]:
    """Levels chained from all accepted links, whatever months this run is about."""
    return prices.price_levels(_price_links(run), run.lines)


def _making(run: Run, months: Sequence[str], release_id: int) -> Making:
    reference = replace(run.reference, price_links=_price_links(run))
    place, made = run.jurisdiction.id, tuple(months)
    reported, refused = _reported(run), refused_by_area(run.home, place, months)
    stands = partial(standing, run.read, place, release_id, made)
    return Making(
        run.home, run.jurisdiction, reference, run.places, run.lines, reported, refused, made, release_id, stands
    )


def _price_links(run: Run) -> Rows:
    parts = run.home.partitions("core.price_index", run.jurisdiction.id)
    links = accepted_rows(ibis.duckdb.connect(), parts).select(*prices.LINK) if parts else None
    return links.order_by(*prices.LINK).to_pyarrow().to_pylist() if links is not None else []


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
        making = _making(run, months, release.next_release_id(connection))
        before = release.released_months(connection, run.jurisdiction.id)
        released = {month: int(str(content["release_id"])) for month, content in before.items()}
        rows_judged = {(str(e["table_name"]), str(e["time_period"])) for e in ledger.of_run(connection, run.run_id)}
        found = figure_rules.judge(connection, making, released, rows_judged)
    outcomes: Counter[str] = Counter()
    with run.engine.begin() as connection:
        for name, judgement in found.items():
            for month, results in judgement.results.items():
                outcomes.update(result.outcome for result in results)
                ledger.record(
                    connection,
                    results,
                    jurisdiction=run.jurisdiction.id,
                    table_name=name,
                    month=month,
                    run_id=run.run_id,
                    rule_set_version=rule_set_version(MART_CONTRACTS[name]),
                    examples={},
                    recorded_at=run.started_at,
                )
        figure_rules.mark(connection, making.release_id, run.jurisdiction.id, found)
    return dict(outcomes)


def data_docs(run: Run) -> dict[tuple[str, str], bool]:
    """Validate every judged month of this run with Great Expectations and add its pages."""
    from checks.expectations import MonthEntries, validate

    with run.engine.connect() as connection:
        entries = ledger.of_run(connection, run.run_id)
    judged: list[MonthEntries] = []
    for name, month in sorted({(str(e["table_name"]), str(e["time_period"])) for e in entries}):
        contract = CONTRACTS[name]
        part = run.home.partition(name, run.jurisdiction.id, month)
        judged.append(
            MonthEntries(
                contract,
                rules_of(run.jurisdiction, name),
                month,
                tuple(e for e in entries if (e["table_name"], e["time_period"]) == (name, month)),
                part if part.exists() else None,
            )
        )
    return validate(run.home, run.jurisdiction.id, judged, run.started_at) if judged else {}


def make_release(run: Run) -> int | None:
    """Pass the gate, number the release and publish; None when nothing had changed.

    When the gate refuses, the ledger and the quarantine are published all the same, with the figures of the last
    release: that is where the person who must act looks. Raises ReleaseRefused then.
    """
    months = pending(run)
    try:
        number = _write_release(run, months) if months else None
    except release.ReleaseRefused:
        with run.engine.begin() as connection:
            release.forget_unreleased(connection)
        _publish(run)
        raise
    _publish(run)
    return number


def _publish(run: Run) -> None:
    """The file that readers open, and the quality report beside the Data Docs."""
    publish(run.home, run.engine)
    write_page(run.home, run.jurisdiction, run.started_at.date())


def _write_release(run: Run, months: dict[str, dict[str, object]]) -> int:
    with run.engine.begin() as connection:
        registry.count_rows(connection, run.home, run.jurisdiction.id)
    with run.engine.connect() as connection:
        release.pass_gate(connection, run.run_id)
        number = release.next_release_id(connection)
        before = release.released_months(connection, run.jurisdiction.id)
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
        judged = gate.subject(place, run.home, number, making.places, making.reference.source_rows(place.id))
        marks.mark(connection, run.home, place.id, number, months, judged.members)
        publication = gate.judge(connection, judged)
        vouched = manifest.vouch(driver_of(connection), ledger.heads(connection), place.id, number, months)
        release.write_release(
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
            publication=publication,
        )
    return number


def _scores(connection: sa.Connection, run: Run, number: int, months: Sequence[str]) -> list[dict[str, object]]:
    """How the files of the months held against the rules, and whether they came in time."""
    place, results = run.jurisdiction, ledger.of_run(connection, run.run_id)
    counted, files = by_sender(run.home, place.id, months), registry.files(connection, place.id)
    return score_rows(place, number, results, counted, files, months, run.started_at.date())


def _again(making: Making, home: Home, given: Reference, month: str, family: Family) -> dict[str, pa.Table]:
    """Figures of a month from other partitions and reference tables."""
    made: dict[str, list[pa.Table]] = {}
    root, currency = making.jurisdiction.root_area, making.jurisdiction.currency
    lines = prices.poverty_lines(given.poverty_line, currency)
    again = replace(
        making, home=home, reference=given, places=given.boundary(root), poverty_lines=lines, months=(month,)
    )
    for mart, figures in family.make(again):
        made.setdefault(mart, []).append(figures)
    return {mart: pa.concat_tables(parts) for mart, parts in made.items()}
