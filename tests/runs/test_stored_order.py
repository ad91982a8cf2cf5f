"""Rows of a month lie in Parquet as their contract says, and a village in one row group of many."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from installation import Installation

from assets.core.stored_order import ordered
from warehouse.contracts import SOURCE_CONTRACTS
from warehouse.store import Home

NUMBERS = st.one_of(st.integers(-3, 3), st.integers(-(2**63), 2**63 - 1))
WORDS = st.one_of(st.integers(0, 2), st.integers(0, 2**64 - 1))


@given(st.lists(st.tuples(st.integers(0, 2), NUMBERS, WORDS, WORDS, NUMBERS), max_size=30))
def test_the_order_is_that_of_all_keys(rows: list[tuple[int, ...]]) -> None:
    kinds = (np.int64, np.int64, np.uint64, np.uint64, np.int64)
    keys = [np.array([row[place] for row in rows], kind) for place, kind in enumerate(kinds)]
    assert ordered(keys).tolist() == sorted(range(len(rows)), key=lambda place: rows[place])


@pytest.mark.parametrize("table", SOURCE_CONTRACTS)
def test_every_partition_is_sorted_by_its_contract(sample: Installation, table: str) -> None:
    contract = SOURCE_CONTRACTS[table]
    names = list(dict.fromkeys((*contract.sorted_by, *contract.key)))
    parts = Home(sample.home).partitions(table)
    assert bool(parts) == bool(sample.ask(f"SELECT count(*) AS n FROM {table}")["n"].item())
    for part in parts:
        rows = pq.read_table(part, columns=names, partitioning=None)
        ordinal = rows.append_column("place", pa.array(range(len(rows))))
        order = [(name, "ascending") for name in (*names, "place")]
        assert ordinal.sort_by(order, null_placement="at_start")["place"].to_pylist() == list(range(len(rows)))


def test_statistics_tell_which_row_group_has_a_village(sample: Installation) -> None:
    (part, *_) = Home(sample.home).partitions("core.household_income")
    stored = pq.ParquetFile(part)
    psu = stored.schema_arrow.get_field_index("psu")
    groups = [stored.metadata.row_group(number).column(psu).statistics for number in range(stored.num_row_groups)]
    assert all(group.has_min_max for group in groups)
    assert [group.min for group in groups] == sorted(group.min for group in groups)
