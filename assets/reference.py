"""Reference tables as they are now: areas, income classification, poverty lines, price levels, code lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from warehouse.contracts import CODE_LISTS, CONTRACTS
from warehouse.engine import append_rows, table


def write_reference(
    connection: sa.Connection, jurisdiction: str, tables: Mapping[str, Sequence[dict[str, object]]]
) -> None:
    """Replace the jurisdiction's rows of each named table; rows carry every column of its contract."""
    for name, rows in tables.items():
        kept = table(CONTRACTS[name])
        connection.execute(sa.delete(kept).where(kept.c.jurisdiction == jurisdiction))
        append_rows(connection, CONTRACTS[name], rows)


def write_code_lists(connection: sa.Connection) -> None:
    """Write `ref.code_list` anew."""
    connection.execute(sa.delete(table(CONTRACTS["ref.code_list"])))
    append_rows(
        connection,
        CONTRACTS["ref.code_list"],
        [
            {
                "code_list": name,
                "code": code,
                "name": english,
                "name_zh": chinese,
                "valid_from": listed.valid.get(code, (None, None))[0],
                "valid_to": listed.valid.get(code, (None, None))[1],
            }
            for name, listed in CODE_LISTS.items()
            for code, (english, chinese) in listed.codes.items()
        ],
    )
