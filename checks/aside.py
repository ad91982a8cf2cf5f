"""Great Expectations in a process of its own: importing it takes seconds, and validating a month a good part of one.

While a run is `beside` it, `checks.expectations` hands months to that process as they are judged, and fetches its
answer at the end. It ends when it has answered, or when whoever started it is gone. A command starts it before it
imports anything else that takes long.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any

from warehouse.imports import kept

_HEAVY = "great_expectations"

Request = tuple[Any, ...]
"""The arguments of `run_suites`"""


class ValidationFailed(RuntimeError):
    """The process gave no answer; the message holds what it said last."""


class Aside:
    """The process, at most one at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._handing: ThreadPoolExecutor | None = None
        self.handed: list[Request] = []
        """What was handed to it since it was started"""

    @contextmanager
    def beside(self) -> Iterator[None]:
        """Have it ready, unless this process has imported already what it would import, or has one ready."""
        if self.is_ready or _HEAVY in sys.modules:
            yield
            return
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        )
        self._handing, self.handed = ThreadPoolExecutor(1), []
        try:
            yield
        finally:
            if self._process is not None:
                self._process.kill()
                self._handing.shutdown()
                self._process.communicate()
                self._process = None

    def leave(self) -> None:
        """Let go of it in a copy of this process: it waits until all that can write to it have closed."""
        if self._process is not None:
            for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
                assert pipe is not None
                os.close(pipe.fileno())
            self._process = None

    @property
    def is_ready(self) -> bool:
        """Whether it was started and has not been asked for its answer yet."""
        return self._process is not None

    def hand(self, *request: Any) -> None:
        """Have it do a request while the caller goes on; the answer comes with that of `ask`."""
        assert self._process is not None, "not beside a run"
        assert self._handing is not None
        self.handed.append(request)
        self._handing.submit(_send, self._process, pickle.dumps(request))

    def ask(self, *request: Any) -> dict[Any, Any]:
        """What it found of this request, and of all that were handed to it before."""
        self.hand(*request)
        process, self._process = self._process, None
        assert process is not None
        assert self._handing is not None
        self._handing.shutdown()
        answer, said = process.communicate()
        if process.returncode:
            words = said.decode(errors="replace").strip()[-4_000:]
            raise ValidationFailed(f"Great Expectations ended with {process.returncode}: {words or 'without a word'}")
        found: dict[Any, Any] = pickle.loads(answer)
        return found


def _send(process: subprocess.Popen[bytes], request: bytes) -> None:
    assert process.stdin is not None
    with suppress(BrokenPipeError):  # it has ended, and says why when it is asked
        process.stdin.write(request)
        process.stdin.flush()


aside = Aside()
"""Of this process"""
os.register_at_fork(after_in_child=aside.leave)


def _answer() -> None:
    """Import, do what is asked as it comes, answer when no more will. What is printed is no part of the answer."""
    answer_to, sys.stdout = sys.stdout.buffer, sys.stderr
    with kept():
        from checks.expectations.validation import run_suites
    found: dict[Any, Any] = {}
    for request in _requests():
        found |= run_suites(*request)
    if found:
        answer_to.write(pickle.dumps(found))
        answer_to.flush()
        sys.stderr.flush()
        os._exit(0)  # taking down all that was imported takes as long again


def _requests() -> Iterator[Request]:
    while True:
        try:
            request = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        yield request


if __name__ == "__main__":
    _answer()
