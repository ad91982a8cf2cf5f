"""The encodings that senders use, the cuts and mixtures they produce, and files that are no text at all."""

import codecs
import io
import zipfile

import pytest
from intake_county import FUND_HEAD, MONTH, County, fund_row, funds

from assets.intake.reading import decode
from assets.intake.refusal import Refusal

LEDGER = f"funds_{MONTH}.csv"


@pytest.mark.parametrize(
    ("python_name", "registered"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("gb18030", "gb18030"), ("gbk", "gb18030"), ("gb2312", "gb18030")],
)
def test_encodings_of_the_layout(county: County, python_name: str, registered: str) -> None:
    taken = county.take(LEDGER, funds(fund_row(1, payee="吊庄移民村"), fund_row(2)).encode(python_name))
    assert (taken.encoding, taken.rows_read) == (registered, 2)
    judged = county.judge(LEDGER)
    assert [row["payee"] for row in judged.accepted] == ["吊庄移民村", "村委会"]


def test_four_byte_character_of_gb18030(county: County) -> None:
    county.put(LEDGER, funds(fund_row(payee="㐂𠀀")).encode("gb18030"))
    assert county.judge(LEDGER).accepted[0]["payee"] == "㐂𠀀"


def test_encoding_that_the_layout_does_not_allow(county: County) -> None:
    taken = county.take(f"wan_{MONTH}.csv", funds(fund_row()).encode("gb18030"))
    assert taken.reason is not None
    assert "not text in one encoding" in taken.reason
    assert "(line 1); found: byte 0xb1" in taken.reason
    assert "expected: UTF-8 from the first line to the last; to do: ask the sender to save the whole" in taken.reason


def test_latin_1() -> None:
    text, encoding = decode("año,1\n".encode("latin-1"), ("utf-8", "latin-1"))
    assert (text.decode(), encoding) == ("año,1\n", "latin-1")


#   what is mixed                     parts
MIXED = (
    ("UTF-8, then GB18030", [("utf-8", funds(fund_row(1))), ("gb18030", fund_row(2) + "\n")]),
    (
        "UTF-8, then GB18030 of other length",
        [("utf-8", funds(fund_row(1))), ("gb18030", fund_row(2, payee="村") + "\n")],
    ),
    ("GB18030, then UTF-8", [("gb18030", funds(fund_row(1))), ("utf-8", fund_row(2) + "\n")]),
    (
        "GB18030 around UTF-8",
        [("gb18030", funds(fund_row(1))), ("utf-8", fund_row(2) + "\n"), ("gb18030", fund_row(3))],
    ),
    ("with mark, then GB18030", [("utf-8-sig", funds(fund_row(1))), ("gb18030", fund_row(2) + "\n")]),
)


@pytest.mark.parametrize("parts", [case[1] for case in MIXED], ids=[case[0] for case in MIXED])
def test_two_encodings_in_one_file(county: County, parts: list[tuple[str, str]]) -> None:
    taken = county.take(LEDGER, b"".join(text.encode(encoding) for encoding, text in parts))
    assert taken.reason is not None
    assert "two encodings may be mixed" in taken.reason
    assert "expected: UTF-8 or GB18030 from the first line to the last" in taken.reason
    assert "to do: ask the sender to save the whole file in one encoding" in taken.reason


def test_the_line_where_encodings_change_is_named() -> None:
    with pytest.raises(Refusal, match=r"\(line 3\); found: UTF-8 in this line, LATIN-1 in others"):
        decode("a\nñ\n".encode("latin-1") + "ñ\n".encode(), ("utf-8", "latin-1"))
    with pytest.raises(Refusal, match=r"\(line 2\); found: UTF-8 in this line, GB18030 in others"):
        decode("农村\n".encode("gb18030") + "农村\n".encode(), ("gb18030",))


def test_ordinary_chinese_in_gb18030_is_not_taken_for_a_mixture() -> None:
    common = "".join(chr(code) for code in range(0x4E00, 0x9FA5))
    text = "\n".join(common[start : start + 3] for start in range(0, len(common), 3)).encode("gb18030")
    assert decode(text, ("gb18030",))[1] == "gb18030"


@pytest.mark.parametrize(("encoding", "lost"), [("utf-8", 1), ("utf-8", 2), ("gb18030", 1)])
def test_file_cut_inside_a_character(county: County, encoding: str, lost: int) -> None:
    text = funds(fund_row(1), fund_row(2)).encode(encoding).rstrip(b"\n")
    county.put(LEDGER, text[:-lost])
    judged = county.judge(LEDGER)
    assert judged.lines() == [2]
    assert judged.found(3, "line_intact") == (
        "a character lost in a conversion (U+FFFD) stands in the line, column 摘要"
    )


def test_file_cut_inside_a_character_in_the_middle_of_a_line(county: County) -> None:
    text = funds(fund_row(1), fund_row(2)).encode()
    county.put(LEDGER, text[: text.rindex("财".encode()) + 1])
    judged = county.judge(LEDGER)
    assert judged.lines() == [2]
    assert str(judged.found(3, "line_intact")).startswith(
        "the line has 3 columns, the head 9; the file seems to end in the middle of a line; a character lost"
    )


def archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("a.csv", "a")
    return buffer.getvalue()


#   what it is                  bytes                                                          what is said
NO_TEXT = (
    ("workbook", archive(), "the file is a zip archive, such as a workbook (.xlsx)"),
    ("old workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)), "the file is an old workbook (.xls)"),
    ("UTF-16", funds(fund_row()).encode("utf-16"), "the file is text in UTF-16"),
    ("UTF-16, other order", codecs.BOM_UTF16_BE + funds(fund_row()).encode("utf-16-be"), "the file is text in UTF-16"),
    (
        "UTF-16 without mark",
        f"a,b,c,d\n{'1,2,3,4' * 9}\n".encode("utf-16-le"),
        "the file is text in UTF-16, or no text",
    ),
    ("web page", b" \n<!DOCTYPE html><html><table></table></html>", "the file is a web page or XML"),
    ("PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "the file is a PDF"),
    ("compressed", b"\x1f\x8b\x08\0\0\0\0\0", "the file is a compressed archive"),
)


@pytest.mark.parametrize(("content", "said"), [case[1:] for case in NO_TEXT], ids=[case[0] for case in NO_TEXT])
def test_no_text_though_the_name_ends_in_csv(county: County, content: bytes, said: str) -> None:
    taken = county.take(LEDGER, content)
    assert taken.reason is not None
    assert taken.reason.startswith(said)
    assert "expected: comma-separated text in UTF-8 or GB18030; to do: save it as 'CSV UTF-8'" in taken.reason


def test_byte_order_mark_is_not_part_of_the_first_column(county: County) -> None:
    county.put(LEDGER, codecs.BOM_UTF8 + funds(fund_row(), head='"编号"' + FUND_HEAD.removeprefix("编号")).encode())
    assert county.judge(LEDGER).lines() == [2]
