"""Which months are due: those whose files, decisions, code or reference are not those of their last release."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from assets.gate import publication
from assets.intake import registry
from assets.marts import prices
from assets.marts.families import FAMILIES
from assets.release import releases
from assets.rules import rules_of
from assets.run import Run
from warehouse.contracts import SOURCE_CONTRACTS
from warehouse.contracts.codes.releases import LINE

FILE_FACTS = ("layout", "original_name", "file_id", "companions")


def pending(run: Run) -> dict[str, dict[str, object]]:
    """The months whose files, code or reference differ from their last release, with what they are made of."""
    reference_hash, levels, places = run.reference.digest(), run.price_levels(), run.places
    rules = json.dumps(asdict(publication.publication_rules(run.jurisdiction)), sort_keys=True, default=str)
    with run.engine.connect() as connection:
        released = releases.released_months(connection, run.jurisdiction.id)
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
    past = releases.Past()
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
                "seen": releases.seen(behind, _looked_at(run, own), month, freq),
            }
            looked_at = json.dumps([carried, content["decisions"], content["earlier"], content["seen"]])
            known_by = f"{reference_hash} {places.hash_of(month)} {looked_at} {rules}"
            content["inputs_hash"] = releases.inputs_hash(own, known_by)
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
