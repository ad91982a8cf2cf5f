"""The history of GB/T 2260: every code at county level and above since 1981, with the codes that followed it.

The table of github.com/yescallop/areacodes (`result.csv`), from the Ministry of Civil Affairs. Other places of the
country take the same layout. The file names no period: its edition is the latest year that stands in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.layouts import Layout, SourceTable, UnusableFile

_COLUMNS = {
    "代码": "area_code",
    "一级行政区": "province_zh",
    "二级行政区": "prefecture_zh",
    "名称": "name_zh",
    "级别": "level",
    "状态": "status",
    "启用时间": "valid_from",
    "变更/弃用时间": "changed_in",
    "新代码": "successors",
}
_CODES = {
    "level": {"省级": "province", "地级": "prefecture", "县级": "county"},
    "status": {"在用": "in_force", "变更": "changed", "弃用": "abolished"},
}
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_YEAR_OF_CHANGE = re.compile(r"\[((?:19|20)[0-9]{2})\]")


def read_history(source: SourceTable, companions: Mapping[str, SourceTable]) -> pa.Table:
    """Records of the table, one per line; a word that is not known is kept and then refused."""
    table = source.table.select(list(_COLUMNS)).rename_columns(list(_COLUMNS.values()))
    for name, codes in _CODES.items():
        words = [codes.get((word or "").strip(), word) for word in table[name].to_pylist()]
        table = table.set_column(table.column_names.index(name), name, pa.array(words, pa.string()))
    edition = pa.repeat(pa.scalar(_edition(table)), table.num_rows)
    return table.append_column("time_period", edition).append_column("row_number", source.row_number)


def _edition(table: pa.Table) -> str:
    """The latest year in the file."""
    cells = {name: pc.drop_null(table[name]).to_pylist() for name in ("valid_from", "changed_in", "successors")}
    years = {text.strip() for name in ("valid_from", "changed_in") for text in cells[name]}
    years = {text for text in years if _YEAR.fullmatch(text)}
    years |= {year for text in cells["successors"] for year in _YEAR_OF_CHANGE.findall(text)}
    if not years:
        raise UnusableFile(
            "no year stands in the file, so that its edition is not known",
            expected="years such as 1998 in 启用时间",
            do="download the table again",
        )
    return max(years)


AREA_HISTORY = Layout(
    id="china_area_history",
    contract="core.area_history",
    sender="Ministry of Civil Affairs, GB/T 2260, as collected by yescallop/areacodes",
    files=("result*.csv", "areacodes*.csv"),
    description="Codes of areas at county level and above, 1981 to the edition, with the codes that followed them.",
    transform=read_history,
    requires=tuple(_COLUMNS),
    freq="A",
)
