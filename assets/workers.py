"""Processes that take a part of a run's work: months and files that do not depend on each other.

While a run has them `ready`, `spread` hands them what is light enough to be sent; all else, and everything where none
are ready, is done in the process that asks. Results come in the order of the work, so that a run gives the same bytes
either way.
"""

from __future__ import annotations

import ctypes
import gc
import os
import pickle
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from threading import active_count
from typing import TypeVar

import numpy  # noqa: F401  its linear algebra is to be there when it is told to keep to one core
import pyarrow as pa
from threadpoolctl import threadpool_limits

from indicators import parallel
from warehouse import memory

PROCESSES = 2
LIGHT = 16_000_000
"""Bytes of input up to which work is handed over: results come back through a pipe, and both sides hold them"""
_AHEAD = 2 * PROCESSES

Item = TypeVar("Item")
Result = TypeVar("Result")

_pool: ProcessPoolExecutor | None = None


@contextmanager
def ready() -> Iterator[None]:
    """Have processes ready. They begin as copies of this one, which must not have opened or begun anything yet.

    None are made where it has, nor where the system does not end them with this process: elsewhere than on Linux.
    """
    global _pool
    if _pool is not None or sys.platform != "linux" or active_count() > 1 or memory.is_open():
        yield
        return
    gc.freeze()  # what is there stays, and need not be searched for what could go, in none of the copies
    with ProcessPoolExecutor(PROCESSES, get_context("fork"), partial(_begin, os.getpid())) as pool:
        pool.submit(os.getpid).result()  # all are started with the first piece of work
        _pool = pool
        try:
            yield
        finally:
            _pool = None
            pool.shutdown(cancel_futures=True)
            gc.unfreeze()


def spread(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    weigh: Callable[[Item], int] = lambda _: 0,
) -> Iterator[Result]:
    """`function` of every item, in the order of the items; what it raises is raised when its turn comes.

    `weigh`: bytes that it reads, where they may be many. Function, items and results are such as can be sent to a
    process.
    """
    waiting: deque[Future[Result]] = deque()
    for item in items:
        if _pool is None or weigh(item) > LIGHT:
            while waiting:
                yield waiting.popleft().result()
            yield function(item)
            continue
        waiting.append(_pool.submit(_done, function, item))
        if len(waiting) > _AHEAD:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _done(function: Callable[[Item], Result], item: Item) -> Result:
    """The result; an error that cannot be sent between processes is told in its own words."""
    try:
        return function(item)
    except Exception as error:
        if _can_be_sent(error):
            raise
        raise RuntimeError(f"{type(error).__name__}: {error}") from None


def _can_be_sent(error: Exception) -> bool:
    try:
        return type(pickle.loads(pickle.dumps(error))) is type(error)
    except Exception:
        return False


def _begin(parent: int) -> None:
    """End this process when its parent does, however that ends (PR_SET_PDEATHSIG of prctl); use no core of another."""
    ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    memory.use_one_core()
    parallel.use_one_core()
    pa.set_cpu_count(1)
    threadpool_limits(1)
