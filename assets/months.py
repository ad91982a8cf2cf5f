"""Months of a source table, built by several processes where they may: rows first, then what looks back at them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assets.core import AcceptedRows, CoreMonth, SortedMonth, build_month, judge_month, sort_month
from assets.table_month import TableMonth
from assets.workers import spread
from checks.scan import needs_months_before
from warehouse.store import ROW_GROUP, write_parquet


def build_months(tasks: Sequence[TableMonth]) -> Iterator[tuple[TableMonth, CoreMonth]]:
    """Build the months of one table, oldest first, and store their accepted rows.

    A month is judged when the rows of those before it are stored, if a rule looks back at them; whether its own rows
    are accepted is found before, unless that depends on them too.
    """
    if not tasks:
        return
    contract, rules = tasks[0].contract, tasks[0].rules
    if any(contract.name in rule.looks_at for rule in rules):
        is_found_before = not needs_months_before(contract, rules)
        judged = spread(_judge, _sorted(tasks, is_found_before), lambda pair: pair[0].sent_bytes)
        yield from zip(tasks, judged, strict=True)
        return
    for task, (accepted, month) in zip(tasks, spread(build_month, tasks, _size), strict=True):
        _store(task, accepted)
        yield task, month


def _sorted(tasks: Sequence[TableMonth], is_found_before: bool) -> Iterator[tuple[TableMonth, SortedMonth]]:
    """Every month when those before it are stored."""
    settled = spread(sort_month, tasks, _size) if is_found_before else map(sort_month, tasks)
    for task, month in zip(tasks, settled, strict=True):
        yield task, month
        _store(task, month.accepted)


def _judge(pair: tuple[TableMonth, SortedMonth]) -> CoreMonth:
    return judge_month(*pair)


def _size(task: TableMonth) -> int:
    return task.sent_bytes


def _store(task: TableMonth, accepted: AcceptedRows) -> None:
    target = task.home.partition(task.contract.name, task.jurisdiction.id, task.month)
    if accepted.num_rows:
        write_parquet(target, accepted.schema, accepted.pieces(ROW_GROUP))
    else:
        target.unlink(missing_ok=True)
