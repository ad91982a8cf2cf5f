"""From a sender's bytes and a layout to records: the one way in for intake, core and anyone who looks again."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache

from assets.intake.heads import HeadSpec, find_head
from assets.intake.reading import decode, first_rows, is_blank, read_csv
from assets.intake.records import Records, to_records
from assets.intake.refusal import Refusal
from assets.intake.workbooks import first_rows_of_sheets, read_workbook
from warehouse.layouts import Companion, Encoding, Layout, SourceTable

_TOP = 4_000_000


def is_workbook(name: str) -> bool:
    """True for the names of XLSX files."""
    return name.lower().endswith((".xlsx", ".xlsm"))


def head_spec(layout: Layout) -> HeadSpec:
    """What identifies the head of the layout's files."""
    return HeadSpec(layout.source_columns(), layout.header_rows, layout.title_rows, layout.title, layout.stacked)


def companion_spec(companion: Companion) -> HeadSpec:
    """What identifies the head of a companion file."""
    return HeadSpec(companion.columns)


def read_file(data: bytes, name: str, layout: Layout, only: Collection[int] | None = None) -> tuple[SourceTable, str]:
    """A main file as text columns, and its encoding (`xlsx` for a workbook). Raises Refusal.

    `only`: the numbers of rows that are wanted, where leaving out the others saves time.
    """
    return _read(data, name, head_spec(layout), layout.encodings, layout.sheet, only)


def read_records(data: bytes, name: str, layout: Layout, companions: Mapping[str, tuple[str, bytes]]) -> Records:
    """Records of a file with its companions (role -> name and bytes). Raises Refusal."""
    return records_of(read_file(data, name, layout)[0], layout, companions)


def records_of(source: SourceTable, layout: Layout, companions: Mapping[str, tuple[str, bytes]]) -> Records:
    """Records of a file that has been read, with its companions. Raises Refusal."""
    others = {}
    for companion in layout.companions:
        name, data = companions[companion.role]
        with naming(companion, name):
            others[companion.role] = _read(data, name, companion_spec(companion), companion.encodings, None)[0]
    return to_records(layout, source, others)


@contextmanager
def naming(companion: Companion, name: str) -> Iterator[None]:
    """What is refused of a companion names it, since the main file is refused with it."""
    try:
        yield
    except Refusal as refusal:
        raise Refusal(
            f"the companion {companion.role!r} cannot be read",
            found=f"{name}: {refusal}",
            expected=f"the columns {', '.join(companion.columns)}",
            do="ask the sender for the companion again",
        ) from refusal


def _read(
    data: bytes,
    name: str,
    spec: HeadSpec,
    encodings: Sequence[Encoding],
    sheet: str | None,
    only: Collection[int] | None = None,
) -> tuple[SourceTable, str]:
    if is_blank(data):
        raise Refusal("the file is empty", do="ask the sender to send it again")
    if is_workbook(name):
        return read_workbook(data, sheet, spec, name, only), "xlsx"
    text, encoding = decode(data, encodings)
    return read_csv(text, spec, name), encoding


class Top:
    """The first rows of a file, read once for all layouts that it is held against."""

    def __init__(self, data: bytes, name: str) -> None:
        cut = data[:_TOP]
        self._start = cut if len(cut) == len(data) else cut[: cut.rfind(b"\n") + 1] or cut
        self._sheets = cache(lambda count: first_rows_of_sheets(data, count))
        self.is_workbook = is_workbook(name)

    def has_head(self, spec: HeadSpec, encodings: Sequence[Encoding], sheet: str | None) -> bool:
        """Whether the file has the head. Raises Refusal when it cannot be read."""
        if self.is_workbook:
            sheets = self._sheets(spec.reach)
            return any(find_head(rows, spec) is not None for name, rows in sheets.items() if sheet in (None, name))
        return find_head(first_rows(decode(self._start, encodings)[0], spec.reach), spec) is not None
