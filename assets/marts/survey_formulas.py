"""The formulas of the marts of the household survey and of printed shares, over accepted rows.

Method pages: docs/methods/agricultural-share.md, poverty.md, inequality.md.
"""

from __future__ import annotations

from collections.abc import Iterable

from assets.marts.formula import Formula, Made, Row, Sums
from assets.marts.income import MEAN, RATIO, views
from assets.marts.inequality import BY_SOURCE
from assets.marts.published import OFFICIAL
from assets.reference import Reference
from jurisdictions import reference
from warehouse.contracts import LEAF_COLUMNS

_SOURCE = "core.household_income"
_HOUSEHOLD = ("household_id",)
_SIZE = "weight * persons"
_PER_HEAD = "(CAST(net_income AS DOUBLE) / persons)"


def of_psu_total(row: Row, quantity: str, _: Reference) -> Formula:
    """Weighted sums of one PSU."""
    counted = {"households": "weight", "persons": _SIZE}
    amount = counted.get(quantity, f"weight * CAST(coalesce({quantity}, 0) AS DOUBLE)")
    of_psu = f"stratum = '{_quoted(row['stratum'])}' AND psu = '{_quoted(row['psu'])}'"
    of_psu += f" AND area_type = '{_quoted(row['area_type'])}'"
    text, terms = f"{quantity} = Σ {amount} of the PSU's households", (f"Σ {amount}", "")
    return Sums(text, _SOURCE, amount, where=of_psu, terms=terms, own_area=True, same=_HOUSEHOLD)


def of_income_level(row: Row, quantity: str, _: Reference) -> Formula:
    """A mean or a total of a leaf."""
    leaf = row["leaf"]
    amount = "net_income" if leaf == "net_income" else f"{leaf}_net"
    summed = f"weight * CAST(coalesce({amount}, 0) AS DOUBLE)"
    if quantity == "total":
        return Sums(f"total = Σ w·{leaf}", _SOURCE, summed, terms=(f"Σ w·{leaf}", ""), same=_HOUSEHOLD)
    over, said = (_SIZE, "w·persons") if quantity == "mean_per_person" else ("weight", "w")
    text = f"{quantity} = Σ w·{leaf} / Σ {said}"
    return Sums(text, _SOURCE, summed, over, terms=(f"Σ w·{leaf}", f"Σ {said}"), same=_HOUSEHOLD)


def of_income_share(row: Row, quantity: str, tables: Reference) -> Formula:
    """A share by its estimator and policy, or that of printed figures."""
    if row["estimator"] == OFFICIAL:
        return _of_printed(row)
    view = next(v for v in views(tables.source_rows(row["jurisdiction"])) if v.name == row["share_definition"])
    inside = view.numerators()[row["sector"]]
    policy = row["negative_policy"]

    def total(leaves: Iterable[str]) -> str:
        amounts = (f"CAST(coalesce({leaf}_net, 0) AS DOUBLE)" for leaf in leaves)
        return f"({' + '.join(f'greatest({a}, 0)' if policy == 'clip_components' else a for a in amounts)})"

    sound = " AND ".join(f"coalesce({name}, 0) >= 0" for name in LEAF_COLUMNS) if policy == "exclude" else "true"
    part, whole = f"{total(inside)}", f"{total(view.denominator)}"
    said = f"y_{row['sector']} = {' + '.join(inside)}"
    if row["estimator"] == RATIO:
        terms = (f"Σ w·y_{row['sector']}", "Σ w·y")
        text = f"R = Σ w·y_{row['sector']} / Σ w·y, {said}"
        return Sums(text, _SOURCE, f"weight * {part}", f"weight * {whole}", sound, terms, same=_HOUSEHOLD)
    assert row["estimator"] == MEAN
    text = f"M = Σ w·s / Σ w over households with y > 0, s = y_{row['sector']} / y, {said}"
    over = f"{sound} AND {whole} > 0"
    return Sums(text, _SOURCE, f"weight * {part} / {whole}", "weight", over, ("Σ w·s", "Σ w"), same=_HOUSEHOLD)


def _of_printed(row: Row) -> Formula:
    parts = [
        part
        for part in reference(row["jurisdiction"], "published_share")
        if (part["share_definition"], part["sector"]) == (row["share_definition"], row["sector"])
    ]

    def value(role: str) -> str:
        items = ", ".join(
            f"('{part['concept']}', '{part['measure']}', '{part['item']}')" for part in parts if part["role"] == role
        )
        return f"CASE WHEN (concept, measure, item) IN ({items}) THEN value ELSE 0 END"

    names = {role: " + ".join(part["item"] for part in parts if part["role"] == role) for role in _ROLES}
    return Sums(
        f"share = ({names['numerator']}) / ({names['denominator']}), as printed",
        "core.published_income",
        value("numerator"),
        value("denominator"),
        f"{value('numerator')} <> 0 OR {value('denominator')} <> 0",
        (names["numerator"], names["denominator"]),
        own_area=True,
        same=("area_code", "concept", "measure", "item"),
    )


_ROLES = ("numerator", "denominator")


def of_poverty(row: Row, quantity: str, _: Reference) -> Formula:
    """FGT and Watts are means of a depth over persons; Sen and SST also rank the poor."""
    line, measure = float(row["line_in_period"]), row["measure"]
    poor = f"{_PER_HEAD} {row['boundary']} {line!r}"
    depths = {f"fgt{a}": f"(({line!r} - {_PER_HEAD}) / {line!r}) ** {a}" for a in range(3)} | {"fgt0": "1.0"}
    depths["watts"] = f"CASE WHEN net_income > 0 THEN ln({line!r} / {_PER_HEAD}) ELSE 0 END"
    if measure not in depths:
        return Made(f"{measure} of persons below z = {line:g} (docs/methods/poverty.md)", _SOURCE, ("line_in_period",))
    said = {"fgt0": "1", "fgt1": "(z − y)/z", "fgt2": "((z − y)/z)²", "watts": "ln(z/y)"}[measure]
    return Sums(
        f"{measure} = Σ w·persons·{said} of the poor / Σ w·persons, y {row['boundary']} z = {line:g}",
        _SOURCE,
        f"CASE WHEN {poor} THEN {_SIZE} * ({depths[measure]}) ELSE 0 END",
        _SIZE,
        terms=(f"Σ w·persons·{said}", "Σ w·persons"),
        same=_HOUSEHOLD,
    )


def of_inequality(row: Row, quantity: str, _: Reference) -> Formula:
    """All of these rank or transform the incomes of everybody."""
    of = f" of {row['leaf']}" if row["measure"] in BY_SOURCE else ""
    text = f"{row['measure']}{of} of income per head among persons, {row['variant']} (docs/methods/inequality.md)"
    return Made(text, _SOURCE)


def _quoted(text: str) -> str:
    return text.replace("'", "''")
