"""Writes docs/programme.md."""

import sys
from pathlib import Path

from warehouse.programme import PARTS, Subject

_HEAD = """# What the programme promises, and where it is seen

Generated from `warehouse/programme/`. Every line of the policy paper keeps its number; a test fails when one has no
source, no figure, no page or no test. Words of a measure: [code lists](dictionary/code-lists.md).
"""


def page() -> str:
    """docs/programme.md."""
    lines = [_HEAD]
    for part, subjects in PARTS.items():
        lines += [f"## {part}", "", "| id | every | what the paper says | figures | from | guarded by | method |"]
        lines += ["|---|---|---|---|---|---|---|", *map(_row, sorted(subjects, key=lambda subject: subject.id)), ""]
    return "\n".join(lines)


def _row(subject: Subject) -> str:
    figures = "<br>".join(
        f"[{one.mart}](dictionary/{one.mart}.md)" + (f": {', '.join(one.measures)}" if one.measures else "")
        for one in subject.indicators
    )
    every = {"M": "month", "S": "half-year", "A": "year"}[subject.frequency]
    sources = "<br>".join(f"[{name}](dictionary/{name}.md)" for name in subject.sources)
    rules = "<br>".join(f"[{rule}](rules.md)" for rule in subject.rules) or "–"
    method = f"[{subject.method}](methods/{subject.method}.md)"
    said = f"{subject.statement} {subject.statement_zh}"
    return f"| {subject.id} | {every} | {said} | {figures} | {sources} | {rules} | {method} |"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
