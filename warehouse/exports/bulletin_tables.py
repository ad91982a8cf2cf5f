"""Tables of the bulletin: figures of one period as they are printed, withheld and unreliable ones with their marks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.exports.extract import Extract
from warehouse.exports.headline import Series
from warehouse.exports.words import say

WITHHELD, UNRELIABLE = "c", "u"
TOTAL = "_T"
_UNKNOWN = "–"


def year_before(period: str) -> str:
    """The same period of the year before."""
    return f"{int(period[:4]) - 1}{period[4:]}"


def percent(value: float) -> str:
    """A share as the bulletin prints it."""
    return f"{100 * value:.1f}"


def by_area(extract: Extract, share: Series, level: Series | None) -> dict[str, Any]:
    """Share with interval and change against a year ago, and net income, by area."""
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
                    _cell(row, "value", percent),
                    _interval(row),
                    _cell(before, "value", percent),
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
    return f"{percent(row['ci_low'])}–{percent(row['ci_high'])}"


def _change(row: Mapping[str, Any] | None, before: Mapping[str, Any] | None) -> str:
    if row is None or before is None or row["value"] is None or before["value"] is None:
        return _UNKNOWN
    return f"{100 * (row['value'] - before['value']):+.1f}".replace("-", "−")


def poverty(extract: Extract, period: str) -> Iterable[dict[str, Any]]:
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
                    *(_cell(cells.get((area, line)), "value", percent) for line in lines),
                ],
            }
            for area in areas
        ],
        "legend": _legend(extract),
    }


def labour(extract: Extract, period: str) -> Iterable[dict[str, Any]]:
    """Persons who left in the period, by area, all destinations and channels together."""
    rows = _of_period(extract, "labour_export", period, {})
    totals = [row for row in rows if row["destination_code"] == TOTAL]
    sums = _sums(totals or rows, "area_code", "persons")
    root = extract.place.root_area
    areas = sorted(sums.keys() - extract.area_sets, key=lambda code: (code != root, code))
    if areas:
        yield {
            "title": f"{say('labour', extract.language)}, {period}",
            "head": [say("area", extract.language), say("persons", extract.language)],
            "rows": [
                {"is_total": area == root, "cells": [extract.area_name(area), _sum(sums[area], "{:,}")]}
                for area in areas
            ],
            "legend": _legend(extract),
        }


def funds(extract: Extract, period: str) -> Iterable[dict[str, Any]]:
    """Money that reached its payees in the period, by channel."""
    rows = _of_period(extract, "fund_flow", period, {"station": "use", "line_type": "item"})
    sums = _sums([row for row in rows if row["area_code"] == extract.place.root_area], "channel", "amount")
    names = extract.code_lists.get("fund_channel", {})
    if sums:
        amount = f"{say('amount', extract.language)} ({extract.place.currency})"
        yield {
            "title": f"{say('funds', extract.language)}, {period}",
            "head": [say("channel", extract.language), amount],
            "rows": [
                {"is_total": False, "cells": [extract.word(names[channel]), _sum(sums[channel], "{:,.2f}")]}
                for channel in names
                if channel in sums
            ],
            "legend": "",
        }


def _sums(rows: Iterable[Mapping[str, Any]], by: str, name: str) -> dict[str, Any]:
    """Sum of a quantity by the codes of a column; None where a part of it is withheld."""
    parts: dict[str, list[Any]] = {}
    for row in rows:
        parts.setdefault(row[by], []).append(row[name])
    return {code: None if None in values else sum(values) for code, values in parts.items()}


def _sum(value: Any, form: str) -> str:
    return WITHHELD if value is None else form.format(value)


def _of_period(extract: Extract, name: str, period: str, chosen: Mapping[str, str]) -> list[dict[str, Any]]:
    table = extract.table(name)
    if table is None:
        return []
    rows = table.rows
    for column, code in {"time_period": period, **chosen}.items():
        rows = rows.filter(pc.equal(rows[column], code))
    return rows.to_pylist()


def revisions(extract: Extract) -> list[dict[str, str]]:
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
            "largest": _UNKNOWN if row["size_max"] is None else percent(row["size_max"]),
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
