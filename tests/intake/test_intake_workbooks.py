"""Workbooks: sheets, merged heads and titles, cells that hold no value, and archives made to do harm."""

import datetime as dt
import io
import random
import re
import zipfile
from collections.abc import Callable, Mapping

import pytest
import xlsxwriter
from intake_county import FUND_HEAD, MONTH, County, fund_row, funds
from xlsxwriter.worksheet import Worksheet

from assets.intake.heads import HeadSpec
from assets.intake.refusal import Refusal
from assets.intake.workbooks import read_workbook

BOOK = f"book_{MONTH}.xlsx"
HEAD = FUND_HEAD.split(",")
SPEC = HeadSpec(("a", "b"))


def workbook(*fill: Callable[[Worksheet, xlsxwriter.Workbook], None], names: tuple[str, ...] = ()) -> bytes:
    """A workbook with a sheet for every function that fills one."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for place, write in enumerate(fill):
            write(book.add_worksheet(names[place] if names else None), book)
    return buffer.getvalue()


def ledger(*rows: str, top: int = 0) -> bytes:
    """A ledger as text cells, `top` empty rows above its head."""

    def write(sheet: Worksheet, _: xlsxwriter.Workbook) -> None:
        for place, row in enumerate((FUND_HEAD, *rows), top):
            sheet.write_row(place, 0, row.split(","))

    return workbook(write)


def cells(*values: object) -> bytes:
    """A sheet with the head a, b and one row of two cells."""

    def write(sheet: Worksheet, _: xlsxwriter.Workbook) -> None:
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_row(1, 0, values)

    return workbook(write)


def changed(data: bytes, parts: Mapping[str, Callable[[bytes], bytes]]) -> bytes:
    """A workbook with some parts of its archive rewritten or added."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in dict.fromkeys([*old.namelist(), *parts]):
            content = old.read(name) if name in old.namelist() else b""
            new.writestr(name, parts.get(name, lambda same: same)(content))
    return buffer.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def row_of(data: bytes) -> tuple[list[str | None], str | None]:
    """The only row of a sheet and its damage."""
    source = read_workbook(data, None, SPEC)
    assert source.row_number.to_pylist() == [2]
    return [column[0].as_py() for column in source.table.columns], source.damage[0].as_py()


def test_a_ledger_with_a_title_block(county: County) -> None:
    county.put(BOOK, ledger(fund_row(1), fund_row(2, amount="--"), top=7))
    assert county.take(BOOK).encoding == "xlsx"
    judged = county.judge(BOOK)
    assert (judged.lines(), judged.rules()) == ([9], {10: {"readable"}})


def test_the_sheet_with_the_head_is_found_wherever_it_stands(county: County) -> None:
    def cover(sheet: Worksheet, _: xlsxwriter.Workbook) -> None:
        sheet.write(0, 0, "封面")

    def table(sheet: Worksheet, _: xlsxwriter.Workbook) -> None:
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, fund_row().split(","))
        sheet.write_formula(2, 6, "=1+1", None, 2)
        sheet.write_row(2, 0, fund_row(2).split(",")[:6])

    county.put(BOOK, workbook(cover, table, names=("封面", "台账 & 明细")))
    judged = county.judge(BOOK)
    assert judged.lines() == [2]
    assert judged.found(3, "line_intact") == "cell G3 holds a formula: send its value"


def test_formulas_are_looked_for_in_the_right_sheet() -> None:
    def table(sheet: Worksheet, _: xlsxwriter.Workbook) -> None:
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_row(1, 0, ["1", "2"])

    def other(sheet: Worksheet, _: xlsxwriter.Workbook) -> None:
        sheet.write_formula(1, 1, "=1+1", None, 2)

    swapped = changed(
        workbook(other, table),
        {
            "xl/workbook.xml": lambda xml: (
                xml.replace(b'"rId1"', b'"x"').replace(b'"rId2"', b'"rId1"').replace(b'"x"', b'"rId2"')
            )
        },
    )
    assert row_of(swapped)[1] is None
    assert row_of(workbook(other, table))[1] is None


#   what the cell holds              value                                        text                 damage
CELLS = (
    ("whole number", 12.0, "12", None),
    ("amount", 1234.5, "1234.5", None),
    ("binary fraction", 0.1 + 0.2, "0.3", None),
    ("small", 0.0000001, "0.0000001", None),
    ("largest that keeps its digits", 999999999999999, "999999999999999", None),
    ("identity number as a number", 640323199001011234, None, "number of more than 15 digits"),
    ("identity number as text", "640323199001011234", "640323199001011234", None),
    ("leading zero", "0012", "0012", None),
    ("blanks around", "  x \n", "x", None),
    ("truth", True, "TRUE", None),
    ("date", dt.date(2024, 3, 5), "2024-03-05", None),
    ("time of day", dt.datetime(2024, 3, 5, 10, 30), "2024-03-05 10:30:00", None),
    ("formula", "=1+1", None, "cell B2 holds a formula: send its value"),
    ("very long", "x" * 32_767, "x" * 32_767, None),
)


@pytest.mark.parametrize(("value", "text", "damage"), [case[1:] for case in CELLS], ids=[case[0] for case in CELLS])
def test_cells(value: object, text: str | None, damage: str | None) -> None:
    def write(sheet: Worksheet, book: xlsxwriter.Workbook) -> None:
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write(1, 0, "1")
        if isinstance(value, dt.date):
            form = "yyyy-mm-dd hh:mm" if isinstance(value, dt.datetime) else "yyyy-mm-dd"
            sheet.write_datetime(1, 1, value, book.add_format({"num_format": form}))
        else:
            sheet.write(1, 1, value)

    (_, found), reason = row_of(workbook(write))
    assert text is None or found == text
    assert (reason is None) == (damage is None)
    assert damage is None or damage in str(reason)


def test_error_value_is_not_a_blank() -> None:
    pasted = changed(
        cells("1", 2), {SHEET: lambda xml: xml.replace(b'<c r="B2"><v>2</v>', b'<c r="B2" t="e"><v>#REF!</v>')}
    )
    assert row_of(pasted)[1] == "cell B2 holds an error value such as #DIV/0!"


def test_longer_than_any_cell() -> None:
    long = changed(cells("1", "2x"), {"xl/sharedStrings.xml": lambda xml: xml.replace(b"2x", b"x" * 40_000)})
    assert row_of(long)[1] == "the cell of column b has 40,000 characters, more than any can"


@pytest.mark.parametrize("number", ["1E999", "-1E999", "-1E+300", "1000000000000000", "-1234567890123456.5"])
def test_numbers_of_more_digits_than_are_kept(number: str) -> None:
    large = changed(cells("1", 2), {SHEET: lambda xml: xml.replace(b'"B2"><v>2<', f'"B2"><v>{number}<'.encode())})
    assert "number of more than 15 digits" in str(row_of(large)[1])


def test_longer_than_any_cell_by_its_blanks() -> None:
    text = b'<t xml:space="preserve">' + b" " * 40_000 + b"x"
    long = changed(cells("1", "2x"), {"xl/sharedStrings.xml": lambda xml: xml.replace(b"<t>2x", text)})
    assert row_of(long) == (["1", "x"], "the cell of column b has 40,001 characters, more than any can")


def test_formula_in_an_archive_with_prefixed_names_or_without_addresses() -> None:
    sound = cells("1", "=1+1")
    namespace = b'<worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    prefixed = changed(
        sound,
        {SHEET: lambda xml: re.sub(rb"<(/?)([cfv])(?=[ >])", rb"<\1x:\2", xml).replace(b"<worksheet ", namespace)},
    )
    assert row_of(prefixed)[1] == "cell B2 holds a formula: send its value"
    nameless = changed(sound, {SHEET: lambda xml: xml.replace(b' r="B2"', b"")})
    with pytest.raises(Refusal, match="formulas in cells without an address"):
        read_workbook(nameless, None, SPEC)


def test_merged_head_of_two_rows(county: County) -> None:
    name = f"merged_{MONTH}.xlsx"

    def write(sheet: Worksheet, book: xlsxwriter.Workbook) -> None:
        sheet.merge_range(0, 0, 0, 8, "扶贫资金台账", book.add_format())
        sheet.merge_range(1, 0, 1, 8, "资 金", book.add_format())
        sheet.write_row(2, 0, ["编号", "环节\n", *HEAD[2:]])
        sheet.write_row(3, 0, fund_row().split(","))
        sheet.write_blank(3, 12, None, book.add_format({"bold": True}))

    county.put(name, workbook(write))
    assert county.judge(name).lines() == [4]


def test_merged_head_in_a_csv_with_trailing_empty_columns(county: County) -> None:
    name = f"merged_{MONTH}.csv"
    county.put(name, "资金,,,,,,,,,,\n" + funds(fund_row() + ",,", head=f"{FUND_HEAD},,"))
    assert county.judge(name).lines() == [3]


def test_merged_cells_among_the_rows_are_blank(county: County) -> None:
    def write(sheet: Worksheet, book: xlsxwriter.Workbook) -> None:
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, fund_row(1).split(","))
        sheet.write_row(2, 0, fund_row(2).split(","))
        sheet.merge_range(1, 3, 2, 3, "农业", book.add_format())

    county.put(BOOK, workbook(write))
    judged = county.judge(BOOK)
    assert judged.lines() == [2]
    assert judged.found(3, "required") == {"purpose": {"column": "用途", "text": None}}


#   what was sent                     bytes                                    what is said
NO_WORKBOOK = (
    ("a CSV", funds(fund_row()).encode(), "cannot be opened: the file is none, though its name says so; found: no zip"),
    ("an old workbook", b"\xd0\xcf\x11\xe0" + bytes(600), "found: an old workbook (.xls), or one with a password"),
    ("a web page", b"<html><table><tr></table></html>", "found: a web page or XML"),
    ("cut in half", ledger(fund_row())[:2000], "the workbook cannot be opened; it seems cut off"),
    ("another archive", changed(ledger(fund_row()), {"xl/workbook.xml": lambda _: b""}), "cannot be opened"),
    ("only blanks", b"   \r\n", "the file is empty"),
    ("head only", ledger(), "the sheet has a head and no row; to do: ask the sender for the workbook with its rows"),
    ("other head", cells("1", "2"), "no head with the columns of this layout"),
)


@pytest.mark.parametrize(("content", "said"), [case[1:] for case in NO_WORKBOOK], ids=[case[0] for case in NO_WORKBOOK])
def test_no_workbook_though_the_name_says_so(county: County, content: bytes, said: str) -> None:
    taken = county.take(BOOK, content)
    assert taken.reason is not None
    assert said in taken.reason
    assert "to do: " in taken.reason


def test_sheet_that_is_not_there() -> None:
    with pytest.raises(
        Refusal, match="the workbook lacks the sheet; found: Sheet1; expected: 台账; to do: send the whole"
    ):
        read_workbook(cells("1", "2"), "台账", SPEC)


def test_zip_bomb() -> None:
    bomb = changed(cells("1", "2"), {"xl/media/image1.png": lambda _: bytes(30_000_000)})
    with pytest.raises(Refusal, match=r"\(zip bomb\); found: more than 10,\d{3},\d{3} bytes"):
        read_workbook(bomb, None, SPEC)


def test_zip_bomb_that_gives_a_false_size() -> None:
    bomb = bytearray(changed(cells("1", "2"), {"xl/media/image1.png": lambda _: bytes(30_000_000)}))
    size = (30_000_000).to_bytes(4, "little")
    while size in bomb:
        bomb[bomb.index(size) : bomb.index(size) + 4] = (10).to_bytes(4, "little")
    with pytest.raises(Refusal, match="zip bomb"):
        read_workbook(bytes(bomb), None, SPEC)


@pytest.mark.parametrize("before", [b"", b"<!--" + b" " * 50_000 + b"-->", b" " * ((1 << 20) - 5)])
def test_xml_bomb(before: bytes) -> None:
    entities = b'<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol1 "&lol;&lol;&lol;">]>'
    bomb = changed(
        cells("1", "2"), {SHEET: lambda xml: xml.replace(b"<worksheet", before + entities + b"<worksheet", 1)}
    )
    with pytest.raises(
        Refusal, match=r"\(XML bomb\); found: xl/worksheets/sheet1.xml; expected: plain XML; to do: do not"
    ):
        read_workbook(bomb, None, SPEC)


def test_cells_too_far_apart_for_memory() -> None:
    def write(sheet: Worksheet, _: xlsxwriter.Workbook) -> None:
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_row(1, 0, ["1", "2"])
        sheet.write(1_048_575, 16_383, "x")

    with pytest.raises(
        Refusal, match="found: cells down to row 1,048,576 and over to column 16,384; expected: at most"
    ):
        read_workbook(workbook(write), None, SPEC)


@pytest.mark.parametrize(
    "far",
    [
        b"<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
        b'<row r="1048576"><c\nr = "XFD1048576"><v>1</v></c></row>',
        b'<row r="1048576"><c r="xfd0001048576"><v>1</v></c></row>',
        b'<row r="1048576"><c r="A1048576"/></row><row r="5">' + b"<c/>" * 16_384 + b"</row>",
        b'<row r="1048575"/><row>' + b"<c/>" * 16_384 + b"</row>",
        b'<row r="4294967295"><c><v>1</v></c></row>',
        b'<row r="9"><c r="ZZZZZ9"><v>1</v></c></row>',
    ],
)
def test_cells_too_far_apart_however_they_are_written(far: bytes) -> None:
    """The reader would ask for memory that no machine has, and end the process."""
    bomb = changed(cells("1", "2"), {SHEET: lambda xml: xml.replace(b"</sheetData>", far + b"</sheetData>")})
    with pytest.raises(Refusal, match="the sheet spans more cells than a report can have"):
        read_workbook(bomb, None, SPEC)


def test_cells_without_an_address_stand_beside_the_last_one() -> None:
    row = b"<row><c><v>7</v></c><c><v>8</v></c></row>"
    loose = changed(cells("1", "2"), {SHEET: lambda xml: xml.replace(b"</sheetData>", row + b"</sheetData>")})
    assert read_workbook(loose, None, SPEC).table.to_pylist() == [{"a": "1", "b": "2"}, {"a": "7", "b": "8"}]


@pytest.mark.parametrize("count", [b'uniqueCount="4294967296"', b"uniqueCount = '99999999999999999999'"])
def test_a_host_of_texts_announced(count: bytes) -> None:
    bomb = changed(cells("1", "2"), {"xl/sharedStrings.xml": lambda xml: re.sub(rb'uniqueCount="[0-9]+"', count, xml)})
    with pytest.raises(Refusal, match=r"announces more texts .*; found: xl/sharedStrings.xml; expected: at most 40,0"):
        read_workbook(bomb, None, SPEC)


def test_what_a_cell_does_not_hold_is_seen_however_it_is_written() -> None:
    error = b"<row r='3'><c r='A3' t='e'><v>#DIV/0!</v></c></row>"
    formulas = b"<row r='4'><c r='B4'><f>1+1</f><v>2</v></c></row><row r='5'><c r='B5'><f>1+1</f></c></row>"
    blank = b"<row r='6'><c r='B6' t='str'><f>IF(A6=\"\",\"\",1)</f><v></v></c></row>"
    rows = error + formulas + blank
    loose = changed(cells("1", "2"), {SHEET: lambda xml: xml.replace(b"</sheetData>", rows + b"</sheetData>")})
    assert read_workbook(loose, None, SPEC).damage.to_pylist() == [
        None,
        "cell A3 holds an error value such as #DIV/0!",
        "cell B4 holds a formula: send its value",
        "cell B5 holds a formula: send its value",
    ], "a line whose formulas show nothing says nothing"


def test_long_text_repeated() -> None:
    def write(sheet: Worksheet, _: xlsxwriter.Workbook) -> None:
        sheet.write_row(0, 0, ["a", "b"])
        for row in range(1, 3000):
            sheet.write(row, 0, "2x")

    bomb = changed(workbook(write), {"xl/sharedStrings.xml": lambda xml: xml.replace(b"2x", b"x" * 400_000)})
    with pytest.raises(Refusal, match="repeats a text longer than any cell can hold"):
        read_workbook(bomb, None, SPEC)


def test_any_damage_to_a_workbook_is_refused_or_read() -> None:
    """No sequence of wrong bytes may end a run: a damaged archive is refused, or read as what it still says."""
    random.seed(7)
    sound = ledger(fund_row(1), fund_row(2))
    read = 0
    for _ in range(300):
        damaged = bytearray(sound)
        for _ in range(random.randint(1, 8)):
            damaged[random.randrange(4, len(damaged))] = random.randrange(256)
        try:
            read_workbook(bytes(damaged[: random.randint(200, len(damaged))]), None, HeadSpec(tuple(HEAD)))
            read += 1
        except Refusal:
            continue
    assert read < 300


ODD = (b"0", b"-1", b"4294967295", b"4294967296", b"9" * 20, b"1e308", b"NaN", b"", b"\xff", b"A1:XFD1048576", b"&#0;")


def test_any_damage_to_the_parts_of_a_workbook_is_refused_or_read() -> None:
    """The same for what stands in its XML: numbers that cannot be, tags too many or too few, parts that are missing."""
    sound = ledger(fund_row(1), fund_row(2))
    with zipfile.ZipFile(io.BytesIO(sound)) as archive:
        parts = [name for name in archive.namelist() if name.endswith((".xml", ".rels"))]
    read = refused = 0
    for seed in range(400):
        chance = random.Random(seed)

        def damaged(xml: bytes, chance: random.Random = chance) -> bytes:
            kind = chance.random()
            if kind < 0.4:
                value = chance.choice(list(re.finditer(rb'"([^"]*)"', xml)))
                return xml[: value.start(1)] + chance.choice(ODD) + xml[value.end(1) :]
            if kind < 0.8:
                tag = chance.choice(list(re.finditer(rb"<[^>]*>", xml)))
                return xml[: tag.start()] + tag[0] * chance.choice((0, 2, 3)) + xml[tag.end() :]
            start, end = sorted(chance.randrange(len(xml)) for _ in range(2))
            return xml[:start] + xml[end:]

        broken = changed(sound, dict.fromkeys(chance.sample(parts, 2), damaged))
        try:
            read_workbook(broken, None, HeadSpec(tuple(HEAD)))
            read += 1
        except Refusal:
            refused += 1
    assert min(read, refused) > 50
