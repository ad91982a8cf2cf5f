"""What Alembic runs: the migrations on the connection that it is given, or on the database of POVMON_WAREHOUSE.

With Alembic's own command a new revision is drafted by comparing that database with the contracts.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import context

from warehouse.contracts import SCHEMAS
from warehouse.postgres.connection import VARIABLE, address, writing
from warehouse.postgres.tables import BOOKS, metadata


def _is_ours(connection: sa.Connection) -> Any:
    """Whether something found in the database is a table of a contract; partitions are their table's."""
    found = connection.exec_driver_sql(
        "SELECT relnamespace::regnamespace || '.' || relname FROM pg_catalog.pg_class WHERE relispartition"
    )
    partitions = set(found.scalars())

    def is_ours(name: str | None, kind: str, parents: Any) -> bool:
        if kind == "schema":
            return name in SCHEMAS
        return kind != "table" or f"{parents['schema_name']}.{name}" not in partitions

    return is_ours


def run(connection: sa.Connection) -> None:
    """Run what Alembic was asked for, in the caller's transaction."""
    context.configure(
        connection=connection,
        target_metadata=metadata(),
        version_table_schema=BOOKS,
        include_schemas=True,
        include_name=_is_ours(connection),
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    url = address()
    if url is None:
        raise SystemExit(f"set {VARIABLE} to the database that the contracts are to be compared with")
    with writing(url, as_engineer=False) as opened:
        run(opened)
