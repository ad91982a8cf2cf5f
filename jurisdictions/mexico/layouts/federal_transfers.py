"""The finance ministry's monthly statement of federal money paid to the states, by fund, in thousand pesos.

The fund for social infrastructure (FAIS) is printed in its two parts and as their total; each fund is printed
by state and as a national total. The parts by state are items, both totals are subtotals. Money that goes to
no state ("No distribuible") is an item of the country. The state as the ministry writes it is kept in
`payee`. What the totals must equal is in `jurisdictions.mexico.rules`.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from jurisdictions.mexico.states import STATE_CODES, coded
from warehouse.layouts import Field, Layout, SourceTable
from warehouse.periods import is_month, last_day

MONTHS: dict[str, str] = {
    name: f"{number:02d}"
    for number, name in enumerate(
        (
            "Enero",
            "Febrero",
            "Marzo",
            "Abril",
            "Mayo",
            "Junio",
            "Julio",
            "Agosto",
            "Septiembre",
            "Octubre",
            "Noviembre",
            "Diciembre",
        ),
        start=1,
    )
}

NATIONAL_TOTAL, NO_STATE = "Total", "No distribuible"
AREAS: dict[str, str] = {**STATE_CODES, NATIONAL_TOTAL: "MX", NO_STATE: "MX"}

_FAIS = "Fondo de Aportaciones para la Infraestructura Social"
PURPOSES: dict[str, str] = {
    f"{_FAIS} (FAIS)": "social_infrastructure",
    f"{_FAIS} (FAIS Estatal)": "social_infrastructure_state",
    f"{_FAIS} (FAIS Municipal)": "social_infrastructure_municipal",
    "Fondo de Aportaciones Múltiples (FAM) Asistencia Social": "social_assistance",
    "Convenios de Descentralización a través de la Secretaría de Agricultura Ganadería Desarrollo Rural "
    "Pesca y Alimentación (Sagarpa)": "agriculture",
    # the brace is the ministry's, on Tlaxcala's line only; the programme keeps it
    "Participaciones a Entidades Federativas y Municipios (R28)}": "other",
}
"""Fund as the ministry writes it -> purpose. An unknown fund keeps its name, and the code list refuses it."""

STATIONS: dict[str, str] = {"Pagado": "use"}
UNIT_WORD = "Miles de Pesos"


def to_records(source: SourceTable, companions: Mapping[str, SourceTable]) -> pa.Table:
    """One record per line, amounts as text in thousand pesos; a line in another unit is damaged."""
    table = source.table
    state, fund = _state_and_fund(table["NOMBRE"])
    period = pc.binary_join_element_wise(table["CICLO"], coded(table["MES"], MONTHS), "-").combine_chunks()
    purpose = coded(fund, PURPOSES)
    is_total = pc.or_kleene(pc.equal(state, NATIONAL_TOTAL), pc.equal(purpose, "social_infrastructure"))
    return pa.table(
        {
            "time_period": period,
            "freq": pa.repeat(pa.scalar("M"), table.num_rows),
            "transaction_id": pc.binary_join_element_wise(table["CLAVE_DE_CONCEPTO"], period, "-"),
            "station": coded(table["BASE_DE_REGISTRO"], STATIONS),
            "channel": pa.repeat(pa.scalar("poverty_fund"), table.num_rows),
            "purpose": purpose,
            "programme": fund,
            "area_code": coded(state, AREAS),
            "payee": state,
            "line_type": pc.if_else(is_total, "subtotal", "item"),
            "amount": table["MONTO"],
            "booked_on": _last_days(period),
            "row_number": source.row_number,
            "damage": _damage(table["UNIDAD_DE_MEDIDA"]),
        }
    )


def _state_and_fund(names: pa.ChunkedArray) -> tuple[pa.Array, pa.Array]:
    """`State: Fund` in its two parts; a name without a colon is all state, without a fund."""
    encoded = names.combine_chunks().dictionary_encode()
    parts = [name.partition(":") for name in encoded.dictionary.to_pylist()]
    states = pa.array([state.strip() for state, _, _ in parts], pa.string())
    funds = pa.array([fund.strip() or None for _, _, fund in parts], pa.string())
    return states.take(encoded.indices), funds.take(encoded.indices)


def _damage(units: pa.ChunkedArray) -> pa.Array:
    """Null where the amount is in the unit of this layout."""
    is_known = pc.fill_null(pc.equal(pc.utf8_trim_whitespace(units), UNIT_WORD), False)
    found = pc.coalesce(units, pa.scalar("blank"))
    reason = pc.binary_join_element_wise("UNIDAD_DE_MEDIDA is ", found, f", expected {UNIT_WORD}", "")
    return pc.if_else(is_known, pa.scalar(None, pa.string()), reason).combine_chunks()


def _last_days(periods: pa.Array) -> pa.Array:
    """The last day of each month; null where the period is none."""
    encoded = periods.dictionary_encode()
    days = [last_day(period) if is_month(period) else None for period in encoded.dictionary.to_pylist()]
    return pa.array(days, pa.date32()).take(encoded.indices)


FEDERAL_TRANSFERS = Layout(
    id="federal_transfers",
    contract="core.fund_transaction",
    sender="SHCP",
    files=("transferencias_entidades_fed*.csv",),
    description="Federal money paid to the states by fund and month",
    transform=to_records,
    fields={"amount": Field("MONTO", unit="thousand pesos")},
    requires=(
        "CICLO",
        "MES",
        "CLAVE_DE_CONCEPTO",
        "NOMBRE",
        "BASE_DE_REGISTRO",
        "UNIDAD_DE_MEDIDA",
    ),
    encodings=("utf-8", "latin-1"),
    other_columns="ignore",
)
