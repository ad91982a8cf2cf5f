"""Sender's bytes to text columns: what the bytes are, their encoding, and the rows of a CSV with what is damaged.

Nothing is typed or judged here; `heads` finds the head, `lines` makes rows of lines, `records` maps the columns,
`checks.scan` judges. Workbooks are `workbooks`'.
"""

from __future__ import annotations

import codecs
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from assets.intake.heads import HeadSpec, find_head, is_unnamed, no_head, unique_columns
from assets.intake.lines import UNCLOSED, Lines, Row, Rows, as_rows, read_rows, split_line
from assets.intake.refusal import Refusal
from warehouse.layouts import Encoding, SourceTable

MAX_CELL = 32_767
"""The longest text a spreadsheet cell can hold; longer means a lost quotation mark or an attack."""

_TOP = 4_000_000
_LOST = "\ufffd"
_CONTROL = r"[\x00-\x08\x0b-\x1f]"
_BLANKS = codecs.BOM_UTF8 + b" \t\r\n\0"
_KINDS = (
    ((b"PK\x03\x04",), "a zip archive, such as a workbook (.xlsx)"),
    ((b"\xd0\xcf\x11\xe0",), "an old workbook (.xls), or one with a password"),
    ((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE), "text in UTF-16"),
    ((b"%PDF",), "a PDF"),
    ((b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf"), "a compressed archive"),
    ((b"<html", b"<!doctype", b"<?xml", b"<table", b"<meta", b"<head"), "a web page or XML"),
)


def is_blank(data: bytes) -> bool:
    """True for a file without any text: no byte, or blanks, line ends, NULs and a byte order mark alone."""
    return not data[:4096].strip(_BLANKS) and not data.strip(_BLANKS)


def kind_of(data: bytes) -> str | None:
    """What a file is that is no text in an 8-bit encoding; None when its beginning gives no sign of that."""
    start = data[:64].removeprefix(codecs.BOM_UTF8).lstrip().lower()
    for signs, kind in _KINDS:
        if data.startswith(signs) or start.startswith(signs):
            return kind
    top = data[:2048]
    return "text in UTF-16, or no text" if top.count(0) * 4 > len(top) else None


def decode(data: bytes, allowed: Sequence[Encoding]) -> tuple[bytes, str]:
    """The same text in UTF-8, and the encoding it was sent in: UTF-8 always, others where the layout allows them.

    A character cut off by the end of the file becomes U+FFFD, and line ends of a carriage return alone line feeds.
    Raises Refusal for what is no text, and for bytes that are not text in one of the encodings from first to last.
    """
    kind = kind_of(data)
    if kind is not None:
        raise Refusal(
            f"the file is {kind}",
            expected=f"comma-separated text in {_names(allowed)}",
            do="save it as 'CSV UTF-8'; a workbook is sent with a name that ends in .xlsx",
        )
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    text, sent = (data[3:], "utf-8-sig") if data.startswith(codecs.BOM_UTF8) else (data, "utf-8")
    broken = _utf8_error(text)
    if broken is None:
        return text, sent
    if broken.reason == "unexpected end of data" and (sent == "utf-8-sig" or not text[: broken.start].isascii()):
        return text[: broken.start] + _LOST.encode(), sent
    errors = [broken]
    for encoding in allowed:
        if encoding != "utf-8" and sent == "utf-8":
            try:
                decoded = _decode_all(text, encoding)
            except UnicodeDecodeError as error:
                errors.append(error)
            else:
                _refuse_utf8_inside(text, encoding)
                return decoded, encoding
    furthest = max(errors, key=lambda error: error.start)
    raise _mixed(text, furthest.start, f"byte 0x{text[furthest.start]:02x}, which is not {_names(allowed)}", allowed)


def _names(allowed: Sequence[Encoding]) -> str:
    return " or ".join(name.upper() for name in dict.fromkeys(["utf-8", *allowed]))


def _mixed(text: bytes, position: int, found: str, allowed: Sequence[Encoding]) -> Refusal:
    return Refusal(
        "the bytes are not text in one encoding that this sender uses; two encodings may be mixed",
        line=text.count(b"\n", 0, position) + 1,
        found=found,
        expected=f"{_names(allowed)} from the first line to the last",
        do="ask the sender to save the whole file in one encoding, UTF-8 if they can",
    )


def _utf8_error(data: bytes) -> UnicodeDecodeError | None:
    """Where UTF-8 breaks; Arrow's validation first, since decoding would copy the file."""
    offsets = pa.py_buffer(np.array([0, len(data)], np.int64).tobytes())
    try:
        pa.Array.from_buffers(pa.large_string(), 1, [None, offsets, pa.py_buffer(data)]).validate(full=True)
    except pa.ArrowInvalid:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as error:
            return error
    return None


def _decode_all(data: bytes, encoding: Encoding) -> bytes:
    decoder = codecs.getincrementaldecoder(encoding)()
    text = decoder.decode(data)
    return (text + _LOST if decoder.getstate()[0] else text).encode()


def _refuse_utf8_inside(data: bytes, encoding: Encoding) -> None:
    """Refusal when a line of a file in another encoding is UTF-8.

    Nearly all bytes of UTF-8 are text in GB18030 and Latin-1 too, so that decoding does not tell. Looked for is what
    does not occur by chance: two Chinese characters in a row in GB18030, an accented letter in Latin-1.
    """
    octets = np.frombuffer(data + bytes(6), np.uint8)
    if encoding == "latin-1":
        leads, following = np.flatnonzero(octets == 0xC3), [1]
    else:
        leads, following = np.flatnonzero((octets >= 0xE4) & (octets <= 0xE9)), [1, 2, 4, 5]
        leads = leads[(octets[leads + 3] >= 0xE4) & (octets[leads + 3] <= 0xE9)]
    for step in following:
        leads = leads[(octets[leads + step] & 0xC0) == 0x80]
    end = 0
    for position in leads.tolist():
        if position >= end:
            start, end = data.rfind(b"\n", 0, position) + 1, data.find(b"\n", position) + 1 or len(data)
            if _utf8_error(data[start:end]) is None:
                raise _mixed(data, position, f"UTF-8 in this line, {encoding.upper()} in others", (encoding,))


def first_rows(data: bytes, count: int) -> list[list[str]]:
    """The first lines of a CSV as lists of cells (UTF-8 given)."""
    end = 0
    for _ in range(count):
        end = data.find(b"\n", end, _TOP) + 1
        if not end:
            end = min(len(data), _TOP)
            break
    text = data[:end].decode("utf-8", errors="replace").removesuffix("\n")
    # one line at a time, so that a lost quotation mark in a title does not swallow the head
    return [split_line(line.removesuffix("\r"))[0] for line in text.split("\n")]


def read_csv(data: bytes, spec: HeadSpec, name: str = "") -> SourceTable:
    """All rows of a CSV below its head, as text. Raises Refusal without a head or without a row."""
    top = first_rows(data, spec.reach)
    head = find_head(top, spec)
    if head is None:
        raise no_head(top, spec)
    lines = Lines.below(data, head.end)
    rows = _stacked(lines) if spec.stacked else read_rows(lines, list(unique_columns(head.columns)))
    rows = _without_blank_lines(_with_damaged_cells(lines, rows))
    if not rows.table.num_rows:
        raise Refusal("the file has a head and no row", do="ask the sender for the file with its rows")
    return SourceTable(rows.table, pa.array(rows.places + head.end + 1), rows.damage, head.title, name)


def _stacked(lines: Lines) -> Rows:
    """Every line in as many columns as the widest has: no width is wrong where tables differ."""
    rows = []
    for place in range(len(lines)):
        cells, is_open = split_line(lines.line(place))
        rows.append(Row(place, 1, cells, UNCLOSED if is_open else None))
    return as_rows(rows, list(unique_columns([""] * max((len(row.cells) for row in rows), default=0))))


def _with_damaged_cells(lines: Lines, rows: Rows) -> Rows:
    """Damage for control characters, characters lost in a conversion, and cells longer than any can be."""
    rows = _with_pattern(rows, lines.with_control_character(), _CONTROL, "a control character (such as NUL)")
    rows = _with_pattern(rows, lines.with_lost_character(), _LOST, "a character lost in a conversion (U+FFFD)")
    for name, column in zip(rows.table.column_names, rows.table.columns, strict=True):
        if (pc.max(pc.binary_length(column)).as_py() or 0) > MAX_CELL:
            lengths = np.asarray(pc.fill_null(pc.utf8_length(column), 0))
            long = np.flatnonzero(lengths > MAX_CELL)
            said = [
                f"the cell of column {name} has {length:,} characters, more than any can" for length in lengths[long]
            ]
            rows = _damaged(rows, long, pa.array(said, pa.string()))
    return rows


def _with_pattern(rows: Rows, at_lines: np.ndarray, pattern: str, what: str) -> Rows:
    """Damage of the rows in which the lines stand, naming the first column that has the pattern."""
    if not len(at_lines):
        return rows
    places = np.unique(np.searchsorted(rows.places, at_lines, side="right") - 1)
    where = pa.array([""] * len(places))
    for name, column in reversed(list(zip(rows.table.column_names, rows.table.columns, strict=True))):
        if not is_unnamed(name):
            is_here = pc.fill_null(pc.match_substring_regex(column.take(pa.array(places)), pattern), False)
            where = pc.if_else(is_here, pa.scalar(f", column {name}"), where)
    return _damaged(rows, places, pc.binary_join_element_wise(what, " stands in the line", where, ""))


def _damaged(rows: Rows, places: np.ndarray, reasons: pa.Array | pa.ChunkedArray) -> Rows:
    if not len(places):
        return rows
    known = rows.damage.take(pa.array(places))
    both = pc.binary_join_element_wise(known, reasons, "; ", null_handling="skip")
    mask = np.zeros(len(rows.places), bool)
    mask[places] = True
    one = both.combine_chunks() if isinstance(both, pa.ChunkedArray) else both
    return Rows(rows.table, rows.places, pc.replace_with_mask(rows.damage, pa.array(mask), one))


def _without_blank_lines(rows: Rows) -> Rows:
    """Lines without any text are no records."""
    blank = np.asarray(rows.damage.is_null())
    for column in rows.table.columns:
        if not blank.any():
            return rows
        some = np.flatnonzero(blank)
        texts = pc.utf8_trim_whitespace(column.take(pa.array(some)) if len(some) < len(blank) else column)
        blank[some] = np.asarray(pc.fill_null(pc.equal(texts, ""), True))
    keep = pa.array(~blank)
    return Rows(rows.table.filter(keep).combine_chunks(), rows.places[~blank], rows.damage.filter(keep))
