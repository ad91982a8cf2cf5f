"""The data dictionary, written from the contracts: one page per table, in English and Chinese.

`python -m warehouse.dictionary docs/dictionary` writes it; a test fails when the pages are stale.
"""

from __future__ import annotations

import sys
from pathlib import Path

from warehouse.contracts import CODE_LISTS, CONTRACTS, Column, Contract


def pages() -> dict[str, str]:
    """File name -> Markdown of every page."""
    return {
        "README.md": _index(),
        "code-lists.md": _code_lists(),
        **{f"{contract.name}.md": _page(contract) for contract in CONTRACTS.values()},
    }


def _index() -> str:
    lines = ["# Data dictionary", "", "Generated from the contracts in `warehouse/contracts/`.", ""]
    lines += ["| table | one row per | content | 内容 |", "|---|---|---|---|"]
    for contract in CONTRACTS.values():
        grain = contract.grain.removeprefix("one row per ")
        lines.append(
            f"| [{contract.name}]({contract.name}.md) | {grain} | {contract.description} | {contract.description_zh} |"
        )
    return "\n".join([*lines, "", "Closed lists: [code-lists.md](code-lists.md).", ""])


def _page(contract: Contract) -> str:
    lines = [
        f"# {contract.name}",
        "",
        f"{contract.description} {contract.description_zh}。",
        "",
        f"Grain: {contract.grain}. Key: {', '.join(contract.key)}.",
        "",
        "| column | type | unit | null | meaning | 含义 |",
        "|---|---|---|---|---|---|",
        *(_row(column) for column in contract.columns),
    ]
    if contract.rules:
        lines += [
            "",
            "## Rules",
            "",
            "| rule | level | severity | must hold | why | what to do |",
            "|---|---|---|---|---|---|",
        ]
        lines += [f"| {r.id} | {r.level} | {r.severity} | {r.text} | {r.rationale} | {r.do} |" for r in contract.rules]
    return "\n".join([*lines, ""])


def _row(column: Column) -> str:
    bounds = [f"≥ {column.minimum:,f}"] if column.minimum is not None else []
    bounds += [f"≤ {column.maximum:,f}"] if column.maximum is not None else []
    listed = [f"list {column.code_list}"] if column.code_list else []
    hidden = ["may tell who someone is: hidden in quarantine"] if column.may_identify else []
    meaning = "; ".join([column.description, *listed, *bounds, *hidden])
    return (
        f"| {column.name} | {column.type} | {column.unit or ''} | {'yes' if column.nullable else 'no'} "
        f"| {meaning} | {column.description_zh} |"
    )


def _code_lists() -> str:
    lines = ["# Code lists", ""]
    for listed in CODE_LISTS.values():
        lines += [f"## {listed.name}", "", "| code | meaning | 含义 |", "|---|---|---|"]
        lines += [f"| {code} | {english} | {chinese} |" for code, (english, chinese) in listed.codes.items()]
        lines.append("")
    return "\n".join(lines)


def write(folder: Path) -> None:
    """Write all pages, and remove those of tables that are no more."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for stale in {path.name for path in folder.glob("*.md")} - set(wanted):
        (folder / stale).unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
