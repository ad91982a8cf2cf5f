"""Small files of real senders, each with one fault that a rule of that place finds."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import xlsxwriter

_FAIS = "Fondo de Aportaciones para la Infraestructura Social"
_TRANSFERS = "CICLO,MES,CLAVE_DE_CONCEPTO,NOMBRE,BASE_DE_REGISTRO,UNIDAD_DE_MEDIDA,MONTO"


def _transfers(month: str, *lines: tuple[str, str]) -> bytes:
    rows = [
        f"2014,{month},X{number},{name},Pagado,Miles de Pesos,{amount}" for number, (name, amount) in enumerate(lines)
    ]
    return "\n".join([_TRANSFERS, *rows, ""]).encode()


def _fais(state: str, total: str, own: str, municipal: str) -> list[tuple[str, str]]:
    parts = {"(FAIS)": total, "(FAIS Estatal)": own, "(FAIS Municipal)": municipal}
    return [(f"{state}: {_FAIS} {part}", amount) for part, amount in parts.items()]


def _ledger(programme: str, item: str) -> bytes:
    """Puebla's workbook of one budget line: the programme row and its one item."""
    stations = [
        "Aprobado",
        "Modificado",
        "Recaudado (Ministrado)",
        "Comprometido",
        "Devengado",
        "Ejercido",
        "Pagado",
    ]
    head = ["", "", "Entidad", "Municipio", "Tipo de Registro", "Ciclo de Recurso", "Clave Ramo"]
    head += ["Descripción Programa", "Clave Programa", *stations]
    kinds = {"1.- PROGRAMA PRESUPUESTARIO": programme, "2.- PARTIDA": item}
    rows = [
        ["", "", "Puebla", "Zautla", kind, "2016", "33", "FAIS MUNICIPAL", "I004", *[amount] * len(stations)]
        for kind, amount in kinds.items()
    ]
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write(2, 2, "PERIODO: Primer Trimestre 2016")
        sheet.write(5, 2, "Descripción de Programas Presupuestarios")
        sheet.write(5, 9, "AVANCE FINANCIERO")
        for number, row in enumerate([head, *rows], start=6):
            sheet.write_row(number, 0, row)
    return out.getvalue()


_JESTHA, _BHADRA = "2079,2,Jestha,2022-05-15,2022-06-14", "2079,5,Bhadra,2022-08-17,2022-09-16"


def _permits(place: str, *lines: str) -> bytes:
    head = f"bs_year,bs_month,bs_month_name,greg_start,greg_end,{place}_as_printed,channel,male,female,total"
    return "\n".join([head, *lines, ""]).encode()


def _quarter(month: str, total: str, *more: str) -> bytes:
    figures = {"total": total, "wages": "400", "business_net": "400", "property_net": "100", "transfer_net": "100"}
    lines = [f"{month},rural,{item},ytd_yuan,{value}" for item, value in figures.items()]
    return "\n".join(["period_end_month,area,source,measure,value", *lines, *more, ""]).encode()


_ANNUAL = """\
item,2000,2001,2002,2003
net_income,100.00,,,
wages,60.00,,,
household_business_net,30.00,,,
transfer_and_property,11.00,,,
"""


@dataclass(frozen=True)
class PlaceFault:
    """A file, and what the rule finds in it."""

    place: str
    month: str
    files: Mapping[str, Callable[[], bytes]] = field(default_factory=dict)
    rows_failed: int = 1
    taken_away: str = ""
    """Pattern of the file that the generator made and the county did not send"""


PLACE_FAULTS: dict[str, PlaceFault] = {
    "mexico.fais_is_sum_of_parts": PlaceFault(
        "mexico",
        "2014-02",
        {
            "transferencias_entidades_fed_2.csv": lambda: _transfers(
                "Febrero", *_fais("Puebla", "100", "30", "60"), *_fais("Chiapas", "100", "30", "70")
            )
        },
    ),
    "mexico.total_is_sum_of_states": PlaceFault(
        "mexico",
        "2014-03",
        {
            "transferencias_entidades_fed_3.csv": lambda: _transfers(
                "Marzo", (f"Total: {_FAIS} (FAIS Estatal)", "100"), (f"Puebla: {_FAIS} (FAIS Estatal)", "90")
            )
        },
    ),
    "mexico.programme_is_sum_of_items": PlaceFault(
        "mexico", "2016-03", {"avance_financiero.xlsx": lambda: _ledger("100.00", "99.99")}
    ),
    "nepal.destination_known": PlaceFault(
        "nepal",
        "2022-05",
        {
            "permits_by_country_2.csv": lambda: _permits(
                "country", f"{_JESTHA},Qatar,g_to_g,1,0,1", f"{_JESTHA},Atlantis,g_to_g,1,1,2"
            )
        },
        rows_failed=2,
    ),
    "nepal.every_district": PlaceFault(
        "nepal",
        "2022-08",
        {"permits_by_district_5.csv": lambda: _permits("district", f"{_BHADRA},ACHHAM,g_to_g,1,0,1")},
        rows_failed=76,
    ),
    "nepal.country_equals_district": PlaceFault(
        "nepal",
        "2022-08",
        {"permits_by_country_5.csv": lambda: _permits("country", f"{_BHADRA},Qatar,g_to_g,2,0,2")},
    ),
    "wuzhong.household_income_of_every_sender": PlaceFault("wuzhong", "2021-01", taken_away="盐池县_住户收入_*"),
    "wuzhong.labour_export_of_every_sender": PlaceFault("wuzhong", "2021-01", taken_away="利通区劳务*"),
    "wuzhong.fund_transaction_of_every_sender": PlaceFault("wuzhong", "2021-01", taken_away="*资金*", rows_failed=7),
    "wuzhong.areas_agree_with_history": PlaceFault(
        "wuzhong",
        "2021-12",
        {
            "areacodes.csv": lambda: (
                "代码,一级行政区,二级行政区,名称,级别,状态,启用时间,变更/弃用时间,新代码\n"
                "640000,宁夏回族自治区,,宁夏回族自治区,省级,在用,1981,,\n"
                "640300,宁夏回族自治区,,吴忠市,地级,在用,2021,,\n"
            ).encode()
        },
        rows_failed=20,
    ),
    "china.item_known": PlaceFault(
        "china",
        "2020-03",
        {
            "income_by_source_quarterly_2020.csv": lambda: _quarter(
                "2020-03", "1000", "2020-03,rural,lottery,ytd_yuan,5"
            )
        },
        rows_failed=2,
    ),
    "china.sources_add_up": PlaceFault(
        "china", "2021-03", {"income_by_source_quarterly_2021.csv": lambda: _quarter("2021-03", "1003")}
    ),
    "china.net_income_identities": PlaceFault("china", "2000-12", {"nbs_rural_income_x.csv": lambda: _ANNUAL.encode()}),
}
"""Rule -> file that breaks it and the month that it is of; files of one place stand beside each other."""
