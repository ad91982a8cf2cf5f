"""The monthly bulletin: one page set from one HTML, for the screen and as PDF, in English or Chinese.

Its month is the last period of the headline share in the extract. Text of senders goes through the template's escaping;
the page loads nothing and runs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NoReturn

import pyarrow as pa
import pyarrow.compute as pc
from markupsafe import Markup

from warehouse.exports.drawing import Curve, limits, line_chart
from warehouse.exports.extract import ExportRefused, Extract
from warehouse.exports.headline import Series, headline_share, net_income
from warehouse.exports.pages import rendered
from warehouse.exports.words import notes, say, vocabulary

WITHHELD, UNRELIABLE = "c", "u"
_UNKNOWN = "–"


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
        *([_by_area(extract, share, level)] if share else []),
        *_poverty(extract, period),
        *_funds(extract, period),
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
        revisions=_revisions(extract),
        process=extract.process,
        missing=[_owing(extract, *owing) for owing in extract.process.missing],
        notes=notes(language),
    )


def year_before(period: str) -> str:
    """The same period of the year before."""
    return f"{int(period[:4]) - 1}{period[4:]}"


def _headline(extract: Extract, share: Series) -> dict[str, str] | None:
    root, now = extract.place.root_area, share.periods[-1]
    row = share.cells.get((root, now))
    if row is None or row["value"] is None:
        return None
    words = _SENTENCES[extract.language]
    facts = {"period": now, "share": _percent(row["value"]), "whose": words[share.domain]}
    sentence = words["share"].format(**facts)
    if row["ci_low"] is not None:
        sentence += words["interval"].format(low=_percent(row["ci_low"]), high=_percent(row["ci_high"]))
    before = share.value(root, year_before(now))
    if before is not None:
        points = 100 * (row["value"] - before)
        direction = "same" if abs(points) < 0.05 else "more" if points > 0 else "less"
        sentence += words[direction].format(points=f"{abs(points):.1f}", then=year_before(now), before=_percent(before))
    return {"value": f"{_percent(row['value'])}{words['%']}", "sentence": sentence + words["end"]}


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


def _percent(value: float) -> str:
    return f"{100 * value:.1f}"


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


def _by_area(extract: Extract, share: Series, level: Series | None) -> dict[str, Any]:
    language, now = extract.language, share.periods[-1]
    rows = []
    for area in share.areas:
        row = share.cells.get((area, now))
        before = share.cells.get((area, year_before(now)))
        income = level.cells.get((area, now)) if level else None
        rows.append(
            {
                "is_total": area == extract.place.root_area,
                "cells": [
                    extract.area_name(area),
                    _cell(row, "value", _percent),
                    _interval(row),
                    _cell(before, "value", _percent),
                    _change(row, before),
                    _cell(income, "mean_per_person", lambda value: f"{value:,.1f}"),
                ],
            }
        )
    head = [say(key, language) for key in ("area", "share", "interval", "year_ago", "change", "income")]
    head[-1] += f" ({extract.place.currency})"
    return {"title": f"{say('by_area', language)}, {now}", "head": head, "rows": rows, "legend": _legend(extract)}


def _legend(extract: Extract) -> str:
    return "; ".join(
        f"{mark} {say(key, extract.language)}" for mark, key in ((WITHHELD, "withheld"), (UNRELIABLE, "unreliable"))
    )


def _cell(row: Mapping[str, Any] | None, name: str, shown: Any) -> str:
    """A figure as the bulletin prints it; withheld and unreliable ones carry their mark."""
    if row is None:
        return _UNKNOWN
    if row["conf_status"] != "F":
        return WITHHELD
    if row[name] is None:
        return _UNKNOWN
    return f"{shown(row[name])}{'' if row['obs_status'] == 'A' else f' {UNRELIABLE}'}"


def _interval(row: Mapping[str, Any] | None) -> str:
    if row is None or row["ci_low"] is None:
        return _UNKNOWN
    return f"{_percent(row['ci_low'])}–{_percent(row['ci_high'])}"


def _change(row: Mapping[str, Any] | None, before: Mapping[str, Any] | None) -> str:
    if row is None or before is None or row["value"] is None or before["value"] is None:
        return _UNKNOWN
    return f"{100 * (row['value'] - before['value']):+.1f}".replace("-", "−")


def _poverty(extract: Extract, period: str) -> Iterable[dict[str, Any]]:
    """Headcounts of the period by area and line, each line for the households that it was set for."""
    rows = _of_period(extract, "poverty", period, {"measure": "fgt0"})
    domains = {row["domain"] for row in rows}
    rows = [row for row in rows if row["domain"] == ("rural" if "rural" in domains else "all")]
    lines = sorted({row["line_id"] for row in rows})
    if not rows:
        return
    cells = {(row["area_code"], row["line_id"]): row for row in rows}
    root = extract.place.root_area
    areas = sorted({row["area_code"] for row in rows} - extract.area_sets, key=lambda code: (code != root, code))
    names = extract.code_lists["poverty_line"]
    yield {
        "title": f"{say('poverty', extract.language)}, {period}",
        "head": [say("area", extract.language), *(extract.word(names[line]) for line in lines)],
        "rows": [
            {
                "is_total": area == root,
                "cells": [
                    extract.area_name(area),
                    *(_cell(cells.get((area, line)), "value", _percent) for line in lines),
                ],
            }
            for area in areas
        ],
        "legend": _legend(extract),
    }


def _funds(extract: Extract, period: str) -> Iterable[dict[str, Any]]:
    """Money that reached its payees in the period, by channel; withheld where a part of it is."""
    rows = _of_period(extract, "fund_flow", period, {"station": "use", "line_type": "item"})
    rows = [row for row in rows if row["area_code"] == extract.place.root_area]
    if not rows:
        return
    channels = [code for code in extract.code_lists["fund_channel"] if any(row["channel"] == code for row in rows)]
    amounts = {channel: [row["amount"] for row in rows if row["channel"] == channel] for channel in channels}
    yield {
        "title": f"{say('funds', extract.language)}, {period}",
        "head": [
            say("channel", extract.language),
            f"{say('amount', extract.language)} ({extract.place.currency})",
        ],
        "rows": [
            {
                "is_total": False,
                "cells": [
                    extract.word(extract.code_lists["fund_channel"][channel]),
                    WITHHELD if None in amounts[channel] else f"{sum(amounts[channel]):,.2f}",
                ],
            }
            for channel in channels
        ],
        "legend": "",
    }


def _of_period(extract: Extract, name: str, period: str, chosen: Mapping[str, str]) -> list[dict[str, Any]]:
    table = extract.table(name)
    if table is None:
        return []
    rows = table.rows
    for column, code in {"time_period": period, **chosen}.items():
        rows = rows.filter(pc.equal(rows[column], code))
    return rows.to_pylist()


def _revisions(extract: Extract) -> list[dict[str, str]]:
    """By table: how many figures of earlier releases this one changed, by how much at most, and why."""
    told = extract.table("revisions")
    if told is None:
        return []
    rows = told.rows.filter(
        pc.and_(pc.equal(told.rows["release_id"], extract.release.id), pc.not_equal(told.rows["difference"], 0))
    )
    sizes = pc.abs(rows["relative_difference"])
    grouped = (
        pa.table({"table": rows["table_name"], "size": sizes})
        .group_by("table")
        .aggregate([("table", "count"), ("size", "max")])
    )
    causes = _causes(extract)
    return [
        {
            "table": row["table"],
            "figures": f"{row['table_count']:,}",
            "largest": _UNKNOWN if row["size_max"] is None else _percent(row["size_max"]),
            "causes": ", ".join(causes.get(row["table"], [])) or _UNKNOWN,
        }
        for row in sorted(grouped.to_pylist(), key=lambda row: row["table"])
    ]


def _causes(extract: Extract) -> dict[str, list[str]]:
    table = extract.table("revision_cause")
    if table is None:
        return {}
    rows = table.rows.filter(pc.equal(table.rows["release_id"], extract.release.id))
    pairs = rows.select(["table_name", "cause"]).group_by(["table_name", "cause"]).aggregate([]).to_pylist()
    names = extract.code_lists["revision_cause"]
    found: dict[str, list[str]] = {}
    for pair in sorted(pairs, key=lambda pair: (pair["table_name"], pair["cause"])):
        found.setdefault(pair["table_name"], []).append(extract.word(names[pair["cause"]]))
    return found


def _owing(extract: Extract, table: str, area: str) -> str:
    return f"{extract.area_name(area)}: {table.partition('.')[2]}"
