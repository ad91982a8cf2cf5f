"""How each sender writes: name of the file, encoding, line ends, amounts, dates, title, printed total.

Monthly files have a form for each sender; half-yearly and yearly reports one form for all, which the prefecture set.
The columns, their units and code words are the layouts'; here is what a layout leaves open.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jurisdictions.wuzhong.generator.sheets import Sheet, Values
from jurisdictions.wuzhong.layouts import LAYOUTS, reports
from jurisdictions.wuzhong.layouts.industries import SUBJECTS, TEN_THOUSAND
from jurisdictions.wuzhong.layouts.projects import SUBJECT
from warehouse.contracts import CONTRACTS
from warehouse.contracts.base import Column
from warehouse.contracts.household_income import LEAF_COLUMNS
from warehouse.layouts import Field, Layout

WORKBOOK_ROWS = 1_000
"""A sender whose table is longer sends it as CSV."""

WEIGHT_DECIMALS = 4
_WAN = "万元"
_REPORT_PERIODS = {"S": "{year}年{half}半年", "A": "{year}年"}


@dataclass(frozen=True)
class Form:
    """One sender's habits. Patterns take year, month (two digits), number of the month, day, and half (上 or 下)."""

    area_code: str
    name_period: str = "{year}-{month}"
    cell_period: str = "{year}-{month}"
    date: str = "{year}-{month}-{day:02d}"
    encoding: str = "utf-8"
    newline: str = "\n"
    workbook: bool = False
    amounts_as_text: bool = False
    """`"1,234.50元"`, and every text in quotation marks"""
    blank_for_zero: bool = False
    titles: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """source -> rows above the head"""

    def title(self, source: str, month: str) -> list[str]:
        """The rows above the head."""
        return [_dated(row, month) for row in dict(self.titles).get(source, ())]


_REPORT = ("红寺堡区{what}月报表", "{year}年{number}月", "单位:元")
FORMS: dict[str, Form] = {
    form.area_code: form
    for form in (
        Form("640302", amounts_as_text=True, date="{year}年{number}月{day}日"),
        Form(
            "640303",
            name_period="{year}年{month}月",
            cell_period="{year}.{month}",
            workbook=True,
            titles=tuple(
                (source, tuple(row.replace("{what}", what) for row in _REPORT))
                for source, what in (
                    ("household_income", "住户收入"),
                    ("labour_export", "劳务输出"),
                    ("fund_transaction", "扶贫资金"),
                )
            ),
        ),
        Form("640323", encoding="utf-8-sig"),
        Form(
            "640324",
            name_period="{year}{month}",
            cell_period="{year}年{number}月",
            date="{year}{month}{day:02d}",
            encoding="gb18030",
            newline="\r\n",
        ),
        Form(
            "640381",
            cell_period="{year}{month}",
            date="{year}/{number}/{day}",
            titles=(("fund_transaction", ("青铜峡市扶贫资金明细 {year}年{number}月 (单位:万元)",)),),
        ),
        Form("X6403-01", blank_for_zero=True),
        Form("X6403-02", workbook=True),
    )
}


@cache
def form_of(area_code: str, source: str) -> Form:
    """The habits of a sender's monthly files, or those of the offices that fill in the prefecture's forms."""
    form, subjects = FORMS[area_code], {**SUBJECTS, "project": SUBJECT}
    if source in reports.REPORTS:
        described = reports.REPORTS[source]
        period = _REPORT_PERIODS[described.freq]
        title = (f"{reports.NAMES[area_code]}{described.title}", period, f"单位:{described.units}")
        return Form(area_code, name_period=period, cell_period=period, workbook=True, titles=((source, title),))
    if source not in subjects:
        return form
    layout = layout_of(area_code, source)
    land = "万亩、" if source in SUBJECTS else ""
    units = f"单位:{land}万元" if any((f.unit or "").startswith(TEN_THOUSAND) for f in layout.fields.values()) else ""
    return replace(
        form,
        name_period="{year}年",
        cell_period="{year}年",
        workbook=layout.files[0].endswith(".xlsx"),
        amounts_as_text=False,
        blank_for_zero=False,
        titles=((source, (layout.files[0].split("_")[0] + subjects[source], "{year}年度", units)),)
        if layout.files[0].endswith(".xlsx")
        else (),
    )


@cache
def layout_of(area_code: str, source: str) -> Layout:
    """The layout of a sender's file."""
    return next(
        lay for lay in (*LAYOUTS, *reports.LAYOUTS) if lay.area_code == area_code and lay.contract == f"core.{source}"
    )


def file_name(form: Form, source: str, month: str, mark: str = "", as_workbook: bool = False) -> str:
    """The name a sender gives; `mark` such as `_更正1` goes where the layout's pattern leaves room for it."""
    suffix = ".xlsx" if as_workbook else ".csv"
    pattern = next(p for p in layout_of(form.area_code, source).files if p.endswith(suffix))
    period = _dated(form.name_period, month)
    if pattern.count("*") == 2:
        return pattern.replace("*", period, 1).replace("*", mark)
    return pattern.replace("*", period + mark)


def _dated(pattern: str, month: str, day: int = 1) -> str:
    number = int(month[5:])
    return pattern.format(year=month[:4], month=month[5:], number=number, day=day, half="上" if number <= 6 else "下")


def columns_of(layout: Layout) -> dict[str, tuple[Column, Field]]:
    """Head -> (contract column, field), in the order in which the sender writes them; each head once."""
    contract = CONTRACTS[layout.contract]
    written: dict[str, tuple[Column, Field]] = {}
    for name, field in layout.fields.items():
        if field.source is not None and field.source not in written:
            written[field.source] = (contract.column(name), field)
    return written


def as_written(sheet: Sheet, form: Form) -> pa.Table:
    """The sheet as the sender's columns: text where the sender writes text, else exact decimals."""
    arrays: dict[str, pa.Array] = {}
    for head, (column, field) in columns_of(layout_of(form.area_code, sheet.source)).items():
        values = sheet.columns[column.name]
        arrays[head] = _written(values, column, field, form, sheet.rows)
    return pa.table(arrays)


def cell_text(value: int | str, column: Column, field: Field, form: Form) -> str:
    """One value as the sender writes it."""
    values = value if isinstance(value, str) else np.array([value], np.int64)
    cell = _written(values, column, field, form, 1)[0].as_py()
    return "" if cell is None else format(cell, "f") if isinstance(cell, Decimal) else str(cell)


def _written(values: Values | str, column: Column, field: Field, form: Form, rows: int) -> pa.Array:
    if isinstance(values, np.ndarray):
        return _written_numbers(values, column, field, form)
    words = {code: word for word, code in reversed(list(field.codes.items()))}
    if isinstance(values, str):
        text = _dated(form.cell_period, values) if column.type == "period" else words.get(values, values)
        return pa.repeat(pa.scalar(text), rows)
    if column.type == "date":
        days = {day: dt.date.fromisoformat(day) for day in pc.unique(values).to_pylist() if day}
        texts = {text: _dated(form.date, f"{day:%Y-%m}", day.day) for text, day in days.items()}
        return pa.array([texts.get(day) for day in values.to_pylist()], pa.string())
    if words:
        encoded = values.dictionary_encode()
        return pa.array([words.get(c, c) for c in encoded.dictionary.to_pylist()], pa.string()).take(encoded.indices)
    return pc.if_else(pc.equal(values, ""), pa.scalar(None, pa.string()), values) if column.nullable else values


def _written_numbers(values: np.ndarray, column: Column, field: Field, form: Form) -> pa.Array:
    if column.type == "integer":
        return pa.array(values)
    if column.type == "number":
        # a unit of 10,000 writes the same digits, the point elsewhere
        return decimals(values, WEIGHT_DECIMALS + (4 if (field.unit or "").startswith(TEN_THOUSAND) else 0))
    if form.amounts_as_text:
        return _with_separators(values)
    # a cent is 1/100 yuan and 1/1,000,000 of 10,000 yuan: the same digits, the point elsewhere
    is_blank = values == 0 if form.blank_for_zero and column.name in LEAF_COLUMNS else None
    return decimals(values, 6 if field.unit == _WAN else 2, is_blank)


def decimals(whole: np.ndarray, places: int, is_blank: np.ndarray | None = None) -> pa.Array:
    """Exact decimals from whole numbers of the last place."""
    words = np.empty((len(whole), 2), np.int64)
    words[:, 0] = whole
    words[:, 1] = whole >> 63
    validity = None if is_blank is None else pa.array(~is_blank).buffers()[1]
    return pa.Array.from_buffers(pa.decimal128(18, places), len(whole), [validity, pa.py_buffer(words.tobytes())])


_THREE_DIGITS = pa.array([f"{number:03d}" for number in range(1_000)])
_CENTS = pa.array([f".{number:02d}元" for number in range(100)])


def _with_separators(cents: np.ndarray) -> pa.Array:
    """`-1,234.50元` for every amount."""
    size = np.abs(cents)
    yuan = size // 100
    sign = pa.array(["", "-"]).take(pa.array((cents < 0).astype(np.int8)))
    text = tail = pa.array(yuan % 1_000).cast(pa.string())
    power = 1_000
    while (yuan >= power).any():
        longer = pa.array(yuan >= power)
        group = _THREE_DIGITS.take(pa.array(yuan // (power // 1_000) % 1_000))
        tail = group if power == 1_000 else pc.binary_join_element_wise(group, tail, ",")
        head = pa.array(yuan // power % 1_000).cast(pa.string())
        text = pc.if_else(longer, pc.binary_join_element_wise(head, tail, ","), text)
        power *= 1_000
    return pc.binary_join_element_wise(sign, text, _CENTS.take(pa.array(size % 100)), "")
