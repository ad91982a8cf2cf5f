"""A file that cannot be taken: the reason, written for the person who must act.

Refusals are about whole files; a row that breaks a rule is `checks.scan`'s business.
"""

from __future__ import annotations

import traceback
from pathlib import Path


class Refusal(ValueError):
    """Why a file is not taken: what, where, found, expected, what to do."""

    def __init__(self, what: str, *, found: str = "", expected: str = "", do: str, line: int | None = None) -> None:
        where = f" (line {line})" if line is not None else ""
        parts = [f"{what}{where}"]
        if found:
            parts.append(f"found: {found}")
        if expected:
            parts.append(f"expected: {expected}")
        parts.append(f"to do: {do}")
        super().__init__("; ".join(parts))

    def __reduce__(self) -> tuple[object, tuple[str]]:
        """As it was told, for another process."""
        return _as_told, (str(self),)


def _as_told(words: str) -> Refusal:
    return Refusal.__new__(Refusal, words)


def unforeseen(error: Exception) -> Refusal:
    """The place of an error without its message, which may quote the file."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return Refusal(
        "the file is unlike anything that its layout foresees",
        found=f"{type(error).__name__} in {Path(frame.filename).name}, line {frame.lineno}",
        do="have the layout mended, or ask the sender for the agreed form",
    )


def excerpt(text: str, length: int = 80) -> str:
    """A piece of a sender's text short enough for a message, its length told when cut."""
    shown = text if len(text) <= length else f"{text[:length]}… ({len(text):,} characters)"
    return repr(shown)
