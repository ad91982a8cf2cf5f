"""What a garbled figure in a quarantined row, or one out of bounds, may have meant: readings to choose from.

The candidates and their judgement are `indicators.editing_readings`; here a row of a table is put before it, and each
reading is told with what the row would then hold. Method: docs/methods/editing.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from decimal import Context, Decimal
from typing import Any

from indicators.editing_identities import ProductIdentity, SumIdentity
from indicators.editing_readings import Band, Identity, Reading, readings
from warehouse.contracts import Column, Contract
from warehouse.contracts.base import Product
from warehouse.layouts import Jurisdiction, Layout
from warehouse.units import Dimension

LONGEST = 40
"""Letters of a garbled figure; a longer text is no figure."""
_KINDS = ("money", "integer", "number")
_CENT, _ONE = Decimal("0.01"), Decimal(1)
_PEOPLE = {"persons": Dimension.PERSONS, "person-times": Dimension.PERSON_TIMES, "households": Dimension.HOUSEHOLDS}


def readings_of(
    jurisdiction: Jurisdiction,
    contract: Contract,
    layout: Layout,
    row: Mapping[str, Any],
    raw: Mapping[str, str | None],
    in_doubt: int,
) -> list[dict[str, object]]:
    """Every reading of every figure in doubt; `in_doubt` holds the bits of the columns, `raw` the line as shown.

    Each has a number, the quantity and value it reads, the assumptions, what follows, its score by the identities,
    why it is rejected, and of a possible one the cells that would change (column -> [as sent, value in the contract's
    unit]).
    """
    bands = _bands(jurisdiction, contract)
    told: list[dict[str, object]] = []
    for column in contract.columns:
        if not in_doubt & contract.bit(column.name) or column.name not in bands:
            continue
        text = _text(column, layout, row, raw)
        if text is None or len(text) > LONGEST:
            continue
        known = _known(contract, row, column.name, bands)
        found = readings(_figure(column, layout, row, text), column.name, bands, known, identities_of(contract))
        told += [
            {"number": number, "column": column.name, "text": text} | said
            for number, said in enumerate(_told(contract, column, text, found, bands, known), start=len(told) + 1)
        ]
    return told


def identities_of(contract: Contract) -> list[Identity]:
    """The identities between the figures of a table's row."""
    return [
        ProductIdentity(one.total, one.count, one.mean)
        if isinstance(one, Product)
        else SumIdentity(one.total, one.parts)
        for one in contract.identities
    ]


def _bands(jurisdiction: Jurisdiction, contract: Contract) -> dict[str, Band]:
    """What each figure can plausibly be: as the place says, else within the bounds of what is possible."""
    own = jurisdiction.plausible.get(contract.name, {})
    bands: dict[str, Band] = {}
    for column in contract.columns:
        low, high = own.get(column.name, (column.minimum, column.maximum))
        if column.type in _KINDS and low is not None and high is not None:
            bands[column.name] = Band(low, high, _dimension(column))
    return bands


def _dimension(column: Column) -> Dimension:
    return Dimension.MONEY if column.type == "money" else _PEOPLE.get(column.unit or "", Dimension.NUMBER)


def _text(column: Column, layout: Layout, row: Mapping[str, Any], raw: Mapping[str, str | None]) -> str | None:
    described = layout.fields.get(column.name)
    if described is not None and described.source is not None and described.source in raw:
        return (raw[described.source] or "").strip() or None
    return None if row[column.name] is None else str(row[column.name])


def _figure(column: Column, layout: Layout, row: Mapping[str, Any], text: str) -> str | Decimal:
    """The number where one was read, else the text with the unit of its column."""
    value = row[column.name]
    if value is not None:
        return Decimal(str(value))
    described = layout.fields.get(column.name)
    return f"{text} {described.unit}" if described is not None and described.unit else text


def _known(contract: Contract, row: Mapping[str, Any], name: str, bands: Mapping[str, Band]) -> dict[str, Decimal]:
    """The other figures of the row; a blank part of a sum is nothing."""
    parts = {part for one in contract.identities if not isinstance(one, Product) for part in one.parts}
    known = {other: Decimal(str(row[other])) for other in bands if other != name and row[other] is not None}
    return dict.fromkeys(parts - {name}, Decimal(0)) | known


def _told(
    contract: Contract,
    column: Column,
    text: str,
    found: Sequence[Reading],
    bands: Mapping[str, Band],
    known: Mapping[str, Decimal],
) -> Iterator[dict[str, object]]:
    seen: set[tuple[str, Decimal]] = set()
    ranked = []
    for reading in found:
        if (reading.quantity, reading.value) not in seen:
            seen.add((reading.quantity, reading.value))
            cells, lost = _cells(contract, column, text, reading)
            ranked.append((reading, cells, [*_why_not(reading, bands, known), *lost]))
    for reading, cells, rejected in sorted(ranked, key=lambda one: bool(one[2])):
        yield {
            "quantity": reading.quantity,
            "value": _plain(reading.value),
            "steps": list(reading.steps),
            "implied": {name: _plain(value) for name, value in reading.implied.items()},
            "score": reading.score,
            "satisfied": [_identity(one) for one in reading.satisfied],
            "surprise": round(reading.surprise, 3) if math.isfinite(reading.surprise) else None,
            "rejected": rejected,
            "cells": {} if rejected else cells,
        }


def _cells(
    contract: Contract, column: Column, text: str, reading: Reading
) -> tuple[dict[str, list[str | None]], list[str]]:
    """What the row would hold: the figure read, what follows from it, and the garbled cell; and what cannot be held."""
    values = {**reading.implied, reading.quantity: reading.value}
    cells: dict[str, list[str | None]] = {column.name: [text, None]}
    lost = []
    for name, value in values.items():
        step = _ONE if contract.column(name).type == "integer" else _CENT
        is_whole = value == _rounded(value, step)
        if not is_whole and (name == reading.quantity or step == _ONE):
            lost.append(f"{name} would be {_plain(value)}, not to the {'unit' if step == _ONE else 'cent'}")
        else:
            cells[name] = [text if name == column.name else None, _plain(_rounded(value, step))]
    if cells[column.name][1] is None and not column.nullable:
        lost.append(f"{column.name} would stay blank")
    return cells, lost


def _rounded(value: Decimal, step: Decimal) -> Decimal:
    """To a whole number of steps, however many digits a garbled figure has."""
    return value.quantize(step, context=Context(prec=max(value.adjusted(), 0) + 4))


def _why_not(reading: Reading, bands: Mapping[str, Band], known: Mapping[str, Decimal]) -> list[str]:
    """What rules a reading out."""
    values = {**known, **reading.implied, reading.quantity: reading.value}
    outside = [
        f"{name} would be {_grouped(values[name])}, outside {_grouped(bands[name].low)} to {_grouped(bands[name].high)}"
        for name in reading.outside
    ]
    return outside + [f"{_identity(one)} would not hold" for one in reading.broken]


def _identity(one: Identity) -> str:
    if isinstance(one, ProductIdentity):
        return f"{one.total} = {one.count} × {one.mean}"
    return f"{one.total} = {' + '.join(one.parts)}"


def _grouped(value: Decimal) -> str:
    """A number with its thousands parted, for people."""
    return f"{Decimal(_plain(value)):,f}"


def _plain(value: Decimal) -> str:
    """A number without exponents or needless zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
