"""The tables of a monthly report, found among its lines: titles, captions of channels, body, printed total.

Only where things stand is decided here; what the numbers mean is `permits`. Tables of recruiting agencies,
skills and insurers stand below in the same report and are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from jurisdictions.nepal.names import is_channel

Line = tuple[int, str]
"""Line number and its cells, the blank ones left out, joined by blanks."""

_TITLE = re.compile(r"(?P<by>country|district)wise labour approval for\s*(?P<period>.*)", re.IGNORECASE)
_OTHER_TABLE = re.compile(r"report on|government of nepal", re.IGNORECASE)
_TOTAL = re.compile(r"(grand )?total\b", re.IGNORECASE)
_GROUP = ["Male", "Female", "Total"]
_SEPARATED = re.compile(r"\d{1,3}(,\d{3})+")
_BODY = re.compile(r"(?:\d+ )?(?P<place>\D.*?) (?P<counts>\d[\d, ]*)")


@dataclass(frozen=True)
class PrintedTable:
    """A table by country or by district."""

    by_district: bool
    period: str
    """What the title says of the period; empty without a title."""
    captions: tuple[str, ...]
    groups: int
    """Groups of male, female, total in the head; 0 when the head has anything else."""
    body: tuple[Line, ...]
    total: Line | None
    """The printed total that closes the table; None when the table breaks off."""


def find_tables(rows: Sequence[tuple[int, Sequence[str | None]]]) -> list[PrintedTable]:
    """The tables among a file's rows (line number, cells).

    A table begins with a line of channel names above a line of Male, Female, Total. The names stand over
    merged cells and are often a column off, so that names and groups are matched in reading order.
    """
    lines = [(number, [cell.strip() for cell in cells if cell and cell.strip()]) for number, cells in rows]
    tables = []
    title: re.Match[str] | None = None
    at = 0
    while at < len(lines):
        cells = lines[at][1]
        at += 1
        if sum(is_channel(cell) for cell in cells) > 1:
            head = " ".join(lines[at][1]) if at < len(lines) else ""
            body, total, at = _read_body(lines, at + 1)
            tables.append(_described(title, cells, head, body, total))
            title = None
        else:
            title = _TITLE.search(" ".join(cells)) or title
    return tables


def split_line(text: str) -> tuple[str | None, list[str]]:
    """Place and counts of a line of the body; no place and no count when it does not read so."""
    match = _BODY.fullmatch(text)
    if match is None:
        return None, []
    words = match["counts"].split()
    return match["place"], [word.replace(",", "") if _SEPARATED.fullmatch(word) else word for word in words]


def _read_body(lines: Sequence[tuple[int, list[str]]], start: int) -> tuple[list[Line], Line | None, int]:
    """Lines of a table, its printed total, and where to read on; a title of another table breaks it off."""
    body: list[Line] = []
    for at in range(start, len(lines)):
        number, cells = lines[at]
        text = " ".join(cells)
        if _TOTAL.match(text):
            return body, (number, text), at + 1
        if _TITLE.search(text) or _OTHER_TABLE.search(text):
            return body, None, at
        body.append((number, text))
    return body, None, len(lines)


def _described(
    title: re.Match[str] | None, captions: list[str], head: str, body: list[Line], total: Line | None
) -> PrintedTable:
    by = title["by"] if title else "district" if "district" in head.lower() else "country"
    period = title["period"] if title else ""
    return PrintedTable(by.lower() == "district", period, tuple(captions), _groups(head), tuple(body), total)


def _groups(head: str) -> int:
    words = re.findall("Female|Male|Total", head)
    count = len(words) // len(_GROUP)
    return count if words == _GROUP * count else 0
