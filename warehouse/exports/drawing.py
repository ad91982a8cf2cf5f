"""Line charts as SVG: no script, no style of others, nothing loaded. Names of areas are text, never markup."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from markupsafe import Markup

_INK, _SOFT, _GRID = "#1c2430", "#5a6675", "#d9dee5"
_LINE, _BAND = "#0b55a8", "#c9dcf2"


@dataclass(frozen=True)
class Curve:
    """Values by period, None where there is none to show; `low` and `high` are the ends of their intervals."""

    values: Sequence[float | None]
    low: Sequence[float | None] = ()
    high: Sequence[float | None] = ()


def line_chart(
    title: str,
    periods: Sequence[str],
    curve: Curve,
    behind: Curve | None = None,
    size: tuple[int, int] = (720, 240),
    bounds: tuple[float, float] | None = None,
    as_percent: bool = True,
) -> Markup:
    """One curve with its interval, another one in grey behind it. Gaps stay gaps."""
    width, height = size
    left, right, top, bottom = 46, 12, 26, 24
    low, high = bounds or limits([curve, *([behind] if behind else [])])
    ticks = _ticks(low, high)
    low, high = ticks[0], ticks[-1]

    def x(index: float) -> float:
        return left + index * (width - left - right) / max(len(periods) - 1, 1)

    def y(value: float) -> float:
        return height - bottom - (value - low) * (height - top - bottom) / ((high - low) or 1)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'font-family="Noto Sans CJK SC, Noto Sans, sans-serif" aria-label="{escape(title, quote=True)}">',
        f'<text x="{left}" y="14" font-size="12" font-weight="600" fill="{_INK}">{escape(title)}</text>',
    ]
    for tick in ticks:
        parts.append(
            f'<line x1="{left}" x2="{width - right}" y1="{y(tick):.1f}" y2="{y(tick):.1f}" stroke="{_GRID}"/>'
            f'<text x="{left - 6}" y="{y(tick) + 3.5:.1f}" font-size="10" text-anchor="end" fill="{_SOFT}">'
            f"{_shown(tick, ticks, as_percent)}</text>"
        )
    for index in _labelled(len(periods), (width - left - right) // 62):
        anchor = "start" if index == 0 else "end" if index == len(periods) - 1 else "middle"
        parts.append(
            f'<text x="{x(index):.1f}" y="{height - 8}" font-size="10" text-anchor="{anchor}" fill="{_SOFT}">'
            f"{escape(periods[index])}</text>"
        )
    for start, end in _runs([a is not None and b is not None for a, b in zip(curve.low, curve.high, strict=True)]):
        lower = [f"{x(i):.1f},{y(curve.low[i] or 0):.1f}" for i in range(start, end)]
        upper = [f"{x(i):.1f},{y(curve.high[i] or 0):.1f}" for i in reversed(range(start, end))]
        parts.append(f'<polygon points="{" ".join(lower + upper)}" fill="{_BAND}"/>')
    for drawn, colour, stroke in ((behind, "#9aa4b1", 1.2), (curve, _LINE, 2.2)):
        if drawn is None:
            continue
        for start, end in _runs([value is not None for value in drawn.values]):
            points = [(x(i), y(drawn.values[i] or 0)) for i in range(start, end)]
            if len(points) == 1:
                parts.append(f'<circle cx="{points[0][0]:.1f}" cy="{points[0][1]:.1f}" r="2.2" fill="{colour}"/>')
            else:
                path = " ".join(f"{px:.1f},{py:.1f}" for px, py in points)
                parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{stroke}"/>')
    return Markup("".join([*parts, "</svg>"]))


def limits(curves: Sequence[Curve]) -> tuple[float, float]:
    """The least and the greatest value to be drawn; 0 and 1 when there is none."""
    known = [v for curve in curves for v in (*curve.values, *curve.low, *curve.high) if v is not None]
    return (min(known), max(known)) if known else (0.0, 1.0)


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers that enclose the range, four to seven of them."""
    span = (high - low) or abs(high) or 1.0
    step = 10 ** math.floor(math.log10(span / 4))
    step = next(step * factor for factor in (1, 2, 5, 10) if span / (step * factor) <= 5)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [number * step for number in range(first, max(last, first + 1) + 1)]


def _shown(tick: float, ticks: Sequence[float], as_percent: bool) -> str:
    step = (ticks[1] - ticks[0]) * (100 if as_percent else 1)
    decimals = max(0, -math.floor(math.log10(step))) if step < 1 else 0
    return f"{tick * 100:.{decimals}f} %" if as_percent else f"{tick:,.{decimals}f}"


def _labelled(count: int, room: int) -> list[int]:
    """Which periods are written below the chart: the last one, and as many before it as there is room for."""
    step = max(1, math.ceil(count / max(room, 1)))
    return sorted(range(count - 1, -1, -step))


def _runs(there: Sequence[bool]) -> list[tuple[int, int]]:
    """Stretches of true, as start and end."""
    runs, start = [], None
    for index, is_there in enumerate([*there, False]):
        if is_there and start is None:
            start = index
        elif not is_there and start is not None:
            runs.append((start, index))
            start = None
    return runs
