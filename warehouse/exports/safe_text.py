"""Text that stays text wherever it is opened: formulas in CSV, characters that XML does not have.

A spreadsheet takes a cell that begins with = + - @ (or its full-width form), a tab or a line end for a formula, and
may split cells at tabs, line ends and semicolons. Such text gets an apostrophe before it (OWASP, CSV injection); so
does text that begins with an apostrophe, so that whoever takes one away has the text as it was.
"""

from __future__ import annotations

import re

_CELL_BEGINS = re.compile(r"(^|[;\t\r\n])(?= *[=+\-@＝＋－＠\t\r\n'])")
_APOSTROPHE = re.compile(r"(^|[;\t\r\n])'")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def inert(text: str) -> str:
    """The text as a spreadsheet shows it and never computes it."""
    return _CELL_BEGINS.sub(r"\1'", text)


def as_it_was(text: str) -> str:
    """The text that `inert` was given."""
    return _APOSTROPHE.sub(r"\1", text)


def for_xml(text: str) -> str:
    """The text with characters that XML 1.0 does not have replaced by U+FFFD."""
    return _NOT_XML.sub("\ufffd", text)
