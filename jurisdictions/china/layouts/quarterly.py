"""Quarterly disposable income per head since January: the bureau's table as downloaded, and tidy.

Growth rates, consumption and migrant workers stand in the same files and are not read. Both files report
one series; the download goes before.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from jurisdictions.china.figures import Figure, lines_of, quarter_of, quarters, to_records
from warehouse.layouts import Layout, SourceTable

_CONCEPT = "disposable_income"
_SERIES = "china_quarterly_income"
_SENDER = "National Bureau of Statistics of China"
_DOMAINS = {"all": "居民", "urban": "城镇居民", "rural": "农村居民"}
_ITEMS = {
    "total": "收入",
    "wages": "工资性收入",
    "business": "经营净收入",
    "property": "财产净收入",
    "transfer": "转移净收入",
    "median": "收入中位数",
}
_COLUMNS = {
    (domain, item): f"{people}人均可支配{name}_累计值"
    for domain, people in _DOMAINS.items()
    for item, name in _ITEMS.items()
}
_TIDY_DOMAINS = {"national": "all", "urban": "urban", "rural": "rural"}
_TIDY_ITEMS = {
    "total": "total",
    "wages": "wages",
    "business_net": "business",
    "property_net": "property",
    "transfer_net": "transfer",
    "median": "median",
}
_TIDY_COLUMNS = ("period_end_month", "area", "source", "measure", "value")
_TIDY_CUMULATIVE = "ytd_yuan"
_TIDY_OTHER_MEASURES = frozenset({"ytd_real_growth_pct", "level"})


def read_download(source: SourceTable, companions: Mapping[str, SourceTable]) -> pa.Table:
    """Records of the bureau's table, one line per quarter and one column per item."""
    figures = [
        _figure(number, row["time"], domain, item, "cumulative", value, broken)
        for number, row, broken in lines_of(source)
        for (domain, item), column in _COLUMNS.items()
        if (value := (row[column] or "").strip())
    ]
    return to_records(figures + quarters(figures))


def read_tidy(source: SourceTable, companions: Mapping[str, SourceTable]) -> pa.Table:
    """Records of the tidy table, one line per figure; a word that is not known is kept and then refused."""
    figures = [
        _figure(
            number,
            row["period_end_month"],
            _TIDY_DOMAINS.get(row["area"] or "", row["area"] or ""),
            _TIDY_ITEMS.get(row["source"] or "", row["source"] or ""),
            "cumulative" if row["measure"] == _TIDY_CUMULATIVE else row["measure"] or "",
            (row["value"] or "").strip(),
            broken,
        )
        for number, row, broken in lines_of(source)
        if row["measure"] not in _TIDY_OTHER_MEASURES
    ]
    return to_records(figures + quarters([figure for figure in figures if figure.measure == "cumulative"]))


def _figure(
    number: int, month: str | None, domain: str, item: str, measure: str, value: str, broken: str | None
) -> Figure:
    quarter = quarter_of(month)
    damage = broken if quarter else f"{month!r} is not the last month of a quarter"
    return Figure(number, quarter or month, domain, _CONCEPT, item, measure, value, damage=damage)


DOWNLOAD = Layout(
    id="china_nbs_quarterly",
    contract="core.published_income",
    sender=_SENDER,
    files=("raw_人民生活*.csv", "人民生活*.csv"),
    description="People's living conditions, quarterly, as downloaded from the bureau: disposable income per "
    "head since January by source, and its median, for all, urban and rural residents. Single quarters are "
    "differences of these.",
    transform=read_download,
    requires=("time", *_COLUMNS.values()),
    encodings=("utf-8", "gb18030"),
    other_columns="ignore",
    freq="Q",
    area_code="CN",
    series=_SERIES,
    rank=1,
)

TIDY = Layout(
    id="china_nbs_quarterly_tidy",
    contract="core.published_income",
    sender=_SENDER,
    files=("income_by_source_quarterly*.csv",),
    description="The same figures, one line each.",
    transform=read_tidy,
    requires=_TIDY_COLUMNS,
    freq="Q",
    area_code="CN",
    series=_SERIES,
)

QUARTERLY_LAYOUTS = (DOWNLOAD, TIDY)
