"""A sender's text table to records in the columns of a contract, still as text: what a layout says, applied.

Typing and judging come after (`assets.core.month`). A damaged line is a record too, so that nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from assets.intake.heads import head_key, is_unnamed
from assets.intake.refusal import Refusal, excerpt, unforeseen
from warehouse.contracts import CONTRACTS, Contract
from warehouse.layouts import Layout, SourceTable, UnusableFile
from warehouse.periods import FIRST_MONTH, closing_month, freq, read_period
from warehouse.units import MONTHS_OF_FREQ


@dataclass(frozen=True)
class Records:
    """Records of one file: contract columns (text, or already typed), line, damage, and the file's own period."""

    layout: Layout
    columns: pa.Table
    row_number: pa.Array
    damage: pa.Array
    nominal_period: str | None
    series: pa.Array
    """What each record reports (`Layout.covers`); one file stands for each of it in a month."""

    @property
    def contract(self) -> Contract:
        """The contract that the layout feeds."""
        return CONTRACTS[self.layout.contract]

    def __len__(self) -> int:
        return len(self.row_number)


def to_records(layout: Layout, source: SourceTable, companions: Mapping[str, SourceTable]) -> Records:
    """Apply a layout to a file as read.

    Raises Refusal when the file has no record, or none of the period that its name states.
    """
    source = _without_printed_totals(layout, _with_known_names(layout, source))
    nominal = _nominal_period(layout, source.name)
    if layout.transform is None:
        columns, row_number, damage = _declared(layout, source), source.row_number, source.damage
    else:
        columns, row_number, damage = _transformed(layout, source, companions)
    columns, series = _without_series(layout, columns)
    columns = _with_periods(layout, columns, nominal)
    if not columns.num_rows:
        raise Refusal("no record is left of the file", do="ask the sender for the file with its rows")
    records = Records(layout, columns, row_number, damage, nominal, series)
    _refuse_other_period(records)
    return records


def _nominal_period(layout: Layout, name: str) -> str | None:
    nominal = layout.period_of_name(name)
    if nominal is not None and read_period(nominal) != nominal:
        raise Refusal(
            "the file name states no period that there is",
            found=nominal,
            expected="a year and month such as 2024-03",
            do="name the file with its month",
        )
    return nominal


def known_names(layout: Layout, columns: Iterable[str]) -> list[str]:
    """The names of a file's columns as its layout writes them, whatever blanks and widths the sender's head has."""
    by_key = {head_key(name): name for name in layout.known_columns()}
    return [by_key.get(head_key(column), column) for column in columns]


def _with_known_names(layout: Layout, source: SourceTable) -> SourceTable:
    """Columns named as the layout names them; other columns refused where the layout does not ignore them.

    Text in a column without a head damages its line: cells may have slipped out of their columns.
    """
    names = known_names(layout, source.table.column_names)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise Refusal(
            "the head names a column twice",
            found=", ".join(twice),
            expected="each column once",
            do="rename or remove one of them",
        )
    source = replace(source, table=source.table.rename_columns(names))
    if layout.other_columns == "ignore" or layout.stacked:
        return source
    unknown = [name for name in names if name not in layout.known_columns() and not is_unnamed(name)]
    if unknown:
        raise Refusal(
            f"the file has {len(unknown)} column(s) that its layout does not know",
            found=", ".join(excerpt(name, 40) for name in unknown[:5]) + (" …" if len(unknown) > 5 else ""),
            expected=f"only {', '.join(sorted(layout.known_columns()))}",
            do="ask the sender what they mean; add them to the layout, or ask for the agreed form",
        )
    damage = source.damage
    for name in filter(is_unnamed, names):
        is_text = pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(source.table[name]), ""), False)
        reason = pa.scalar(f"text stands in {name}, which has no head")
        damage = pc.if_else(pc.and_(is_text.combine_chunks(), damage.is_null()), reason, damage)
    return replace(source, damage=damage)


def _without_printed_totals(layout: Layout, source: SourceTable) -> SourceTable:
    keep = None
    for column, values in layout.skip_rows.items():
        if column not in source.table.column_names:
            continue
        marked = pc.is_in(pc.utf8_trim_whitespace(source.table[column]), value_set=pa.array(values, pa.string()))
        keep = pc.invert(marked) if keep is None else pc.and_(keep, pc.invert(marked))
    if keep is None:
        return source
    mask = keep.combine_chunks()
    return replace(
        source,
        table=source.table.filter(mask),
        row_number=source.row_number.filter(mask),
        damage=source.damage.filter(mask),
    )


def _declared(layout: Layout, source: SourceTable) -> pa.Table:
    rows = source.table.num_rows
    present = set(source.table.column_names)
    arrays: dict[str, pa.Array | pa.ChunkedArray] = {}
    for name, described in layout.fields.items():
        if described.constant is not None:
            arrays[name] = pa.repeat(pa.scalar(described.constant), rows)
        elif described.source in present:
            arrays[name] = _coded(source.table[described.source], described.codes)
        else:
            arrays[name] = pa.nulls(rows, pa.string())
    return pa.table(arrays) if arrays else source.table


def _coded(column: pa.ChunkedArray, codes: Mapping[str, str]) -> pa.Array:
    array = column.combine_chunks()
    if not codes:
        return array
    encoded = array.dictionary_encode()
    meanings = [codes.get(text.strip(), text) for text in encoded.dictionary.to_pylist()]
    return pa.array(meanings, pa.string()).take(encoded.indices)


def _transformed(
    layout: Layout, source: SourceTable, companions: Mapping[str, SourceTable]
) -> tuple[pa.Table, pa.Array, pa.Array]:
    assert layout.transform is not None
    try:
        result = layout.transform(source, companions)
        numbers = result["row_number"].combine_chunks().cast(pa.int64())
        own = result["damage"].combine_chunks() if "damage" in result.column_names else None
    except UnusableFile as reason:
        raise Refusal(reason.what, found=reason.found, expected=reason.expected, do=reason.do) from reason
    except Exception as error:  # a place's own function may trip over anything
        raise unforeseen(error) from error
    place = pc.index_in(numbers, value_set=source.row_number)
    damage = source.damage.take(place)
    damage = damage if own is None else pc.coalesce(own, damage)
    columns = result.drop_columns([name for name in ("row_number", "damage") if name in result.column_names])
    lost = pc.and_(source.damage.is_valid(), pc.invert(pc.is_in(source.row_number, value_set=numbers)))
    if pc.any(lost).as_py():
        count = pc.sum(lost).as_py()
        columns = pa.concat_tables(
            [columns, pa.table({f.name: pa.nulls(count, f.type) for f in columns.schema})]
        ).combine_chunks()
        numbers = pa.concat_arrays([numbers, source.row_number.filter(lost)])
        damage = pa.concat_arrays([damage, source.damage.filter(lost)])
    return columns, numbers, damage


def _without_series(layout: Layout, columns: pa.Table) -> tuple[pa.Table, pa.Array]:
    """The series of each record taken out of the columns; a record that names none goes with the layout's first."""
    first = pa.scalar(layout.covers()[0])
    if "series" not in columns.column_names:
        return columns, pa.repeat(first, columns.num_rows)
    return columns.drop_columns(["series"]), pc.fill_null(columns["series"].combine_chunks(), first)


def _with_periods(layout: Layout, columns: pa.Table, nominal: str | None) -> pa.Table:
    """Periods in SDMX notation where they read; the text as sent where they do not."""
    if "time_period" not in columns.column_names:
        columns = columns.append_column("time_period", pa.repeat(pa.scalar(nominal, pa.string()), columns.num_rows))
    else:
        encoded = columns["time_period"].combine_chunks().dictionary_encode()
        texts = [read_period(text) or text for text in encoded.dictionary.to_pylist()]
        place = columns.column_names.index("time_period")
        columns = columns.set_column(place, "time_period", pa.array(texts, pa.string()).take(encoded.indices))
    if "freq" not in columns.column_names:
        columns = columns.append_column("freq", pa.repeat(pa.scalar(layout.freq), columns.num_rows))
    if "area_code" not in columns.column_names and layout.area_code is not None:
        columns = columns.append_column("area_code", pa.repeat(pa.scalar(layout.area_code), columns.num_rows))
    return columns


def _refuse_other_period(records: Records) -> None:
    if records.nominal_period is None:
        return
    periods = pc.unique(records.columns["time_period"]).to_pylist()
    if records.nominal_period in periods:
        return
    filled = [period for period in periods if period]
    if not filled:
        return
    raise Refusal(
        "the file is for another period than its name says",
        found=f"rows of {', '.join(excerpt(period, 40) for period in sorted(filled)[:5])}",
        expected=records.nominal_period,
        do="rename the file if the rows are right, or ask the sender for the right month",
    )


@dataclass(frozen=True)
class Periods:
    """The period under which each record is judged: `distinct` sorted, `index` into it.

    `is_stray` marks records of a period that cannot be theirs: they are judged under the file's first.
    """

    distinct: tuple[str, ...]
    index: np.ndarray
    is_stray: np.ndarray

    def mask(self, month: str) -> np.ndarray:
        """True for the records whose period closes in the month."""
        return np.array([closing_month(period) == month for period in self.distinct], bool)[self.index]

    def of(self, period: str) -> np.ndarray:
        """True for the records of one period."""
        return self.index == self.distinct.index(period)


def periods_of(records: Records, last_month: str) -> Periods:
    """The file's own period, else the row's, else (where a row's cannot be) the file's first.

    A period cannot be when it does not read, when it closes after `last_month` (the month of receipt) or before the
    calendar begins, or when it is longer or shorter than the row's `freq`. Raises Refusal when no period is left.
    """
    if records.nominal_period is not None:
        if not FIRST_MONTH <= closing_month(records.nominal_period) <= last_month:
            raise _no_period([records.nominal_period], last_month)
        nobody = np.zeros(len(records), bool)
        return Periods((records.nominal_period,), np.zeros(len(records), np.int64), nobody)
    encoded = records.columns["time_period"].combine_chunks().dictionary_encode()
    texts = encoded.dictionary.to_pylist()
    index = np.asarray(encoded.indices.fill_null(len(texts)))
    can_be = np.array([_can_be(text, last_month) for text in texts] + [False], bool)[index]
    is_stray = ~can_be | _of_other_length(records, texts, index)
    seen = {texts[place] for place in np.unique(index[~is_stray])}
    if not seen:
        raise _no_period(texts, last_month)
    sound = sorted(seen, key=lambda text: (closing_month(text), text))
    places = np.array([sound.index(text) if text in seen else 0 for text in texts] + [0], np.int64)
    return Periods(tuple(sound), np.where(is_stray, 0, places[index]), is_stray)


def _can_be(text: str, last_month: str) -> bool:
    return read_period(text) == text and FIRST_MONTH <= closing_month(text) <= last_month


def _of_other_length(records: Records, texts: Sequence[str], index: np.ndarray) -> np.ndarray:
    """True where the period is not as long as the row's frequency says; a frequency that is none says nothing."""
    lengths = pa.array([freq(text) if read_period(text) == text else None for text in texts] + [None], pa.string())
    said = records.columns["freq"].combine_chunks().cast(pa.string())
    other = pc.and_(
        pc.is_in(said, value_set=pa.array(list(MONTHS_OF_FREQ))), pc.not_equal(lengths.take(pa.array(index)), said)
    )
    return np.asarray(pc.fill_null(other, False))


def _no_period(texts: Sequence[str], last_month: str) -> Refusal:
    return Refusal(
        "no row carries a period that can be reported",
        found=", ".join(excerpt(text, 40) for text in texts[:3]) or "only blanks",
        expected=f"for instance 2024-03 or 2024年3月, in the rows or the file name, from {FIRST_MONTH} to {last_month}",
        do="ask the sender to correct the period, or name the file with its month",
    )
