"""The questions of docs/cookbook.md: the page is their only home; tests and `benchmarks.queries` read them from it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "cookbook.md"
_HEAD = re.compile(r"^## (?P<number>\d+)\. (?P<title>.+)$", re.MULTILINE)
_BLOCK = re.compile(r"^```(?P<language>\w+)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Question:
    """A question, and how it is asked."""

    number: int
    title: str
    blocks: Mapping[str, str]
    """sql, python, r, stata -> the code"""


def questions(page: Path = PAGE) -> tuple[Question, ...]:
    """The questions of the page, in its order."""
    text = page.read_text(encoding="utf-8")
    heads = list(_HEAD.finditer(text))
    ends = [*(head.start() for head in heads[1:]), len(text)]
    return tuple(
        Question(
            int(head["number"]),
            head["title"],
            {block["language"]: block["code"] for block in _BLOCK.finditer(text, head.end(), end)},
        )
        for head, end in zip(heads, ends, strict=True)
    )
