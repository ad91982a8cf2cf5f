"""What Dagster shows of a table, from its contract: columns with type, unit and description."""

from collections.abc import Mapping

from dagster import TableColumn, TableColumnConstraints, TableSchema

from warehouse.compile import comment
from warehouse.contracts import Contract


def column_schema(contract: Contract) -> TableSchema:
    """Column metadata of a contract."""
    return TableSchema(
        columns=[
            TableColumn(
                column.name,
                type=column.type,
                description=f"{comment(column)} / {column.description_zh}",
                constraints=TableColumnConstraints(nullable=column.nullable),
            )
            for column in contract.columns
        ]
    )


def table_metadata(contract: Contract) -> Mapping[str, object]:
    """Definition metadata of an asset that is a table."""
    return {"dagster/column_schema": column_schema(contract), "grain": contract.grain}
