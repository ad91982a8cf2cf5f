"""The bulletin: its sentence is the published figures' arithmetic, its page loads nothing, its PDF has its fonts."""

import re
import zlib
from decimal import Decimal
from pathlib import Path

import pytest
from exports_support import MONTH, exported, povmon, tampered
from installation import rows
from playwright.sync_api import Browser, sync_playwright

from warehouse.contracts.figures import HEADLINE
from warehouse.exports.bulletin_tables import year_before
from warehouse.exports.drawing import Curve, limits, line_chart

_SHARE = " AND ".join(f"{name} = '{code}'" for name, code in HEADLINE.items())


@pytest.fixture(scope="module")
def aged(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home with its first month moved to the same month of the year before its second; one rule waived."""
    before = year_before(MONTH)
    moved = [
        (f"UPDATE mart.{mart} SET time_period = ? WHERE time_period = '2021-01'", [before])
        for mart in ("income_share", "income_level", "poverty", "inequality", "labour_export", "fund_flow")
    ]
    periods = ("UPDATE audit.release SET periods = ?", [f"{before} {MONTH}"])
    waived = (
        "UPDATE audit.check_result SET outcome = 'waived' WHERE rule_id = 'household_income.balance' "
        "AND time_period = ?",
        [MONTH],
    )
    decided = [
        (
            "INSERT INTO audit.decision BY NAME SELECT * FROM (VALUES (?::BIGINT, 'wuzhong', ?, ?, '640323', ?, "
            "?::BIGINT)) d(decision_id, jurisdiction, kind, rule_ids, area_code, reason, withdraws)",
            list(values),
        )
        for values in (
            (1, "waive", "household_income.balance", "form <of> the county", None),
            (2, "waive", "household_income.some_source", "thought better of", None),
            (3, "withdraw", None, "no longer", 2),
        )
    ]
    let_out = (
        "UPDATE audit.quarantine SET status = 'released' WHERE rowid = "
        "(SELECT min(rowid) FROM audit.quarantine WHERE time_period = ?)",
        [MONTH],
    )
    changes = [*moved, periods, waived, *decided, let_out]
    return tampered(home, tmp_path_factory.mktemp("aged") / "home", changes)


@pytest.fixture(scope="module")
def english(aged: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported(aged, "bulletin", tmp_path_factory.mktemp("en") / "out")


@pytest.fixture(scope="module")
def chinese(aged: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported(aged, "bulletin", tmp_path_factory.mktemp("zh") / "out", "--language", "zh")


def _page(folder: Path) -> str:
    return (folder / "bulletin.html").read_text(encoding="utf-8")


def _shares(home: Path) -> dict[str, dict[str, float]]:
    found = rows(
        home,
        "SELECT time_period, value, ci_low, ci_high FROM published.income_share "
        f"WHERE area_code = '640300' AND domain = 'rural' AND {_SHARE}",
    )
    return {str(row["time_period"]): row for row in found}  # type: ignore[misc]


def test_headline_is_the_change_against_a_year_ago(aged: Path, english: Path, chinese: Path) -> None:
    now, before = (_shares(aged)[period] for period in (MONTH, year_before(MONTH)))
    points = 100 * (now["value"] - before["value"])
    low, high, then = (f"{100 * value:.1f}" for value in (now["ci_low"], now["ci_high"], before["value"]))
    assert abs(points) > 0.05
    assert (
        f"In {MONTH}, agriculture made {100 * now['value']:.1f} % of rural net income (95 % interval {low} to {high}), "
        f"{abs(points):.1f} points {'more' if points > 0 else 'less'} than a year before "
        f"({year_before(MONTH)}: {then} %)."
    ) in _page(english)
    assert (
        f"{MONTH}，农业占农村住户纯收入的 {100 * now['value']:.1f}%（95% 置信区间 {low}% 至 {high}%），"
        f"比上年同期（{year_before(MONTH)}，{then}%）{'上升' if points > 0 else '下降'} {abs(points):.1f} 个百分点。"
    ) in _page(chinese)


def test_counties_stand_with_share_interval_and_change(aged: Path, english: Path) -> None:
    page = _page(english)
    found = rows(
        aged,
        "SELECT area, value, conf_status, obs_status FROM published.income_share "
        f"WHERE domain = 'rural' AND time_period = '{MONTH}' AND {_SHARE} "
        "AND area_code NOT IN (SELECT set_code FROM ref.area_set)",
    )
    assert len(found) == 8
    table = page[page.index(f"By county, {MONTH}") :]
    for row in found:
        (cells,) = re.findall(rf"<td>{re.escape(str(row['area']))}</td><td class=\"number\">([^<]*)<", table)[:1]
        if row["conf_status"] == "N":
            assert cells == "c"
        else:
            mark = "" if row["obs_status"] == "A" else " u"
            assert cells == f"{100 * float(str(row['value'])):.1f}{mark}"


def test_waivers_quarantine_and_revisions_are_told(aged: Path, english: Path) -> None:
    page = _page(english)
    waivers = page[page.index("Waivers and decisions") : page.index("What arrived and what was refused")]
    assert "household_income.balance" in waivers
    assert "form &lt;of&gt; the county" in waivers
    assert "thought better of" not in waivers
    assert "Lines accepted by decision: accepted as it was sent, by a decision: 1" in waivers
    asked = rows(aged, f"SELECT count(*) AS n FROM audit.quarantine WHERE time_period = '{MONTH}' AND status = 'open'")
    assert f"<dt>Lines in quarantine</dt><dd>{asked[0]['n']}</dd>" in page
    assert "No figure of earlier months was revised." in page
    assert "<dt>Files owed for the month</dt><dd>" in page


def test_labour_and_money_are_sums_of_what_is_shown(aged: Path, english: Path) -> None:
    page = _page(english)
    persons = rows(
        aged,
        "SELECT area, CASE WHEN count(persons) = count(*) THEN CAST(sum(persons) AS BIGINT) END AS n "
        f"FROM published.labour_export WHERE time_period = '{MONTH}' "
        "AND area_code NOT IN (SELECT set_code FROM ref.area_set) GROUP BY area",
    )
    labour = page[page.index(f"Labour export, {MONTH}") :]
    for row in persons:
        shown = "c" if row["n"] is None else f"{row['n']:,}"
        assert f'<td>{row["area"]}</td><td class="number">{shown}</td>' in labour
    assert any(row["n"] is not None for row in persons)
    amounts = rows(
        aged,
        "SELECT channel, CAST(sum(amount) AS VARCHAR) AS total FROM published.fund_flow WHERE station = 'use' "
        f"AND line_type = 'item' AND area_code = '640300' AND time_period = '{MONTH}' GROUP BY channel",
    )
    assert amounts
    for row in amounts:
        assert f'<td class="number">{Decimal(str(row["total"])):,.2f}</td>' in labour


def test_notes_on_method_are_there_in_both_languages(english: Path, chinese: Path) -> None:
    assert "Standard errors are linearised from totals of primary sampling units" in _page(english)
    assert "标准误由初级抽样单位合计线性化得出" in _page(chinese)
    assert "盐池县" in _page(chinese)


def test_a_file_that_is_owed_and_not_there_is_named(aged: Path, tmp_path: Path) -> None:
    refused = ("UPDATE raw.intake_file SET status = 'refused' WHERE layout LIKE '%yanchi%'", [])
    late = tampered(aged, tmp_path / "late", [refused])
    page = _page(exported(late, "bulletin-html", tmp_path / "out"))
    assert "Not there: Yanchi: " in page


@pytest.mark.parametrize("language", ["english", "chinese"])
def test_pdf_embeds_its_fonts_and_is_the_same_again(
    language: str, aged: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    folder: Path = request.getfixturevalue(language)
    again = exported(aged, "bulletin", tmp_path / "again", "--language", {"english": "en", "chinese": "zh"}[language])
    content = (folder / "bulletin.pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    assert content == (again / "bulletin.pdf").read_bytes()
    objects = content + b"".join(_inflated(content))
    fonts = set(re.findall(rb"/FontName /([A-Z]{6}\+[\w-]+)", objects))
    assert any(b"CJK" in font for font in fonts)
    assert objects.count(b"/FontFile") >= len(fonts) > 0


def _inflated(content: bytes) -> list[bytes]:
    found = []
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, flags=re.DOTALL):
        inflate = zlib.decompressobj()
        try:
            found.append(inflate.decompress(stream))
        except zlib.error:
            found.append(stream)
    return found


def test_without_its_library_the_command_says_what_to_install(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "weasyprint", None)
    result = povmon("export", "wuzhong", "--home", home, "--format", "bulletin", "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "pip install 'poverty-monitor[export]'" in result.output
    assert not list(tmp_path.iterdir())
    assert exported(home, "bulletin-html", tmp_path / "page").is_dir()


@pytest.fixture(scope="module")
def browser() -> Browser:  # type: ignore[misc]
    with sync_playwright() as player:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        opened = player.chromium.launch(executable_path="/usr/bin/chromium", args=arguments)
        yield opened
        opened.close()


@pytest.mark.parametrize("language", ["english", "chinese"])
@pytest.mark.parametrize("width", [1200, 720])
def test_a_browser_shows_it_without_a_network(
    browser: Browser, request: pytest.FixtureRequest, language: str, width: int
) -> None:
    folder: Path = request.getfixturevalue(language)
    page = browser.new_page(viewport={"width": width, "height": 900})
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url))
    page.on("console", lambda message: said.append(message.text))
    page.context.set_offline(True)
    page.goto((folder / "bulletin.html").as_uri())
    assert asked == [(folder / "bulletin.html").as_uri()]
    assert said == []
    assert page.evaluate("document.scripts.length") == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("svg").count() == 9
    assert page.locator("h1").inner_text().startswith({"english": "Wuzhong", "chinese": "吴忠市"}[language])
    page.close()


@pytest.mark.parametrize(("period", "before"), [("2022-02", "2021-02"), ("2021-Q1", "2020-Q1"), ("2000", "1999")])
def test_a_year_before(period: str, before: str) -> None:
    assert year_before(period) == before


def test_a_chart_leaves_gaps_and_writes_names_as_text() -> None:
    gap = Curve([0.4, 0.5, None, 0.6], [0.3, 0.4, None, 0.5], [0.5, 0.6, None, 0.7])
    drawn = line_chart("a < b & c", ["1", "2", "3", "4"], gap)
    assert drawn.count("<polyline") == 1  # the two before the gap
    assert drawn.count("<circle") == 1  # the one after it
    assert drawn.count("<polygon") == 2
    assert "a &lt; b &amp; c" in drawn
    assert limits([gap]) == (0.3, 0.7)


def test_a_chart_is_drawn_on_round_numbers() -> None:
    drawn = line_chart("levels", ["2021", "2022"], Curve([633.0, 681.0]), as_percent=False)
    ticks = re.findall(r'<text x="40" [^>]*>([\d,]+)</text>', drawn)
    assert " ".join(ticks) == "630 640 650 660 670 680 690"
    assert line_chart("nothing known", ["2021"], Curve([None])).count("<polyline") == 0
