"""The codebook read back by a reader of XML that knows nothing of us: it says what the contracts say."""

from dataclasses import replace
from pathlib import Path

import pytest
from exports_support import MONTH, exported
from lxml import etree

from jurisdictions import load
from warehouse.contracts import CODE_LISTS, CONTRACTS, PUBLISHED_VIEWS
from warehouse.contracts.base import Change
from warehouse.exports.codebook import concept, ddi, universe
from warehouse.exports.extract import Exported, Request, extract
from warehouse.published import VIEWS
from warehouse.store import Home

DDI = {"d": "ddi:codebook:2_5"}
VAR = [
    *("location", "labl", "imputation", "security", "embargo", "respUnit", "anlysUnit", "qstn", "valrng", "invalrng"),
    *("undocCod", "universe", "TotlResp", "sumStat", "txt", "stdCatgry", "catgryGrp", "catgry", "codInstr", "verStmt"),
    *("concept", "derivation", "varFormat", "geoMap", "catLevel", "notes"),
]
"""The order of the elements of a variable in the schema of DDI-Codebook 2.5"""


@pytest.fixture(scope="module", params=["en", "zh"])
def book(home: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> tuple[str, Path]:
    folder = tmp_path_factory.mktemp("codebook") / "out"
    return request.param, exported(home, "codebook", folder, "--from", MONTH, "--language", request.param)


def test_every_column_of_every_table_is_a_variable(book: tuple[str, Path]) -> None:
    language, folder = book
    root = etree.parse(folder / "codebook.xml").getroot()
    assert root.tag == "{ddi:codebook:2_5}codeBook"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == language
    contracts = [*(PUBLISHED_VIEWS[name] for name in VIEWS), *CONTRACTS.values()]
    files = root.xpath("d:fileDscr/d:fileTxt/d:fileName/text()", namespaces=DDI)
    assert files == [contract.name for contract in contracts]
    for contract in contracts:
        variables = root.xpath(
            "d:dataDscr/d:var[@files=$file]", namespaces=DDI, file=f"F_{contract.schema}_{contract.table}"
        )
        assert [variable.get("name") for variable in variables] == [column.name for column in contract.columns]
        for column, variable in zip(contract.columns, variables, strict=True):
            words = column.description if language == "en" else column.description_zh
            assert variable.findtext("d:labl", namespaces=DDI) == words
            pair = concept(column, contract), universe(contract)
            told = [variable.findtext(f"d:{name}", namespaces=DDI) for name in ("concept", "universe")]
            assert told == [words[language == "zh"] for words in pair]
            assert (variable.find("d:invalrng", DDI) is not None) == column.nullable
            assert variable.findtext("d:verStmt/d:version", namespaces=DDI) == column.since


def test_value_labels_and_units(book: tuple[str, Path]) -> None:
    language, folder = book
    root = etree.parse(folder / "codebook.xml").getroot()
    (status,) = root.xpath("//d:var[@ID='V_published_income_share_obs_status']", namespaces=DDI)
    labels = dict(
        zip(
            status.xpath("d:catgry/d:catValu/text()", namespaces=DDI),
            status.xpath("d:catgry/d:labl/text()", namespaces=DDI),
            strict=True,
        )
    )
    assert labels == {code: words[language == "zh"] for code, words in CODE_LISTS["obs_status"].codes.items()}
    (area,) = root.xpath("//d:var[@ID='V_published_poverty_area_code']", namespaces=DDI)
    assert {"en": "Yanchi", "zh": "盐池县"}[language] in area.xpath("d:catgry/d:labl/text()", namespaces=DDI)
    (persons,) = root.xpath("//d:var[@ID='V_core_household_income_persons']", namespaces=DDI)
    assert persons.get("measUnit") == "persons"
    assert dict(persons.find("d:valrng/d:range", DDI).attrib) == {"min": "1", "max": "60"}
    (amount,) = root.xpath("//d:var[@ID='V_published_fund_flow_amount']", namespaces=DDI)
    assert amount.get("measUnit") == "CNY"
    (weight,) = root.xpath("//d:var[@ID='V_core_household_income_weight']", namespaces=DDI)
    assert weight.get("wgt") == "wgt"


def test_elements_stand_in_the_order_of_the_schema(book: tuple[str, Path]) -> None:
    root = etree.parse(book[1] / "codebook.xml").getroot()
    parts = [etree.QName(child).localname for child in root]
    assert parts == sorted(parts, key=["docDscr", "stdyDscr", "fileDscr", "dataDscr", "otherMat"].index)
    for variable in root.iterfind("d:dataDscr/d:var", DDI):
        names = [etree.QName(child).localname for child in variable]
        assert names == sorted(names, key=VAR.index)
    identifiers = root.xpath("//@ID")
    assert len(identifiers) == len(set(identifiers))
    assert set(root.xpath("//d:var/@files", namespaces=DDI)) <= set(identifiers)
    for path in ("citation/d:titlStmt/d:titl", "stdyInfo/d:sumDscr/d:timePrd", "dataAccs/d:useStmt/d:conditions"):
        assert root.findtext(f"d:stdyDscr/d:{path}", namespaces=DDI)


def test_page_has_every_table_list_and_column(book: tuple[str, Path]) -> None:
    page = etree.parse(book[1] / "codebook.html", etree.HTMLParser(encoding="utf-8"))
    links = set(page.xpath("//a/@href"))
    assert links <= {f"#{name}" for name in page.xpath("//@id")}
    assert {f"#{contract.name}" for contract in CONTRACTS.values()} <= links
    rows = page.xpath("//section[@id='published.income_share']//tbody/tr/td[1]/text()")
    assert rows == [column.name for column in PUBLISHED_VIEWS["income_share"].columns]
    assert not page.xpath("//script")
    heads = {"en": ["Column", "Type", "Unit", "Meaning", "Concept", "Missing values", "Values", "since"]}
    heads["zh"] = ["列", "类型", "单位", "含义", "概念", "缺失值", "取值", "始于"]
    assert page.xpath("//section[@id='published.income_share']//th/text()") == heads[book[0]]


def test_a_change_of_a_column_is_told_where_it_stands(home: Path) -> None:
    found = extract(Home(home), Request(load("wuzhong"), ("income_share",), MONTH))
    (table,) = found.tables
    change = Change("0.2.0", "counts households once", "住户只计一次", ("n_households",))
    changed = Exported(replace(table.contract, changes=(change,)), table.rows)
    root = etree.fromstring(_text(replace(found, tables=(changed,))))
    told = root.xpath("//d:var[d:verStmt/d:notes]/@name", namespaces=DDI)
    assert told == ["n_households"]
    assert root.xpath("//d:fileDscr//d:verStmt/d:notes/text()", namespaces=DDI) == ["0.2.0: counts households once"]


def _text(found: object) -> bytes:
    from xml.etree import ElementTree

    from warehouse.exports.codebook import code_lists, tables

    return ElementTree.tostring(ddi(found, tables(found), code_lists(found)))  # type: ignore[arg-type]
