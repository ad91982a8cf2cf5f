"""Great Expectations in a process of its own: importing it takes seconds, in which a run reads its files.

While a run is `beside` it, `checks.expectations.validate` hands the months to that process. It ends when it has
answered, or when whoever started it is gone. A command starts it before it imports anything else that takes long.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_HEAVY = "great_expectations"


class ValidationFailed(RuntimeError):
    """The process gave no answer; the message holds what it said last."""


class Aside:
    """The process, at most one at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    @contextmanager
    def beside(self) -> Iterator[None]:
        """Have it ready, unless this process has imported already what it would import, or has one ready."""
        if self.is_ready:
            yield
            return
        if _HEAVY not in sys.modules:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
            )
        try:
            yield
        finally:
            if self._process is not None:
                self._process.kill()
                self._process.communicate()
                self._process = None

    @property
    def is_ready(self) -> bool:
        """Whether it was started and has not been asked yet."""
        return self._process is not None

    def ask(self, *request: Any) -> Any:
        """What `run_checkpoints` returns for the arguments."""
        process, self._process = self._process, None
        assert process is not None, "not beside a run"
        answer, said = process.communicate(pickle.dumps(request))
        if process.returncode:
            words = said.decode(errors="replace").strip()[-4_000:]
            raise ValidationFailed(f"Great Expectations ended with {process.returncode}: {words or 'without a word'}")
        return pickle.loads(answer)


aside = Aside()
"""Of this process"""


def _answer() -> None:
    """Import, wait to be asked, answer. What is printed meanwhile is no part of the answer."""
    answer_to, sys.stdout = sys.stdout.buffer, sys.stderr
    from checks.expectations.validation import run_checkpoints

    if asked := sys.stdin.buffer.read():
        answer_to.write(pickle.dumps(run_checkpoints(*pickle.loads(asked))))
        answer_to.flush()
        sys.stderr.flush()
        os._exit(0)  # taking down all that was imported takes as long again


if __name__ == "__main__":
    _answer()
