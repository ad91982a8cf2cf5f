"""The monthly bulletin: one page set from one HTML, for the screen and as PDF, in English or Chinese.

Its month is the last period of the headline share in the extract. Text of senders goes through the template's escaping;
the page loads nothing and runs nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

from markupsafe import Markup

from warehouse.contracts import CODE_LISTS
from warehouse.exports.bulletin_tables import by_area, funds, labour, percent, poverty, revisions, year_before
from warehouse.exports.drawing import Curve, limits, line_chart
from warehouse.exports.extract import ExportRefused, Extract
from warehouse.exports.headline import Series, headline_share, net_income
from warehouse.exports.pages import rendered
from warehouse.exports.words import notes, say, vocabulary


def write_bulletin(extract: Extract, folder: Path) -> None:
    """`bulletin.html` and `bulletin.pdf`; ExportRefused where the machine cannot make a PDF."""
    write_page(extract, folder)
    page = (folder / "bulletin.html").read_text(encoding="utf-8")
    write_pdf(page, folder / "bulletin.pdf", extract.release.inputs_hash)


def write_page(extract: Extract, folder: Path) -> None:
    """`bulletin.html` alone."""
    (folder / "bulletin.html").write_text(bulletin(extract), encoding="utf-8")


def write_pdf(page: str, path: Path, identifier: str) -> None:
    """The page as PDF, its fonts embedded."""
    try:
        import weasyprint
    except OSError as error:
        raise ExportRefused(
            f"PDF needs the library pango, which is not there ({error}); install it, or use --format bulletin-html"
        ) from error
    document = weasyprint.HTML(string=page, url_fetcher=_nothing_from_elsewhere)
    document.write_pdf(path, pdf_identifier=identifier.encode())


def _nothing_from_elsewhere(url: str, *_: object, **__: object) -> NoReturn:
    raise ValueError(f"a bulletin loads nothing: {url}")


def bulletin(extract: Extract) -> str:
    """The page."""
    share, level = headline_share(extract), net_income(extract)
    language, release = extract.language, extract.release
    period = share.periods[-1] if share else (extract.periods or ("", ""))[1]
    tables = [
        *([by_area(extract, share, level)] if share else []),
        *poverty(extract, period),
        *labour(extract, period),
        *funds(extract, period),
    ]
    return rendered(
        "bulletin.html",
        language=language,
        say=vocabulary(language),
        place=extract.word((extract.place.name, extract.place.name_zh)),
        period=period,
        release=release,
        released=release.created_at.strftime("%Y-%m-%d %H:%M UTC"),
        created=release.created_at.isoformat(),
        source=extract.place.source,
        licence=extract.place.licence[1],
        headline=_headline(extract, share) if share else None,
        share_chart=_chart(extract, share, extract.place.root_area, (720, 240)) if share else None,
        small_charts=_small_charts(extract, share) if share else [],
        level_chart=_level_chart(extract, level) if level else None,
        tables=tables,
        revisions=revisions(extract),
        process=extract.process,
        waivers=[(w, extract.area_name(w.area_code) if w.area_code else "") for w in extract.process.waivers],
        let_out=_let_out(extract),
        missing=[_owing(extract, *owing) for owing in extract.process.missing],
        notes=notes(language),
    )


def _headline(extract: Extract, share: Series) -> dict[str, str] | None:
    root, now = extract.place.root_area, share.periods[-1]
    row = share.cells.get((root, now))
    if row is None or row["value"] is None:
        return None
    words = _SENTENCES[extract.language]
    facts = {"period": now, "share": percent(row["value"]), "whose": words[share.domain]}
    sentence = words["share"].format(**facts)
    if row["ci_low"] is not None:
        sentence += words["interval"].format(low=percent(row["ci_low"]), high=percent(row["ci_high"]))
    before = share.value(root, year_before(now))
    if before is not None:
        points = 100 * (row["value"] - before)
        direction = "same" if abs(points) < 0.05 else "more" if points > 0 else "less"
        sentence += words[direction].format(points=f"{abs(points):.1f}", then=year_before(now), before=percent(before))
    return {"value": f"{percent(row['value'])}{words['%']}", "sentence": sentence + words["end"]}


_SENTENCES: dict[str, dict[str, str]] = {
    "en": {
        "%": " %",
        "rural": "rural net income",
        "all": "net income",
        "share": "In {period}, agriculture made {share} % of {whose}",
        "interval": " (95 % interval {low} to {high})",
        "more": ", {points} points more than a year before ({then}: {before} %)",
        "less": ", {points} points less than a year before ({then}: {before} %)",
        "same": ", as much as a year before ({then}: {before} %)",
        "end": ".",
    },
    "zh": {
        "%": "%",
        "rural": "农村住户纯收入",
        "all": "住户纯收入",
        "share": "{period}，农业占{whose}的 {share}%",
        "interval": "（95% 置信区间 {low}% 至 {high}%）",
        "more": "，比上年同期（{then}，{before}%）上升 {points} 个百分点",
        "less": "，比上年同期（{then}，{before}%）下降 {points} 个百分点",
        "same": "，与上年同期（{then}，{before}%）持平",
        "end": "。",
    },
}


def _curve(share: Series, area: str) -> Curve:
    rows = [share.cells.get((area, period), {}) for period in share.periods]
    return Curve(*([row.get(name) for row in rows] for name in (share.quantity, "ci_low", "ci_high")))


def _chart(extract: Extract, share: Series, area: str, size: tuple[int, int]) -> Markup:
    return line_chart(
        f"{extract.area_name(area)}: {say('share_chart', extract.language)}",
        share.periods,
        _curve(share, area),
        size=size,
    )


def _small_charts(extract: Extract, share: Series) -> list[Markup]:
    """One for each county, all on the same scale, the whole place in grey behind it."""
    root = extract.place.root_area
    counties = [area for area in share.areas if area != root]
    whole = Curve([share.value(root, period) for period in share.periods])
    bounds = limits([_curve(share, area) for area in counties])
    return [
        line_chart(extract.area_name(area), share.periods, _curve(share, area), whole, (240, 130), bounds)
        for area in counties
    ]


def _level_chart(extract: Extract, level: Series) -> Markup:
    root = extract.place.root_area
    values = Curve([level.value(root, period) for period in level.periods])
    title = f"{extract.area_name(root)}: {say('level_chart', extract.language)} ({extract.place.currency})"
    return line_chart(title, level.periods, values, size=(720, 200), as_percent=False)


def _let_out(extract: Extract) -> list[str]:
    """How many lines of the month decisions let out of quarantine, by what was decided."""
    words = CODE_LISTS["quarantine_status"].codes
    return [f"{extract.word(words[status])}: {lines}" for status, lines in extract.process.lines_let_out.items()]


def _owing(extract: Extract, table: str, area: str) -> str:
    return f"{extract.area_name(area)}: {table.partition('.')[2]}"
