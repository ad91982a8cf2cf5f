"""SDMX 3.0: a structure message with concepts, code lists, data structures and dataflows, and SDMX-CSV 2.0 data.

Dimensions are the columns of a table's key; measures its numbers; errors, counts, statuses and notes are attributes of
the observation. A column is coded where all codes of its list are identifiers to SDMX.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from pysdmx.io import write_sdmx as write_message
from pysdmx.io.format import Format
from pysdmx.io.pd import PandasDataset
from pysdmx.model import (
    Annotation,
    Code,
    Codelist,
    Component,
    Components,
    Concept,
    ConceptScheme,
    Dataflow,
    DataStructureDefinition,
    DataType,
    Organisation,
    Role,
    Schema,
)
from pysdmx.model.message import Header

from warehouse.contracts import Column, Contract
from warehouse.contracts.base import ColumnType
from warehouse.contracts.published_views import NUMBERS
from warehouse.exports.extract import Exported, Extract
from warehouse.exports.safe_text import for_xml, inert

AGENCY = "POVMON"
VERSION = "1.0.0"
NOT_APPLICABLE = "_Z"
_CONCEPTS = "CONCEPTS"
_IDENTIFIER = re.compile(r"[A-Za-z0-9_@$-]+")
_CROSS_DOMAIN = {"area_code": "REF_AREA", "value": "OBS_VALUE"}
"""Columns whose concept has another name in SDMX's list for all domains"""
_TYPES: dict[ColumnType, DataType] = {
    "identifier": DataType.STRING,
    "code": DataType.STRING,
    "text": DataType.STRING,
    "period": DataType.PERIOD,
    "integer": DataType.LONG,
    "number": DataType.DOUBLE,
    "money": DataType.DECIMAL,
    "date": DataType.DATE,
    "timestamp": DataType.DATE_TIME,
    "boolean": DataType.BOOLEAN,
}


def write_sdmx(extract: Extract, folder: Path) -> None:
    """`structure.xml`, and `<table>.csv` for every table that has rows."""
    lists = {name: codes for name, codes in extract.code_lists.items() if all(map(_IDENTIFIER.fullmatch, codes))}
    codelists = {name: _codelist(name, codes) for name, codes in lists.items()}
    columns = {c.name: c for table in extract.tables for c in table.contract.columns}
    concepts = {name: _concept(column, extract) for name, column in columns.items()}
    scheme = ConceptScheme(id=_CONCEPTS, agency=AGENCY, version=VERSION, name="Concepts", items=list(concepts.values()))
    structures = {table.name: _structure(table.contract, concepts, codelists) for table in extract.tables}
    dataflows = [
        Dataflow(id=dsd.id, agency=AGENCY, version=VERSION, name=dsd.name, structure=dsd) for dsd in structures.values()
    ]
    header = Header(
        id=f"{extract.place.id}-release-{extract.release.id}",
        prepared=extract.release.created_at,
        sender=Organisation(id=AGENCY),
    )
    write_message(
        [scheme, *codelists.values(), *structures.values(), *dataflows],
        Format.STRUCTURE_SDMX_ML_3_0,
        str(folder / "structure.xml"),
        header=header,
    )
    for table in extract.tables:
        if table.rows.num_rows:
            _write_data(table, structures[table.name], folder / f"{table.name}.csv")


def sdmx_id(column: str) -> str:
    """The identifier of a column's concept and component."""
    return _CROSS_DOMAIN.get(column, column.upper())


def _codelist(name: str, codes: Mapping[str, tuple[str, str]]) -> Codelist:
    items = [Code(id=code, name=for_xml(english), annotations=[_chinese(zh)]) for code, (english, zh) in codes.items()]
    return Codelist(id=f"CL_{name.upper()}", agency=AGENCY, version=VERSION, name=name.replace("_", " "), items=items)


def _chinese(text: str) -> Annotation:
    return Annotation(id="zh", type="NAME_ZH", text=for_xml(text))


def _concept(column: Column, extract: Extract) -> Concept:
    unit = extract.unit_of(column)
    return Concept(
        id=sdmx_id(column.name),
        urn=f"urn:sdmx:org.sdmx.infomodel.conceptscheme.Concept={AGENCY}:{_CONCEPTS}({VERSION}).{sdmx_id(column.name)}",
        name=f"{column.description} [{unit}]" if unit else column.description,
        annotations=[_chinese(column.description_zh)],
        dtype=_TYPES[column.type],
    )


def _structure(
    contract: Contract, concepts: Mapping[str, Concept], codelists: Mapping[str, Codelist]
) -> DataStructureDefinition:
    def role(column: Column) -> Role:
        if column.name in (*contract.key, "freq"):
            return Role.DIMENSION
        return Role.MEASURE if column.type in NUMBERS and not column.concept else Role.ATTRIBUTE

    def component(column: Column) -> Component:
        return Component(
            id=sdmx_id(column.name),
            required=role(column) is Role.DIMENSION or not column.nullable,
            role=role(column),
            concept=concepts[column.name],
            local_dtype=_TYPES[column.type],
            local_codes=codelists.get(column.code_list or ""),
            attachment_level="O" if role(column) is Role.ATTRIBUTE else None,
        )

    # the time dimension comes last among the dimensions
    ordered = sorted(contract.columns, key=lambda column: column.name == "time_period")
    return DataStructureDefinition(
        id=contract.table.upper(),
        agency=AGENCY,
        version=VERSION,
        name=contract.description,
        components=Components([component(column) for column in ordered]),
    )


def _write_data(table: Exported, structure: DataStructureDefinition, path: Path) -> None:
    schema = Schema(
        context="dataflow",
        agency=AGENCY,
        id=structure.id,
        version=VERSION,
        name=structure.name,
        components=structure.components,
    )
    frame = table.rows.rename_columns([sdmx_id(name) for name in table.rows.column_names]).to_pandas()
    coded = {component.id for component in schema.components if component.local_codes is not None}
    for column in table.contract.columns:
        name = sdmx_id(column.name)
        if column.name in table.contract.key and column.nullable:
            frame[name] = frame[name].fillna(NOT_APPLICABLE)
        if column.type in ("text", "code") and name not in coded:
            frame[name] = frame[name].map(inert, na_action="ignore")
        if column.type == "timestamp":
            frame[name] = frame[name].dt.strftime("%Y-%m-%dT%H:%M:%S")  # UTC; pysdmx reads no offset
    dataset = PandasDataset(structure=schema, data=frame)
    write_message([dataset], Format.DATA_SDMX_CSV_2_0_0, str(path))
