"""INEGI's household survey (ENIGH): what its columns and income codes mean, for the two layouts that read it.

Here are the classification (sender's column -> leaf of income), the split of wages by job, the
survey design, and the notes by which a line that cannot be used damages its household. The layouts themselves
are in `household_quarter` and `household_month`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jurisdictions.mexico.states import coded
from warehouse.contracts import HOUSEHOLD_INCOME, LEAVES
from warehouse.layouts import Companion, SourceTable
from warehouse.parsing import cents_from_money, parse

WAGES = "wages"
"""Stands for the three wage leaves, which are told apart by job."""

LEAF_OF_COLUMN: dict[str, str] = {
    "sueldos": WAGES,  # wages
    "horext": WAGES,  # overtime
    "comis": WAGES,  # commissions and tips
    "agui": WAGES,  # year-end bonus and profit sharing
    "indemtrab": WAGES,  # severance and indemnities for accidents at work
    "otra_rem": WAGES,  # other cash pay
    "rem_esp": WAGES,  # pay in kind
    "otros_trab": WAGES,  # other work of the last month, earlier jobs of the last six months
    "agricolas": "crop",
    "reproducc": "forestry",  # gathering, forestry, hunting
    "pecuarios": "livestock",
    "pesca": "fishery",
    "industria": "industry",  # with construction
    "comercio": "trade",
    "servicios": "services",  # with transport
    "utilidad": "property",  # dividends of the household's incorporated business
    "arrenda": "property",  # rent, interest, royalties
    "jubila": "transfer_public",  # pensions
    "beca": "transfer_public",  # scholarships; those of associations are in the same column
    "bene_gob": "transfer_public",  # public programmes
    "esp_inst": "transfer_public",  # in kind from institutions
    "donativo": "transfer_private",  # gifts in money from households and associations
    "esp_hog": "transfer_private",  # gifts in kind from households
    "remesa": "remittance",
    "esti": "other",  # imputed rent of the dwelling
    "otros": "other",
}
"""Columns of concentrado.csv -> leaf. Their sum is `ingcor`, every one counted once.

INEGI's own sums come back from the leaves: agrope = crop + forestry + livestock + fishery, noagrop = industry
+ trade + services, trabajo + otros_trab = the three wages, rentas = property, transfer = transfer_public +
transfer_private + remittance, esti + otros = other. Construction, transport and other business are not told
apart and stay blank.
"""

INCOME_COLUMNS: tuple[str, ...] = tuple(LEAF_OF_COLUMN)
IN_KIND_COLUMNS = frozenset({"rem_esp", "esp_hog", "esp_inst", "esti"})
"""Columns that no line of ingresos.csv feeds: valued by INEGI from expenditure and housing."""

JOB_OF_CLAVE: dict[str, int] = {
    **dict.fromkeys(["P001", "P002", "P003", "P004", "P005", "P006", "P007", "P008", "P009"], 1),
    **dict.fromkeys(["P011", "P013"], 1),  # pay from the household's own incorporated business
    **dict.fromkeys(["P014", "P015", "P016", "P018"], 2),
}
"""Income code of a wage -> job (`numtrab`: 1 main, 2 second). Earlier and other jobs (P021, P022),
indemnities (P035, P036) and children's work (P067) belong to no job in trabajos.csv."""

ANNUAL_CLAVES = frozenset({"P008", "P009", "P015", "P016"})
"""Profit sharing and year-end bonus: one amount a year, without a month."""

AREA_TYPES: dict[str, str] = {"1": "urban", "2": "urban", "3": "urban", "4": "rural"}
"""tam_loc -> domain; 4 is a locality under 2,500 inhabitants."""

NOT_INCOME, UNKNOWN_CLAVE = -1, -2
LEAF_NUMBER: dict[str, int] = {leaf: number for number, leaf in enumerate(LEAVES)}

HOUSEHOLD_KEY = ("folioviv", "foliohog")
JOB_KEY = (*HOUSEHOLD_KEY, "numren", "numtrab")
DESIGN_COLUMNS = (*HOUSEHOLD_KEY, "factor", "tam_loc", "ubica_geo", "tot_resi", "est_dis", "upm")
JOBS = Companion("jobs", ("trabajos.csv", "trabajos*.csv"), (*JOB_KEY, "trapais", "scian"))
CATALOGUE = Companion("catalogue", ("clave_catalogue.csv", "clave_catalogue*.csv"), ("clave", "concentrado_column"))


class Notes:
    """Why records cannot be used, collected record by record; sound records have none.

    A reason names file and line, never the household: it is stored beside pseudonyms.
    """

    def __init__(self) -> None:
        self._reasons: dict[int, list[str]] = defaultdict(list)

    def add(self, record: int, reason: str) -> None:
        """One more reason against a record."""
        if reason not in self._reasons[record]:
            self._reasons[record].append(reason)

    def column(self, records: np.ndarray) -> pa.Array:
        """The column `damage` for these record numbers: null where the record is sound."""
        if not self._reasons:
            return pa.nulls(len(records), pa.string())
        reasons = ["; ".join(self._reasons.get(record, ())) or None for record in records.tolist()]
        return pa.array(reasons, pa.string())


def household_ids(table: pa.Table) -> pa.Array:
    """`folioviv-foliohog` of each line; null where either is blank."""
    return joined(table, HOUSEHOLD_KEY)


def joined(table: pa.Table, columns: tuple[str, ...]) -> pa.Array:
    """The columns of each line joined by hyphens; null where one is blank."""
    parts = [pc.utf8_trim_whitespace(table[column]) for column in columns]
    return pc.binary_join_element_wise(*parts, "-").combine_chunks()


def places(keys: pa.Array, among: pa.Array) -> np.ndarray:
    """Where each key first stands among others; -1 where it does not or is null."""
    found = pc.index_in(keys, value_set=among, skip_nulls=True)
    return np.asarray(pc.fill_null(found, -1)).astype(np.int64)


def pesos(column: pa.ChunkedArray) -> tuple[np.ndarray, np.ndarray]:
    """Whole cents of a column of pesos, and which of its cells are blank or do not read."""
    parsed = parse(column, HOUSEHOLD_INCOME.column("net_income"))
    return cents_from_money(parsed.values), np.asarray(parsed.values.is_null())


def shown(table: pa.Table, column: str, line: int) -> str:
    """A cell as it is put into a reason."""
    text = table[column][line].as_py()
    return f"{column} is blank" if text is None else f"{column} is {text!r}"


def where(source: SourceTable, line: int) -> str:
    """File and line of a row, for a reason."""
    return f"{source.name or 'the file'} line {source.row_number[line].as_py()}"


def design(households: pa.Table) -> dict[str, pa.Array]:
    """The columns of the survey design, as text, from rows of concentrado.csv."""
    municipality = pc.utf8_trim_whitespace(households["ubica_geo"]).combine_chunks()
    whole = pc.equal(pc.utf8_length(municipality), 5)
    return {
        # a municipality that lost its leading zero would otherwise be read as another state
        "area_code": pc.if_else(whole, pc.utf8_slice_codeunits(municipality, 0, 2), municipality),
        "area_type": coded(households["tam_loc"], AREA_TYPES),
        "persons": households["tot_resi"].combine_chunks(),
        "weight": households["factor"].combine_chunks(),
        "stratum": households["est_dis"].combine_chunks(),
        "psu": households["upm"].combine_chunks(),
    }


def column_of_lines(claves: pa.ChunkedArray, catalogue: SourceTable) -> np.ndarray:
    """For each income line the number of its column in INCOME_COLUMNS, NOT_INCOME or UNKNOWN_CLAVE."""
    rows = zip(catalogue.table["clave"].to_pylist(), catalogue.table["concentrado_column"].to_pylist(), strict=True)
    known: dict[str, int] = {}
    for clave, column in rows:
        number = NOT_INCOME if column is None else UNKNOWN_CLAVE
        if column in LEAF_OF_COLUMN:
            number = INCOME_COLUMNS.index(column)
        known[clave] = number if known.get(clave, number) == number else UNKNOWN_CLAVE
    return _by_word(claves, known, UNKNOWN_CLAVE)


def leaf_of_lines(lines: pa.Table, columns: np.ndarray, jobs: SourceTable) -> np.ndarray:
    """For each income line the number of its leaf, or -1 when it is no income.

    A wage is agricultural when its job is in sector 11 (`scian`: agriculture, forestry, fishing), earned away
    from home when the job is abroad (`trapais` 2; the survey does not ask for another place inside Mexico),
    else local. A wage that belongs to no job, or to one without an industry, is local.
    """
    leaves = np.array([LEAF_NUMBER.get(leaf, -1) for leaf in LEAF_OF_COLUMN.values()] + [-1, -1])
    is_wage = np.array([leaf == WAGES for leaf in LEAF_OF_COLUMN.values()] + [False, False])
    # columns -1 and -2 reach the two entries at the end
    return np.where(is_wage[columns], _wage_leaf(lines, jobs), leaves[columns])


def _wage_leaf(lines: pa.Table, jobs: SourceTable) -> np.ndarray:
    number = _by_word(lines["clave"], JOB_OF_CLAVE, 0)
    job_number = pa.array(number.astype(str), pa.string())
    keys = joined(lines.append_column("numtrab", job_number), JOB_KEY)
    place = places(keys, joined(jobs.table, JOB_KEY))
    sector = np.asarray(pc.fill_null(pc.starts_with(jobs.table["scian"], "11"), False))
    abroad = np.asarray(pc.fill_null(pc.equal(jobs.table["trapais"], "2"), False))
    leaf = np.where(abroad, LEAF_NUMBER["wage_away"], LEAF_NUMBER["wage_local"])
    leaf = np.append(np.where(sector, LEAF_NUMBER["wage_agri"], leaf), LEAF_NUMBER["wage_local"])
    return leaf[place]


def _by_word(column: pa.ChunkedArray, numbers: Mapping[str, int], other: int) -> np.ndarray:
    encoded = column.combine_chunks().dictionary_encode()
    meanings = [numbers.get(word.strip(), other) for word in encoded.dictionary.to_pylist()]
    lookup = np.array([*meanings, other], np.int64)
    return lookup[np.asarray(pc.fill_null(encoded.indices, len(meanings)))]


def month_numbers(column: pa.ChunkedArray, months: tuple[str, ...]) -> np.ndarray:
    """The place of each calendar month in `months`; -1 for a blank, -2 for any other text."""
    numbers = _by_word(column, {month: place for place, month in enumerate(months)}, -2)
    return np.where(np.asarray(column.is_null()), -1, numbers)


def damaged_lines(source: SourceTable, households: pa.Array) -> list[tuple[int, str]]:
    """Household and reason for every damaged line of a file that still names a household."""
    lines = np.flatnonzero(np.asarray(source.damage.is_valid()))
    place = places(household_ids(source.table), households)
    return [
        (int(place[line]), f"{where(source, line)}: {source.damage[line].as_py()}")
        for line in lines.tolist()
        if place[line] >= 0
    ]


def repeated_lines(source: SourceTable, key: tuple[str, ...], households: pa.Array) -> list[tuple[int, str]]:
    """Household and reason for every key that stands on several lines of a file that has it once."""
    keys = joined(source.table, key)
    counts = keys.value_counts()
    twice = counts.field("values").filter(pc.greater(counts.field("counts"), 1))
    if not len(twice):
        return []
    lines = np.flatnonzero(np.asarray(pc.is_in(keys, value_set=twice.drop_null())))
    place = places(household_ids(source.table), households)
    return [
        (int(place[line]), f"{where(source, line)} repeats the {', '.join(key)} of another line")
        for line in lines.tolist()
        if place[line] >= 0
    ]
