"""Text that means harm, in names of programmes and areas and in the arguments of the command: refused or inert."""

import csv
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pyreadstat
import pytest
from exports_support import MONTH, exported, povmon, tampered
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from warehouse.exports.safe_text import as_it_was, for_xml, inert

FORMULAS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1,1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "＝1+1",
    "＠SUM(1)",
    "=cmd|' /C calc'!A0",
    '=DDE("cmd";"/C calc";"x")',
    '=HYPERLINK("file:///etc/passwd","click")',
    "-2+3+cmd|' /C calc'!A0",
    "wool;=1+1",
    "wool\t=1+1",
    "wool\n+1+1",
    '",=1+1,"',
    "'=1+1",
]
MARKUP = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</text></svg><script>alert(2)</script>",
    "]]><owned/>",
    "&owned;",
    "{{ 7 * 7 }}",
    "{% include '/etc/passwd' %}",
    "../../etc/passwd",
    "'; DROP TABLE mart.fund_flow; --",
    "\x1b[31mred",
    "bell\x07",
    "\u202egnp.exe",
    "long" * 10_000,
]
PAYLOADS = FORMULAS + MARKUP
NAMES = [f"{index:02d}" for index in range(len(PAYLOADS))]
_BEGINS = tuple("=+-@＝＋－＠\t\r\n")


@pytest.fixture(scope="module")
def hostile(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose programmes and areas bear these names, one each; root area and a rule's name as well."""
    folder = tmp_path_factory.mktemp("hostile")
    renamed = [
        (
            "UPDATE mart.fund_flow SET programme = ? WHERE rowid = (SELECT rowid FROM mart.fund_flow "
            "WHERE time_period = ? AND NOT starts_with(coalesce(programme, ''), 'x') ORDER BY rowid OFFSET ? LIMIT 1)",
            [payload, MONTH, index],
        )
        for index, payload in enumerate(PAYLOADS)
    ]
    areas = [
        ("UPDATE ref.area SET name = ?, name_zh = ? WHERE area_code = ?", [payload, payload, code])
        for code, payload in (
            ("640302", "=1+1"),
            ("640323", "</text></svg><script>alert(2)</script>"),
            ("640324", '"><img src=x onerror=alert(1)>'),
            ("640381", "bell\x07"),
        )
    ]
    return tampered(home, folder / "home", [*renamed, *areas])


@pytest.fixture(scope="module")
def opened(hostile: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every format of it."""
    folder = tmp_path_factory.mktemp("opened")
    for form in ("csv", "sdmx", "stata", "xlsx", "parquet"):
        exported(hostile, form, folder / form, "--table", "fund_flow", "--from", MONTH)
    for form in ("bulletin-html", "codebook"):
        exported(hostile, form, folder / form, "--from", MONTH)
    return folder


@pytest.mark.parametrize("payload", PAYLOADS, ids=NAMES)
def test_csv_cells_are_text_and_come_back(opened: Path, payload: str) -> None:
    with (opened / "csv" / "fund_flow.csv").open(encoding="utf-8", newline="") as file:
        programmes = [row["programme"] for row in csv.DictReader(file)]
    assert payload in {as_it_was(text) for text in programmes}
    assert not [text for text in programmes if text.lstrip(" ").startswith(_BEGINS)]
    raw = (opened / "csv" / "fund_flow.csv").read_bytes()
    assert not re.search(rb"[;\t\r\n]\"? *[=+@-]", raw.replace(b'""', b""))


@pytest.mark.parametrize("payload", FORMULAS, ids=NAMES[: len(FORMULAS)])
def test_sdmx_csv_cells_are_inert(opened: Path, payload: str) -> None:
    frame = pd.read_csv(opened / "sdmx" / "fund_flow.csv", dtype=str, keep_default_na=False, lineterminator="\n")
    found = {text.replace("\r\n", "\n") for text in frame["PROGRAMME"]}
    assert inert(payload) in found
    assert not [text for text in found if text.lstrip(" ").startswith(_BEGINS)]


@pytest.mark.parametrize("payload", PAYLOADS, ids=NAMES)
def test_workbook_keeps_it_as_text(opened: Path, payload: str) -> None:
    frame = pd.read_excel(
        opened / "xlsx" / "wuzhong-release-1.xlsx", "fund_flow", engine="calamine", header=1, dtype=str
    )
    wanted = payload if len(payload) < 32_767 else payload[:32_766] + "…"
    found = {str(text).replace("_x001B_", "\x1b").replace("_x0007_", "\x07") for text in frame["programme"]}
    assert wanted.replace("\r", "\n") in {text.replace("\r", "\n").replace("_x000D_", "\n") for text in found}


def test_workbook_has_no_formula_and_no_link_outside(opened: Path) -> None:
    with zipfile.ZipFile(opened / "xlsx" / "wuzhong-release-1.xlsx") as archive:
        names = archive.namelist()
        sheets = [archive.read(name) for name in names if name.startswith("xl/worksheets/")]
        relations = b"".join(archive.read(name) for name in names if name.endswith(".rels"))
    assert sheets
    assert not [sheet for sheet in sheets if re.search(rb"<f[ >/]", sheet)]
    assert b'TargetMode="External"' not in relations
    assert not [name for name in names if name.startswith(("/", "..")) or "externalLink" in name or "vba" in name]


@pytest.mark.parametrize("payload", PAYLOADS[:-1], ids=NAMES[:-1])
def test_stata_keeps_it_as_text(opened: Path, payload: str) -> None:
    frame, _ = pyreadstat.read_dta(opened / "stata" / "fund_flow.dta")
    assert payload in set(frame["programme"])


@pytest.mark.parametrize("name", ["bulletin-html/bulletin.html", "codebook/codebook.html"])
def test_pages_show_markup_and_do_not_obey_it(opened: Path, name: str) -> None:
    text = (opened / name).read_text(encoding="utf-8")
    page = etree.fromstring(text, etree.HTMLParser())
    assert not page.xpath(
        "//script | //img | //link | //iframe | //object | //*[@src] | //@*[starts-with(name(), 'on')]"
    )
    assert not [link for link in page.xpath("//@href") if not link.startswith("#")]
    assert "url(" not in text
    assert "</text></svg><script>alert(2)</script>" in page.xpath("//td/text()")


@pytest.mark.parametrize("name", ["codebook/codebook.xml", "sdmx/structure.xml"])
def test_xml_is_well_formed_and_carries_the_names(opened: Path, name: str) -> None:
    root = ElementTree.parse(opened / name).getroot()
    texts = {element.text for element in root.iter()}
    assert "=1+1" in texts
    assert '"><img src=x onerror=alert(1)>' in texts
    assert for_xml("bell\x07") in texts
    assert not [element for element in root.iter() if element.tag.endswith(("owned", "script", "img"))]


@pytest.mark.parametrize(
    "table",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "published.../poverty",
        "mart.psu_total",
        "mart.income_level",
        "core.household_income",
        "audit.quarantine",
        "ref.area",
        "POVERTY",
        "poverty; DROP TABLE mart.poverty",
        "poverty--",
        "poverty' OR '1'='1",
        'poverty" UNION SELECT * FROM mart.psu_total --',
        "poverty_release",
        "poverty m, mart.psu_total",
        "read_csv('/etc/passwd')",
        "",
        "published.",
    ],
)
def test_only_published_tables_have_a_name(home: Path, tmp_path: Path, table: str) -> None:
    result = povmon("export", "wuzhong", "--home", home, "--format", "csv", "--out", tmp_path / "out", "--table", table)
    assert result.exit_code == 2
    assert "no published table" in result.output
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "place",
    [
        "../wuzhong",
        "wuzhong/../mexico",
        "/etc",
        ".",
        "wuzhong' OR '1'='1",
        "wuzhong; DROP TABLE ref.area",
        "*",
        "wuzhong%",
    ],
)
def test_only_places_that_there_are_are_exported(home: Path, tmp_path: Path, place: str) -> None:
    result = povmon("export", place, "--home", home, "--format", "csv", "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "no jurisdiction" in result.output
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--from", "2021-01' OR '1'='1"),
        ("--from", "2021-01; DROP TABLE mart.poverty"),
        ("--to", "../../2021-01"),
        ("--to", "2021-01\n"),
        ("--to", "2021-13"),
        ("--release", "1 OR 1=1"),
        ("--release", "0"),
        ("--release", "-1"),
        ("--release", "1)"),
        ("--format", "../csv"),
        ("--format", "os.system"),
        ("--language", "../en"),
    ],
)
def test_bounds_are_months_and_numbers(home: Path, tmp_path: Path, option: str, value: str) -> None:
    arguments = {"--format": "csv", "--out": str(tmp_path / "out"), option: value}
    result = povmon("export", "wuzhong", "--home", home, *(word for pair in arguments.items() for word in pair))
    assert result.exit_code == 2
    assert not list(tmp_path.iterdir())


@given(st.text(alphabet=st.sampled_from("=+-@＝＋－＠\t\r\n;' ab1\",")))
def test_inert_text_begins_no_formula_and_is_reversible(text: str) -> None:
    safe = inert(text)
    assert as_it_was(safe) == text
    for cell in re.split(r"[;\t\r\n]", safe):
        assert not cell.lstrip(" ").startswith(_BEGINS)
