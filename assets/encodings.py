"""What a file's bytes are: text, and in which encoding, or something that only has the name of a CSV or workbook."""

from __future__ import annotations

import codecs
from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from assets.refusal import Refusal
from warehouse.layouts import Encoding

_LOST = "\ufffd"
_KINDS = (
    ((b"PK\x03\x04",), "a zip archive, such as a workbook (.xlsx)"),
    ((b"\xd0\xcf\x11\xe0",), "an old workbook (.xls), or one with a password"),
    ((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE), "text in UTF-16"),
    ((b"%PDF",), "a PDF"),
    ((b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf"), "a compressed archive"),
    ((b"<html", b"<!doctype", b"<?xml", b"<table", b"<meta", b"<head"), "a web page or XML"),
)
_ONE_ENCODING = "ask the sender to save the whole file in one encoding, UTF-8 if they can"


def is_blank(data: bytes) -> bool:
    """True for a file without any text: no byte, or blanks, line ends, NULs and a byte order mark alone."""
    blanks = codecs.BOM_UTF8 + b" \t\r\n\0"
    return not data[:4096].strip(blanks) and not data.strip(blanks)


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

    A character cut off by the end of the file becomes U+FFFD, and line ends of one carriage return become line feeds.
    Raises Refusal for what is no text, and for bytes that are not text in one of the encodings from first to last.
    """
    kind = kind_of(data)
    if kind is not None:
        raise Refusal(
            f"the file is {kind}",
            expected=f"comma-separated text in {_names(allowed)}",
            do="save it as 'CSV UTF-8', or give a workbook the name .xlsx",
        )
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    text, sent = (data[3:], "utf-8-sig") if data.startswith(codecs.BOM_UTF8) else (data, "utf-8")
    broken = _utf8_error(text)
    if broken is None:
        return text, sent
    if broken.end == len(text) and broken.reason == "unexpected end of data" and not text[: broken.start].isascii():
        return text[: broken.start] + _LOST.encode(), sent
    errors = [broken]
    for encoding in allowed if sent == "utf-8" else ():
        if encoding == "utf-8":
            continue
        try:
            decoded = _decode_all(data, encoding)
        except UnicodeDecodeError as error:
            errors.append(error)
        else:
            _refuse_utf8_inside(data, encoding)
            return decoded, encoding
    furthest = max(errors, key=lambda error: error.start)
    raise Refusal(
        "the bytes are not text in one encoding that this sender uses; two encodings may be mixed",
        line=text.count(b"\n", 0, furthest.start) + 1,
        found=f"byte 0x{text[furthest.start]:02x} where {furthest.encoding.upper()} breaks",
        expected=_names(allowed),
        do=_ONE_ENCODING,
    )


def _names(allowed: Sequence[Encoding]) -> str:
    return " or ".join(dict.fromkeys(["utf-8", *allowed])).upper()


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

    Nearly all bytes of UTF-8 are text in GB18030 and Latin-1 too, so that only this tells. What does not occur by
    chance is looked for: two Chinese characters in a row in GB18030, an accented letter in Latin-1.
    """
    octets = np.frombuffer(data + bytes(6), np.uint8)
    leads = np.flatnonzero(octets == 0xC3 if encoding == "latin-1" else (octets >= 0xE4) & (octets <= 0xE9))
    follows = (1,) if encoding == "latin-1" else (1, 2, 4, 5)
    for step in follows:
        leads = leads[(octets[leads + step] & 0xC0) == 0x80]
    if encoding != "latin-1":
        leads = leads[(octets[leads + 3] >= 0xE4) & (octets[leads + 3] <= 0xE9)]
    line = -1
    for position in leads.tolist():
        if position < line:
            continue
        start = data.rfind(b"\n", 0, position) + 1
        line = data.find(b"\n", position) + 1 or len(data)
        if _utf8_error(data[start:line]) is None:
            raise Refusal(
                "two encodings are mixed",
                line=data.count(b"\n", 0, start) + 1,
                found=f"UTF-8 in this line, {encoding.upper()} in others",
                expected=_names((encoding,)),
                do=_ONE_ENCODING,
            )
