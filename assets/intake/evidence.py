"""Lines of a sender's file as sent, found again for the quarantine and for whoever looks into it later.

A CSV is not read as a whole for a few lines. What identifies someone is hidden by the caller, which knows the key.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from assets.intake.heads import find_head, no_head, unique_columns
from assets.intake.lines import Lines, read_each
from assets.intake.reading import decode, first_rows
from assets.intake.records import known_names
from assets.intake.senders import head_spec, is_workbook, read_file
from warehouse.layouts import Layout

BEYOND = "beyond the head"


def raw_lines(data: bytes, name: str, layout: Layout, numbers: Collection[int]) -> dict[int, dict[str, str | None]]:
    """The cells of some lines by the columns of the head; lines that hold no row are left out.

    Cells beyond the head are kept under BEYOND. Raises Refusal for a file that cannot be read.
    """
    if is_workbook(name) or layout.stacked:
        source, _ = read_file(data, name, layout, numbers)
        places = {line: place for place, line in enumerate(source.row_number.to_pylist()) if line in numbers}
        names = known_names(layout, source.table.column_names)
        cells = dict(zip(names, source.table.columns, strict=True))
        return {line: {name: column[at].as_py() for name, column in cells.items()} for line, at in places.items()}
    text, _ = decode(data, layout.encodings)
    spec = head_spec(layout)
    top = first_rows(text, spec.reach)
    head = find_head(top, spec)
    if head is None:
        raise no_head(top, spec)
    columns = known_names(layout, unique_columns(head.columns))
    lines = Lines.below(text, head.end)
    wanted = sorted(number - head.end - 1 for number in numbers if head.end < number <= head.end + len(lines))
    return {row.place + head.end + 1: _by_column(columns, row.cells) for row in read_each(lines, wanted, len(columns))}


def _by_column(columns: Sequence[str], cells: Sequence[str]) -> dict[str, str | None]:
    named: dict[str, str | None] = {name: cell or None for name, cell in zip(columns, cells, strict=False)}
    beyond = ",".join(cells[len(columns) :])
    return named | ({BEYOND: beyond} if beyond else {})
