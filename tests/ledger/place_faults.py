"""Small files of real senders, each with one fault that a rule of that place finds."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import xlsxwriter

from jurisdictions.wuzhong.layouts import projects
from jurisdictions.wuzhong.layouts.industries import SUBJECTS
from jurisdictions.wuzhong.layouts.projects import LAYOUTS
from jurisdictions.wuzhong.layouts.reports import REPORTS

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


_YANCHI = "业务编号,资金环节,资金渠道,资金用途,项目名称,项目编号,地区代码,收款单位,账户性质,金额,记账日期,上游编号"


def _funds(month: str, *lines: str) -> dict[str, Callable[[], bytes]]:
    """Yanchi's ledger of a month; a line is station, channel, purpose, programme, project, payee, account, amount."""
    rows = [line.split(",") for line in lines]
    written = [
        ",".join([f"{month}-{place}", *row[:5], "640323", *row[5:], f"{month}-08", ""])
        for place, row in enumerate(rows)
    ]
    content = "\n".join([_YANCHI, *written, ""])
    return {f"盐池县_扶贫资金_{month}.csv": lambda: content.encode("utf-8-sig")}


def _register() -> bytes:
    """Yanchi's projects of 2018: an enterprise, announced to nobody."""
    own = {"项目编号": "U", "项目名称": "厂", "区划代码": "640323", "资金用途": "龙头企业", "受益主体": "企业"}
    own |= {"批复日期": "2018-01-02", "带动贫困户": "5"}
    heads = next(layout for layout in LAYOUTS if layout.id == "wuzhong.yanchi.project").source_columns()
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, heads)
        sheet.write_row(1, 0, [own.get(head, "1" if head.startswith("批复") else "") for head in heads])
    return out.getvalue()


_UNIT = "种羊,种羊项目,{},种羊场,单位账户,5.00"


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
    **{
        f"wuzhong.{table}_of_every_sender": PlaceFault("wuzhong", "2021-12", taken_away=f"盐池县_{title}_*")
        for table, title in {
            **{table: report.title for table, report in REPORTS.items()},
            "project": projects.SUBJECT,
            **SUBJECTS,
        }.items()
    },
    "wuzhong.money_idle_one_year": PlaceFault(
        "wuzhong",
        "2018-02",
        _funds("2017-01", f"到项目,财政扶贫资金,{_UNIT.format('I')}")
        | _funds("2018-02", f"预算批复,财政扶贫资金,{_UNIT.format('')}"),
    ),
    "wuzhong.money_idle_two_years": PlaceFault(
        "wuzhong", "2019-02", _funds("2019-02", f"预算批复,财政扶贫资金,{_UNIT.format('')}")
    ),
    "wuzhong.claimed_once": PlaceFault(
        "wuzhong",
        "2018-03",
        _funds("2018-03", *(f"报账,{channel},{_UNIT.format('C')}" for channel in ("财政扶贫资金", "信贷资金"))),
    ),
    "wuzhong.payee_eligible": PlaceFault(
        "wuzhong", "2018-04", _funds("2018-04", "预算批复,财政扶贫资金,种羊,种羊项目,,县机关食堂,单位账户,5.00")
    ),
    "wuzhong.purpose_eligible": PlaceFault(
        "wuzhong", "2018-05", _funds("2018-05", "预算批复,财政扶贫资金,种羊,职工住宅,,种羊场,单位账户,5.00")
    ),
    "wuzhong.not_split_equally": PlaceFault(
        "wuzhong",
        "2018-06",
        _funds("2018-06", *(f"支出,财政扶贫资金,种羊,种羊项目,E,农户{place},个人账户,5.00" for place in range(5))),
    ),
    "wuzhong.unit_is_paid_as_unit": PlaceFault(
        "wuzhong",
        "2018-07",
        _funds("2018-07", "支出,财政扶贫资金,龙头企业,厂,U,厂,个人账户,5.00")
        | {"盐池县_扶贫项目库_2018年.xlsx": _register},
    ),
    "wuzhong.announced_before_use": PlaceFault("wuzhong", "2018-07"),
    "wuzhong.project_registered": PlaceFault(
        "wuzhong", "2018-08", _funds("2018-08", f"预算批复,财政扶贫资金,{_UNIT.format('X')}")
    ),
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
