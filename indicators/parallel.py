"""Work in several threads whose results come in the order of the work, whatever thread was first.

NumPy and the readers of files let go of the interpreter while they work. What is added up afterwards is added in one
order, so that figures are the same to the last bit from run to run.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

THREADS = 2
"""Pieces of work in memory at once, beside the one that is drawn."""

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_order(function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """`function` of every item, in the order of the items; an item is drawn when a thread is about to be free."""
    with ThreadPoolExecutor(THREADS) as pool:
        waiting: deque[Future[Result]] = deque()
        for item in items:
            waiting.append(pool.submit(function, item))
            if len(waiting) > THREADS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
