"""The head of a sender's table: found below title lines, joined from several rows, and what to say without one.

Works on rows of text cells, whether they come from a CSV or a sheet; reading them is `assets.intake.reading` and
`assets.intake.workbooks`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assets.intake.refusal import Refusal, excerpt

Rows = Sequence[Sequence[str]]
_OTHER_DELIMITERS = {";": "semicolons", "\t": "tabulators", "|": "bars", "，": "full-width commas", "、": "、"}
_ASK = "ask the sender which form this is, or describe the new form in a layout"


@dataclass(frozen=True)
class HeadSpec:
    """What identifies a head: the columns it must have, in how many rows, within how many from the top.

    `title` is a regular expression found in the text above. A `stacked` file has a head per table further down: it is
    known by its title alone, and read from its first line.
    """

    columns: tuple[str, ...]
    header_rows: int = 1
    title_rows: int = 20
    title: str | None = None
    stacked: bool = False

    @property
    def reach(self) -> int:
        """How many rows from the top must be seen to find the head."""
        return self.title_rows + self.header_rows


@dataclass(frozen=True)
class Head:
    """A head found: its columns, the index of the first row after it, the title block above."""

    columns: tuple[str, ...]
    end: int
    title: tuple[str, ...]


def head_key(text: str) -> str:
    """A head cell without what senders vary: width of characters, blanks, line breaks."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def find_head(rows: Rows, spec: HeadSpec) -> Head | None:
    """The head among the first rows, or None. Upper rows of a multi-row head are filled to the right.

    Raises Refusal when a required column stands in the head twice.
    """
    if spec.stacked:
        return Head((), 0, ()) if _has_title(_filled(rows[: spec.title_rows]), spec) else None
    wanted = {head_key(column) for column in spec.columns}
    for start, columns in _candidates(rows, spec):
        keys = [head_key(column) for column in columns]
        if not wanted <= set(keys):
            continue
        title = _filled(rows[:start])
        if not _has_title(title, spec):
            continue
        repeated = sorted({key for key in wanted if keys.count(key) > 1})
        if repeated:
            raise Refusal(
                "the head names a column twice",
                line=start + 1,
                found=", ".join(repeated),
                expected="each column once",
                do="rename or remove one of them",
            )
        return Head(tuple(columns), start + spec.header_rows, title)
    return None


def _candidates(rows: Rows, spec: HeadSpec) -> Iterable[tuple[int, list[str]]]:
    """Where a head may begin, and the columns that it would have."""
    for start in range(min(spec.title_rows + 1, len(rows) - spec.header_rows + 1)):
        yield start, _join_head(rows[start : start + spec.header_rows])


def _filled(rows: Rows) -> tuple[str, ...]:
    return tuple(cell for row in rows for cell in row if cell.strip())


def _has_title(cells: Sequence[str], spec: HeadSpec) -> bool:
    return spec.title is None or re.search(spec.title, " ".join(cells)) is not None


def _join_head(rows: Rows) -> list[str]:
    width = max(len(row) for row in rows)
    padded = [[*row, *[""] * (width - len(row))] for row in rows]
    for level, row in enumerate(padded[:-1]):
        merged = ""
        for index, cell in enumerate(row):
            merged = cell if cell.strip() else merged
            if any(below[index].strip() for below in padded[level + 1 :]):
                row[index] = merged
    return ["/".join(cell.strip() for cell in column if cell.strip()) for column in zip(*padded, strict=True)]


def no_head(rows: Rows, spec: HeadSpec) -> Refusal:
    """Why a file's first rows have no head of the layout: another delimiter, another title, or columns that lack."""
    delimiter = _other_delimiter(rows, spec)
    if delimiter is not None:
        return Refusal(
            "the columns are not separated by commas",
            found=_OTHER_DELIMITERS[delimiter],
            expected="commas",
            do="save the file as CSV separated by commas",
        )
    if spec.stacked or not (best := _nearest(rows, spec))[1]:
        return Refusal(
            "the title of the file is not that of its layout",
            found=excerpt(" ".join(_filled(rows[: spec.title_rows if spec.stacked else best[0]])), 160),
            expected=f"text like {spec.title!r} in the first {spec.title_rows} rows",
            do=_ASK,
        )
    start, lacking, has_any = best
    # a row that is no head at all may be a household: its cells are not shown
    shown = excerpt(", ".join(_filled(rows[start : start + spec.header_rows])), 160) if has_any else "none of them"
    return Refusal(
        f"no head with the columns of this layout in the first {spec.title_rows + 1} rows",
        line=start + 1 if has_any else None,
        found=shown,
        expected=f"{'also ' if has_any else ''}the columns {', '.join(lacking[:8])}{' …' if len(lacking) > 8 else ''}",
        do=_ASK,
    )


def _nearest(rows: Rows, spec: HeadSpec) -> tuple[int, list[str], bool]:
    """The best candidate for a head: where it begins, which columns it lacks, whether it has any."""
    best = (0, list(spec.columns))
    for start, columns in _candidates(rows, spec):
        keys = {head_key(column) for column in columns}
        lacking = [column for column in spec.columns if head_key(column) not in keys]
        if len(lacking) < len(best[1]):
            best = (start, lacking)
    return *best, len(best[1]) < len(spec.columns)


def _other_delimiter(rows: Rows, spec: HeadSpec) -> str | None:
    """The character that, taken for the comma, gives rows with the head."""
    lines = [",".join(row) for row in rows[: spec.reach]]
    for delimiter in _OTHER_DELIMITERS:
        if not spec.stacked and any(delimiter in line for line in lines):
            split = [[cell.strip().strip('"') for cell in line.split(delimiter)] for line in lines]
            if not _nearest(split, spec)[1]:
                return delimiter
    return None


def is_unnamed(column: str) -> bool:
    """True for the name that `unique_columns` gives to a column without a head."""
    return re.fullmatch(r"column [0-9]+", column) is not None


def unique_columns(columns: Iterable[str]) -> Iterator[str]:
    """Column names usable in a table: blanks and repetitions numbered."""
    repeated: dict[str, int] = {}
    taken: set[str] = set()
    for index, column in enumerate(columns):
        plain = name = column or f"column {index + 1}"
        while name in taken:
            repeated[plain] = repeated.get(plain, 1) + 1
            name = f"{plain} ({repeated[plain]})"
        taken.add(name)
        yield name
