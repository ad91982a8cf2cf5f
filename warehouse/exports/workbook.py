"""XLSX workbook: cover, contents, notes, charts, and one sheet per table. Nothing in it is computed when it is opened.

Text is written as text and numbers as numbers, whatever they look like: no cell of data becomes a formula or a link.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from warehouse.contracts import Column
from warehouse.exports.extract import Exported, ExportRefused, Extract
from warehouse.exports.headline import Series, headline_share, net_income
from warehouse.exports.words import notes, say

MAX_ROWS = 1_048_576
_MAX_TEXT = 32_767
_HEAD_ROWS = 2
_FORMATS = {"money": "#,##0.00", "integer": "#,##0", "number": "#,##0.0000"}


def write_workbook(extract: Extract, folder: Path) -> None:
    """`<place>-release-N.xlsx`; ExportRefused when a table has more rows than a sheet."""
    for table in extract.tables:
        if table.rows.num_rows + _HEAD_ROWS > MAX_ROWS:
            raise ExportRefused(
                f"{table.name} has {table.rows.num_rows:,} rows, a sheet no more than {MAX_ROWS - _HEAD_ROWS:,}; "
                "give --from and --to, or --table, or --format parquet"
            )
    path = folder / f"{extract.place.id}-release-{extract.release.id}.xlsx"
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        created = extract.release.created_at.replace(tzinfo=None)
        book.set_properties({"title": _title(extract), "created": created})
        _Writer(book, extract).write()


def _title(extract: Extract) -> str:
    place = extract.word((extract.place.name, extract.place.name_zh))
    return f"{place}: {say('title', extract.language)}"


class _Writer:
    """The sheets of one workbook, in their order."""

    def __init__(self, book: Any, extract: Extract) -> None:
        self.book, self.extract = book, extract
        self.bold = book.add_format({"bold": True})
        self.big = book.add_format({"bold": True, "font_size": 16})
        self.head = book.add_format({"bold": True, "bg_color": "#E8EEF4", "bottom": 1})
        self.words = book.add_format({"text_wrap": True, "valign": "top", "font_color": "#5A6675"})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.share = book.add_format({"num_format": "0.0%"})
        self.level = book.add_format({"num_format": "#,##0.0"})
        self.numbers = {kind: book.add_format({"num_format": text}) for kind, text in _FORMATS.items()}

    def write(self) -> None:
        self._cover()
        self._contents()
        self._notes()
        self._charts()
        for table in self.extract.tables:
            self._table(table)

    def _say(self, key: str) -> str:
        return say(key, self.extract.language)

    def _sheet(self, name: str, widths: Sequence[int]) -> Any:
        sheet = self.book.add_worksheet(name)
        for index, width in enumerate(widths):
            sheet.set_column(index, index, width)
        return sheet

    def _cover(self) -> None:
        extract, release = self.extract, self.extract.release
        sheet = self._sheet(self._say("cover"), (26, 80))
        _text(sheet, 0, 0, _title(extract), self.big)
        first, last = extract.periods or ("", "")
        facts = (
            ("release", str(release.id)),
            ("released_at", release.created_at.strftime("%Y-%m-%d %H:%M UTC")),
            ("periods", f"{first} – {last}"),
            ("source", extract.place.source),
            ("licence", " – ".join(extract.place.licence)),
            ("currency", extract.place.currency),
            ("inputs_hash", release.inputs_hash),
            ("program", release.code_version),
        )
        for row, (key, value) in enumerate(facts, 2):
            _text(sheet, row, 0, self._say(key), self.bold)
            _text(sheet, row, 1, value, self.wrapped)

    def _contents(self) -> None:
        sheet = self._sheet(self._say("contents"), (24, 80, 12))
        for column, key in enumerate(("table", "content", "rows")):
            _text(sheet, 0, column, self._say(key), self.head)
        for row, table in enumerate(self.extract.tables, 1):
            contract = table.contract
            sheet.write_url(row, 0, f"internal:'{table.name}'!A1", string=table.name)
            _text(sheet, row, 1, self.extract.word((contract.description, contract.description_zh)), self.wrapped)
            sheet.write_number(row, 2, table.rows.num_rows, self.numbers["integer"])

    def _notes(self) -> None:
        sheet = self._sheet(self._say("notes"), (120,))
        for row, note in enumerate(notes(self.extract.language)):
            _text(sheet, row, 0, note, self.wrapped)

    def _charts(self) -> None:
        drawn = [
            (self._say("share_chart"), headline_share(self.extract), self.share, "0%"),
            (
                f"{self._say('level_chart')} ({self.extract.place.currency})",
                net_income(self.extract),
                self.level,
                "#,##0",
            ),
        ]
        shown = [(title, series, form, axis) for title, series, form, axis in drawn if series is not None]
        if not shown:
            return
        charts = self._sheet(self._say("charts"), ())
        for number, (title, series, form, axis) in enumerate(shown):
            name = f"{self._say('chart_data')} {number + 1}"
            self._chart_data(name, series, form)
            chart = self.book.add_chart({"type": "line"})
            for column, area in enumerate(series.areas, 1):
                last = len(series.periods)
                chart.add_series(
                    {
                        "name": [name, 0, column],
                        "categories": [name, 1, 0, last, 0],
                        "values": [name, 1, column, last, column],
                        "line": {"width": 2.5 if area == self.extract.place.root_area else 1.25},
                    }
                )
            chart.set_title({"name": title, "name_font": {"size": 12}})
            chart.set_y_axis({"num_format": axis, "major_gridlines": {"visible": True, "line": {"color": "#D9DEE5"}}})
            chart.set_legend({"position": "right"})
            chart.show_blanks_as("gap")
            chart.set_size({"width": 900, "height": 400})
            charts.insert_chart(number * 21, 0, chart, {"description": title})

    def _chart_data(self, name: str, series: Series, form: Any) -> None:
        sheet = self._sheet(name, (12, *(16 for _ in series.areas)))
        _text(sheet, 0, 0, self._say("period"), self.head)
        for column, area in enumerate(series.areas, 1):
            _text(sheet, 0, column, self.extract.area_name(area), self.head)
        for row, period in enumerate(series.periods, 1):
            _text(sheet, row, 0, period)
            for column, area in enumerate(series.areas, 1):
                value = series.value(area, period)
                if value is not None:
                    sheet.write_number(row, column, value, form)

    def _table(self, table: Exported) -> None:
        columns = table.contract.columns
        sheet = self._sheet(table.name, [_width(column) for column in columns])
        sheet.freeze_panes(_HEAD_ROWS, 0)
        sheet.set_row(0, 60)
        for index, column in enumerate(columns):
            unit = self.extract.unit_of(column)
            words = self.extract.word((column.description, column.description_zh))
            _text(sheet, 0, index, f"{words} [{unit}]" if unit else words, self.words)
        for index, column in enumerate(columns):
            _text(sheet, 1, index, column.name, self.head)
        for row, values in enumerate(_lines(table), _HEAD_ROWS):
            for index, (column, value) in enumerate(zip(columns, values, strict=True)):
                if value is None:
                    continue
                if column.type in _FORMATS:
                    sheet.write_number(row, index, float(value), self.numbers[column.type])
                else:
                    _text(sheet, row, index, str(value))
        if table.rows.num_rows:
            sheet.autofilter(1, 0, table.rows.num_rows + 1, len(columns) - 1)


def _lines(table: Exported) -> Iterable[tuple[Any, ...]]:
    for batch in table.rows.to_batches(max_chunksize=10_000):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _text(sheet: Any, row: int, column: int, text: str, form: Any = None) -> None:
    sheet.write_string(row, column, text if len(text) <= _MAX_TEXT else text[: _MAX_TEXT - 1] + "…", form)


def _width(column: Column) -> int:
    return 14 if column.type in _FORMATS else 18
