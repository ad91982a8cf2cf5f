"""Months of a source table, built by several processes where they may: rows first, then what looks back at them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assets.core.month import AcceptedRows, CoreMonth, SortedMonth, core_month, judge_month, judge_sorted, sort_month
from assets.core.table_month import TableMonth
from assets.workers import spread
from checks.scan import needs_months_before
from indicators.parallel import both
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
        # whether a row is accepted may hang on the months before: then each is sorted when those are stored
        settled = map(_sort, tasks) if needs_months_before(contract, rules) else spread(_sort, tasks, _size)
        built = spread(_judge, zip(tasks, settled, strict=True), lambda pair: _size(pair[0]))
    else:
        built = spread(_build, tasks, _size)
    yield from zip(tasks, built, strict=True)


def _sort(task: TableMonth) -> SortedMonth:
    month = sort_month(task)
    _store(task, month.accepted)
    return month


def _judge(pair: tuple[TableMonth, SortedMonth]) -> CoreMonth:
    task, month = pair
    return core_month(task, judge_sorted(task, month))


def _build(task: TableMonth) -> CoreMonth:
    judged = judge_month(task)
    month, _ = both(lambda: core_month(task, judged), lambda: _store(task, judged.accepted))
    return month


def _size(task: TableMonth) -> int:
    return task.sent_bytes


def _store(task: TableMonth, accepted: AcceptedRows) -> None:
    target = task.home.partition(task.contract.name, task.jurisdiction.id, task.month)
    if accepted.num_rows:
        write_parquet(target, accepted.schema, accepted.pieces(ROW_GROUP))
    else:
        target.unlink(missing_ok=True)
