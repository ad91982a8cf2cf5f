"""The codebook: what every table and column says, as DDI-Codebook 2.5 and as a page, from the contracts alone.

Of the tables that are exported; of every table of the warehouse when none was named. Variables are in the order that
the standard's schema prescribes for their elements.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from warehouse.contracts import CODE_LISTS, CONTRACTS, Column, Contract
from warehouse.contracts.base import Change
from warehouse.exports.extract import Extract
from warehouse.exports.pages import rendered
from warehouse.exports.safe_text import for_xml
from warehouse.exports.words import notes, say, vocabulary

NAMESPACE = "ddi:codebook:2_5"
_CONCEPTS = CODE_LISTS["concept"].codes
_CHARACTER = ("identifier", "code", "text", "period", "boolean")
_DATES = ("date", "timestamp")


@dataclass(frozen=True)
class Described:
    """A table as the codebook tells of it."""

    contract: Contract
    lines: int | None
    """Rows exported; None for a table that is not"""


def write_codebook(extract: Extract, folder: Path) -> None:
    """`codebook.xml` and `codebook.html`."""
    described, lists = tables(extract), code_lists(extract)
    tree = ET.ElementTree(ddi(extract, described, lists))
    ET.indent(tree)
    tree.write(folder / "codebook.xml", encoding="utf-8", xml_declaration=True)
    (folder / "codebook.html").write_text(page(extract, described, lists), encoding="utf-8")


def tables(extract: Extract) -> list[Described]:
    """The tables of the codebook, those exported first."""
    exported = [Described(table.contract, table.rows.num_rows) for table in extract.tables]
    return exported + ([Described(contract, None) for contract in CONTRACTS.values()] if extract.is_whole else [])


def code_lists(extract: Extract) -> dict[str, dict[str, tuple[str, str]]]:
    """The lists that the tables name, by name."""
    named = {column.code_list for table in tables(extract) for column in table.contract.columns}
    closed = {name: dict(listed.codes) for name, listed in CODE_LISTS.items()}
    return {name: codes for name, codes in sorted((closed | extract.code_lists).items()) if name in named}


def concept(column: Column, contract: Contract) -> tuple[str, str]:
    """What a column measures, in English and Chinese."""
    usual = "programme" if contract.schema in ("core", "mart", "published") else "administration"
    return _CONCEPTS[column.concept or contract.concept or usual]


def universe(contract: Contract) -> tuple[str, str]:
    """Whom or what a table is about: its own words, else every unit of its grain."""
    if contract.universe[0]:
        return contract.universe
    return contract.grain.replace("one row per", "every"), f"{contract.description_zh}的每条记录"


def missing(column: Column, contract: Contract) -> str:
    """Key of the words that say what an empty cell means."""
    if not column.nullable:
        return "never_missing"
    return "empty_withheld" if contract.schema == "published" else "empty_unknown"


def changes(column: Column, contract: Contract) -> list[Change]:
    """Changes of a table that concern a column."""
    return [change for change in contract.changes if not change.columns or column.name in change.columns]


def ddi(
    extract: Extract, described: Sequence[Described], lists: Mapping[str, Mapping[str, tuple[str, str]]]
) -> ET.Element:
    """The DDI document of some tables."""
    root = ET.Element("codeBook", {"xmlns": NAMESPACE, "version": "2.5", "xml:lang": extract.language})
    _study(root, extract)
    for table in described:
        _file(root, table, extract)
    data = _add(root, "dataDscr")
    for table in described:
        for column in table.contract.columns:
            _variable(data, column, table.contract, extract, lists)
    return root


def _add(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, tag, {key: for_xml(value) for key, value in attributes.items()})
    element.text = None if text is None else for_xml(text)
    return element


def _study(root: ET.Element, extract: Extract) -> None:
    place, release, language = extract.place, extract.release, extract.language
    name, other = (place.name, place.name_zh) if language == "en" else (place.name_zh, place.name)
    study = _add(root, "stdyDscr")
    citation = _add(study, "citation")
    title = _add(citation, "titlStmt")
    _add(title, "titl", f"{name}: {say('title', language)}")
    _add(title, "parTitl", f"{other}: {say('title', 'zh' if language == 'en' else 'en')}")
    _add(title, "IDNo", f"{place.id}-release-{release.id}")
    production = _add(citation, "prodStmt")
    _add(production, "producer", place.source or name)
    _add(production, "prodDate", release.created_at.date().isoformat(), date=release.created_at.date().isoformat())
    _add(production, "software", f"povmon {release.code_version}")
    version = _add(citation, "verStmt")
    _add(version, "version", str(release.id), date=release.created_at.date().isoformat())
    information = _add(study, "stdyInfo")
    _add(information, "abstract", " ".join(notes(language)))
    summary = _add(information, "sumDscr")
    for event, period in zip(("start", "end"), extract.periods or (), strict=False):
        _add(summary, "timePrd", period, event=event)
    _add(summary, "geogCover", name)
    access = _add(_add(study, "dataAccs"), "useStmt")
    _add(access, "conditions", " – ".join(place.licence))


def _file(root: ET.Element, table: Described, extract: Extract) -> None:
    contract = table.contract
    text = _add(_add(root, "fileDscr", ID=_file_id(contract)), "fileTxt")
    _add(text, "fileName", contract.name)
    _add(text, "fileCont", extract.word((f"{contract.description} {contract.grain}", contract.description_zh)))
    size = _add(text, "dimensns")
    if table.lines is not None:
        _add(size, "caseQnty", str(table.lines))
    _add(size, "varQnty", str(len(contract.columns)))
    version = _add(text, "verStmt")
    _add(version, "version", contract.since)
    for change in contract.changes:
        _add(version, "notes", f"{change.version}: {extract.word((change.text, change.text_zh))}")


def _variable(
    data: ET.Element,
    column: Column,
    contract: Contract,
    extract: Extract,
    lists: Mapping[str, Mapping[str, tuple[str, str]]],
) -> None:
    unit = extract.unit_of(column)
    is_continuous = column.type in ("number", "money")
    variable = _add(
        data,
        "var",
        ID=f"V_{contract.schema}_{contract.table}_{column.name}",
        name=column.name,
        files=_file_id(contract),
        intrvl="contin" if is_continuous else "discrete",
        **({"measUnit": unit} if unit else {}),
        **({"wgt": "wgt"} if column.name == "weight" else {}),
    )
    _add(variable, "labl", extract.word((column.description, column.description_zh)))
    if column.minimum is not None or column.maximum is not None:
        bounds = {"min": column.minimum, "max": column.maximum}
        known = {name: f"{bound:f}" for name, bound in bounds.items() if bound is not None}
        _add(_add(variable, "valrng"), "range", **known)
    if column.nullable:
        invalid = _add(variable, "invalrng")
        _add(invalid, "item", VALUE="")
        _add(invalid, "key", say(missing(column, contract), extract.language))
    _add(variable, "universe", extract.word(universe(contract)))
    for code, words in lists.get(column.code_list or "", {}).items():
        category = _add(variable, "catgry")
        _add(category, "catValu", code)
        _add(category, "labl", extract.word(words))
    version = _add(variable, "verStmt")
    _add(version, "version", column.since)
    for change in changes(column, contract):
        _add(version, "notes", f"{change.version}: {extract.word((change.text, change.text_zh))}")
    _add(variable, "concept", extract.word(concept(column, contract)))
    kind = "character" if column.type in _CHARACTER else "numeric"
    category_of = "date" if column.type in _DATES else "currency" if column.type == "money" else "other"
    _add(variable, "varFormat", type=kind, schema="other", category=category_of, formatname=column.type)


def _file_id(contract: Contract) -> str:
    return f"F_{contract.schema}_{contract.table}"


def page(extract: Extract, described: Sequence[Described], lists: Mapping[str, Mapping[str, tuple[str, str]]]) -> str:
    """The same as HTML."""
    language = extract.language
    return rendered(
        "codebook.html",
        language=language,
        say=vocabulary(language),
        place=extract.word((extract.place.name, extract.place.name_zh)),
        release=extract.release,
        tables=[_told(table.contract, extract, lists) for table in described],
        lists={name: [(code, extract.word(words)) for code, words in codes.items()] for name, codes in lists.items()},
    )


def _told(
    contract: Contract, extract: Extract, lists: Mapping[str, Mapping[str, tuple[str, str]]]
) -> dict[str, object]:
    language = extract.language
    return {
        "name": contract.name,
        "words": extract.word((contract.description, contract.description_zh)),
        "grain": contract.grain.removeprefix("one row per "),
        "key": ", ".join(contract.key),
        "universe": extract.word(universe(contract)),
        "since": contract.since,
        "changes": [(c.version, ", ".join(c.columns), extract.word((c.text, c.text_zh))) for c in contract.changes],
        "columns": [
            {
                "name": column.name,
                "type": column.type,
                "unit": extract.unit_of(column) or "",
                "words": extract.word((column.description, column.description_zh)),
                "concept": extract.word(concept(column, contract)),
                "missing": say(missing(column, contract), language),
                "list": column.code_list if column.code_list in lists else None,
                "bounds": _bounds(column),
                "since": column.since,
            }
            for column in contract.columns
        ],
    }


def _bounds(column: Column) -> str:
    low = [f"≥ {column.minimum:,f}"] if column.minimum is not None else []
    high = [f"≤ {column.maximum:,f}"] if column.maximum is not None else []
    return ", ".join(low + high)
