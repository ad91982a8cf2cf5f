"""What all marts share: reading partitions, adding parents of areas, the contract's order of columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import ibis
import pyarrow as pa

from warehouse.compile import arrow_schema
from warehouse.contracts import Contract


def accepted_rows(engine: ibis.BaseBackend, parts: Sequence[Path]) -> ibis.Table:
    """The accepted rows of some partitions, lazily."""
    return engine.read_parquet([str(part) for part in parts], hive_partitioning=False)


def ancestry(areas: Sequence[Mapping[str, str | None]], root_area: str) -> pa.Table:
    """(area_code, member_code): every area with itself and all areas below it.

    An area whose parent changed over time belongs to each of its parents in turn; partitions are of one month, and
    rows carry codes valid in it, so the spells do not mix.
    """
    parents: dict[str, set[str]] = {str(area["area_code"]): set() for area in areas}
    for area in areas:
        if area["parent_code"]:
            parents[str(area["area_code"])].add(str(area["parent_code"]))

    def above(code: str) -> set[str]:
        return {code}.union(*(above(parent) for parent in parents.get(code, ())))

    ordered = sorted((ancestor, code) for code in {*parents, root_area} for ancestor in above(code))
    return pa.table({"area_code": [a for a, _ in ordered], "member_code": [m for _, m in ordered]})


def with_parents(lines: ibis.Table, areas: ibis.Table) -> ibis.Table:
    """Each line once for its own area and once for every area above it."""
    members = areas.rename(ancestor_code="area_code")
    joined = lines.join(members, lines.area_code == members.member_code)
    return joined.mutate(area_code=joined.ancestor_code).drop("ancestor_code", "member_code")


def stamped(result: ibis.Table, contract: Contract, release_id: int) -> pa.Table:
    """The result with its release, in the contract's columns, types and order of keys."""
    schema = arrow_schema(contract)
    table = result.mutate(release_id=ibis.literal(release_id, "int64")).to_pyarrow()
    ordered = table.select(schema.names).sort_by([(name, "ascending") for name in contract.key])
    return ordered.cast(pa.schema([field.with_nullable(True) for field in schema]))
