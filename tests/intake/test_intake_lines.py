"""Lines that are no whole row: cut, ragged, quoted badly, with control characters; good ones around them survive."""

import re

import pytest
from intake_county import FUND_HEAD, MONTH, County, fund_row, funds

from assets.intake.evidence import BEYOND
from assets.intake.heads import HeadSpec
from assets.intake.reading import MAX_CELL, read_csv

PSEUDONYM = re.compile("[0-9a-f]{32}")
LEDGER = f"funds_{MONTH}.csv"


def damage_of(text: str | bytes, head: str = "a,b,c") -> list[tuple[int, tuple[str | None, ...], str | None]]:
    """(line, cells, damage) of every row below a head of three columns."""
    data = text if isinstance(text, bytes) else text.encode()
    source = read_csv(f"{head}\n".encode() + data, HeadSpec(("a", "b", "c")))
    cells = zip(*(column.to_pylist() for column in source.table.columns), strict=True)
    return list(zip(source.row_number.to_pylist(), cells, source.damage.to_pylist(), strict=True))


FEW = "the line has 2 columns, the head 3"
MANY = "the line has 4 columns, the head 3"
CUT = "; the file seems to end in the middle of a line"
OPEN = "a quotation mark is opened and not closed"
CONTROL = "a control character (such as NUL) stands in the line"

#   what is meant                        text                               rows: line, cells, damage
LINES = (
    ("no line feed at the end", "1,2,3\n4,5,6", [(2, "123", None), (3, "456", None)]),
    ("cut in a line", "1,2,3\n4,5", [(2, "123", None), (3, "45-", FEW + CUT)]),
    ("short in the middle", "1,2\n4,5,6\n", [(2, "12-", FEW), (3, "456", None)]),
    ("long in the middle", "1,2,3,4\n4,5,6\n", [(2, "123", MANY), (3, "456", None)]),
    ("blank lines between", "\n1,2,3\n\n \n,,\n, ,\n,,,,\n4,5,6\n\n", [(3, "123", None), (9, "456", None)]),
    ("Windows line ends", "1,2,3\r\n4,5,6\r\n", [(2, "123", None), (3, "456", None)]),
    ("Windows, ragged", "1,2\r\n4,5,6\r\n", [(2, "12-", FEW), (3, "456", None)]),
    ("quoted comma", '1,"2,2",3\n', [(2, ("1", "2,2", "3"), None)]),
    ("doubled quotation marks", '"1""",2,""""\n', [(2, ('1"', "2", '"'), None)]),
    ("empty in quotation marks", '1,"",3\n', [(2, "1-3", None)]),
    ("inch sign", '1,5" pipe,3\n4,5,6\n', [(2, ("1", '5" pipe', "3"), None), (3, "456", None)]),
    ("two inch signs", '1,5" and 6",3\n', [(2, ("1", '5" and 6"', "3"), None)]),
    ("quoted line break", '1,"2\n2",3\n4,5,6\n', [(2, ("1", "2\n2", "3"), None), (4, "456", None)]),
    ("quoted break in the first cell", '"1\n1",2,3\n4,5,6\n', [(2, ("1\n1", "2", "3"), None), (4, "456", None)]),
    ("two quoted breaks", '1,"2\n2\n\n2","3\n3"\n4,5,6\n', [(2, ("1", "2\n2\n\n2", "3\n3"), None), (7, "456", None)]),
    (
        "opened, not closed",
        '1,"2,3\n4,5,6\n7,8,9\n',
        [(2, ("1", "2,3", None), OPEN), (3, "456", None), (4, "789", None)],
    ),
    (
        "two opened, one after the other",
        '1,"2,3\n4,"5,6\n7,8,9\n',
        [(2, ("1", "2,3", None), OPEN), (3, ("4", "5,6", None), OPEN), (4, "789", None)],
    ),
    ("opened in the last line", '1,2,3\n4,5,"6\n', [(2, "123", None), (3, "456", OPEN)]),
    ("opened in the last line, no line feed", '1,2,3\n4,5,"6', [(2, "123", None), (3, "456", OPEN)]),
    ("literal mark, then opened", '1,x"y,"3\n4,5,6\n', [(2, ("1", 'x"y', "3"), OPEN), (3, "456", None)]),
    ("literal mark, then opened at the end", '1,2,3\n4,x"y,"6', [(2, "123", None), (3, ("4", 'x"y', "6"), OPEN)]),
    ("NUL", "1,2\0,3\n4,5,6\n", [(2, ("1", "2\0", "3"), f"{CONTROL}, column b"), (3, "456", None)]),
    ("other control character", "1,2,\x1b3\n", [(2, ("1", "2", "\x1b3"), f"{CONTROL}, column c")]),
    ("tabulator", "1,2\t,3\n", [(2, ("1", "2\t", "3"), None)]),
    ("NUL beyond the head", "1,2,3,\0\n", [(2, "123", f"{MANY}; {CONTROL}")]),
    (
        "NUL in a quoted line break",
        '1,"2\n\0",3\n4,5,6\n',
        [(2, ("1", "2\n\0", "3"), f"{CONTROL}, column b"), (4, "456", None)],
    ),
    (
        "carriage return inside",
        "1,2\r2,3\n4,5,6\n",
        [(2, ("1", "2\r2", "3"), f"{CONTROL}, column b"), (3, "456", None)],
    ),
    (
        "lost character",
        "1,�,3\n4,5,6\n",
        [(2, "1�3", "a character lost in a conversion (U+FFFD) stands in the line, column b"), (3, "456", None)],
    ),
    ("Unicode line separators are text", "1,2\u20282\x85,3\n", [(2, ("1", "2\u20282\x85", "3"), None)]),
)


@pytest.mark.parametrize(("text", "rows"), [case[1:] for case in LINES], ids=[case[0] for case in LINES])
def test_rows_and_damage(text: str, rows: list[tuple[int, str | tuple[str | None, ...], str | None]]) -> None:
    wanted = [
        (line, tuple(None if cell == "-" else cell for cell in cells) if isinstance(cells, str) else cells, damage)
        for line, cells, damage in rows
    ]
    assert damage_of(text) == wanted


def test_row_too_wide_for_the_head_and_its_end() -> None:
    assert damage_of("1,2,3,\n") == [(2, ("1", "2", "3"), MANY)]
    assert damage_of("1,2,3,\n4,5,6,\n", head="a,b,c,") == [
        (2, ("1", "2", "3", None), None),
        (3, ("4", "5", "6", None), None),
    ]


def test_oversized_cells() -> None:
    text = f"1,{'x' * (MAX_CELL + 1)},3\n4,{'好' * MAX_CELL},6\n7,8,{'9' * 10_000_000}\n1,2,3\n"
    damage = [reason for _, _, reason in damage_of(text)]
    assert damage == [
        "the cell of column b has 32,768 characters, more than any can",
        None,
        "the cell of column c has 10,000,000 characters, more than any can",
        None,
    ]


def test_row_larger_than_a_block_of_the_reader() -> None:
    rows = damage_of(f"1,2,3\n4,{'5' * 20_000_000},6\n7,8,9\n")
    assert [line for line, _, damage in rows if damage is None] == [2, 4]


def test_quoted_line_break_across_the_blocks_of_the_reader() -> None:
    whole = b"1,2,3\n" * ((1 << 24) // 6)
    source = read_csv(b"a,b,c\n" + whole + b'4,"5\n5",6\n' + whole, HeadSpec(("a", "b", "c")))
    assert source.table.num_rows == 2 * ((1 << 24) // 6) + 1
    assert source.damage.null_count == source.table.num_rows
    assert source.table.slice((1 << 24) // 6, 1).to_pylist() == [{"a": "4", "b": "5\n5", "c": "6"}]


def test_lines_end_with_carriage_returns_alone(county: County) -> None:
    county.put(LEDGER, funds(fund_row(1), fund_row(2, amount="x"), fund_row(3), end="\r"))
    judged = county.judge(LEDGER)
    assert (judged.lines(), judged.rules()) == ([2, 4], {3: {"readable"}})


def test_damaged_lines_are_quarantined_with_their_text(county: County) -> None:
    rows = [
        fund_row(1),
        fund_row(2) + ",see note",
        '"' + fund_row(3),
        fund_row(4, payee="a\0b"),
        fund_row(5),
        "F0006,拨付",
    ]
    judged = county.judge_funds(rows)
    assert judged.lines() == [2, 6]
    assert judged.found(3, "line_intact") == "the line has 10 columns, the head 9"
    assert judged.found(4, "line_intact") == OPEN
    assert judged.found(5, "line_intact") == f"{CONTROL}, column 摘要"
    assert judged.found(7, "line_intact") == f"the line has 2 columns, the head 9{CUT}"
    sent = dict(zip(FUND_HEAD.split(","), fund_row(2).split(","), strict=True))
    payee = sent.pop("摘要")
    assert judged.raw(3).items() >= sent.items()
    # who is paid may be a person; where cells have slipped, in any of them
    hidden = (judged.raw(3)["摘要"], judged.raw(3)[BEYOND], judged.raw(4)["编号"], judged.raw(5)["摘要"])
    assert all(PSEUDONYM.fullmatch(text or "") for text in hidden)
    assert payee not in str(judged.quarantined)
    assert judged.raw(7) | {"编号": "F0006", "环节": "拨付"} == judged.raw(7)


def test_oversized_cell_is_cut_in_quarantine_only(county: County) -> None:
    rows = (fund_row(1, project_id="x" * 10_000_000), fund_row(2))
    lines = [line.rpartition(",")[0] for line in (FUND_HEAD, *rows)]
    county.put(f"bare_{MONTH}.csv", funds(*lines[1:], head=lines[0]))
    judged = county.judge(f"bare_{MONTH}.csv")
    assert judged.lines() == [3]
    assert judged.rules() == {2: {"line_intact"}}
    assert judged.raw(2)["项目编号"] == "x" * 200 + "… (10,000,000 characters, whole in the archive)"


def test_text_beside_the_head(county: County) -> None:
    county.put(LEDGER, funds(fund_row(1) + ",,", fund_row(2) + ",, x", fund_row(3) + ", ,", head=f"{FUND_HEAD},,"))
    judged = county.judge(LEDGER)
    assert judged.lines() == [2, 4]
    assert judged.found(3, "line_intact") == "text stands in column 11, which has no head"


def test_title_block_and_printed_totals(county: County) -> None:
    name = f"totals_{MONTH}.csv"
    rows = (
        fund_row(1),
        fund_row(transaction_id=" 小计 "),
        fund_row(2),
        fund_row(transaction_id="合计") + ",,",
        "合计,300",
    )
    county.put(name, '扶贫资金台账,,,\n"单位: 元\n\n' + funds(*rows))
    assert county.judge(name).lines() == [5, 7]
