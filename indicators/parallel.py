"""Work in several threads whose results come in the order of the work, whatever thread was first.

NumPy and the readers of files let go of the interpreter while they work. What is added up afterwards is added in one
order, so that figures are the same to the last bit from run to run.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

_threads = 2
"""Pieces of work in memory at once, beside the one that is drawn; 0: one after the other, in the thread that asks."""

Item = TypeVar("Item")
Result = TypeVar("Result")


def use_one_core() -> None:
    """For a process beside others that keep the other cores busy: threads would wait for each other."""
    global _threads
    _threads = 0


def in_order(function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """`function` of every item, in the order of the items; an item is drawn when a thread is about to be free."""
    if not _threads:
        yield from map(function, items)
        return
    with ThreadPoolExecutor(_threads) as pool:
        waiting: deque[Future[Result]] = deque()
        for item in items:
            waiting.append(pool.submit(function, item))
            if len(waiting) > _threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def both(one: Callable[[], Item], other: Callable[[], Result]) -> tuple[Item, Result]:
    """What two pieces of work give that do not wait for each other; `one` is done in the thread that asks."""
    if not _threads:
        return one(), other()
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(other)
        return one(), coming.result()
