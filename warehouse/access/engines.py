"""The two engines behind one face: a statement with values becomes an Arrow table; Ibis sees the same connection.

The file is opened read-only, the shared warehouse in read-only transactions; no text of a caller becomes SQL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import pyarrow as pa

from warehouse.access.asking import AskedWrongly, Statement
from warehouse.engine import open_published
from warehouse.store import Home

if TYPE_CHECKING:
    import ibis


class Engine(Protocol):
    """What a `Warehouse` wants of an engine."""

    def fetch(self, statement: Statement, schema: pa.Schema) -> pa.Table:
        """Rows of a statement in the types of a schema."""

    def ibis(self) -> ibis.BaseBackend:
        """The engine as Ibis knows it."""

    def close(self) -> None:
        """Leave it."""


class PublishedFile:
    """The DuckDB file of a home."""

    def __init__(self, home: Home) -> None:
        import ibis

        self._driver = open_published(home)
        self._ibis = ibis.duckdb.from_connection(self._driver)

    def fetch(self, statement: Statement, schema: pa.Schema) -> pa.Table:
        """Rows of a statement in the types of a schema."""
        return self._driver.sql(statement.sql, params=list(statement.values)).to_arrow_table().cast(schema)

    def ibis(self) -> ibis.BaseBackend:
        """The engine as Ibis knows it."""
        return self._ibis

    def close(self) -> None:
        """Close the file."""
        self._driver.close()


class SharedWarehouse:
    """A PostgreSQL database with the same views."""

    def __init__(self, url: str) -> None:
        from warehouse.postgres.connection import engine

        self._engine = engine(url)
        self._connection: Any = None
        self._ibis: ibis.BaseBackend | None = None

    def fetch(self, statement: Statement, schema: pa.Schema) -> pa.Table:
        """Rows of a statement in the types of a schema."""
        with self._driver().transaction(), self._driver().cursor() as cursor:
            cursor.execute(statement.sql.replace("%", "%%").replace("?", "%s"), statement.values)
            columns = list(zip(*cursor.fetchall(), strict=True)) or [()] * len(schema)
        return pa.table([pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema)

    def ibis(self) -> ibis.BaseBackend:
        """The engine as Ibis knows it."""
        if self._ibis is None:
            import ibis

            self._ibis = ibis.postgres.from_connection(self._driver())
        return self._ibis

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()

    def _driver(self) -> Any:
        """One connection for all that is asked, each question a transaction of its own that cannot write."""
        import psycopg

        if self._connection is None or self._connection.closed:
            url = self._engine.url
            arguments = self._engine.dialect.create_connect_args(url)[1]
            try:
                self._connection = psycopg.connect(
                    **arguments, autocommit=True, application_name="povmon",
                    options="-c timezone=UTC -c default_transaction_read_only=on",
                )  # fmt: skip
            except psycopg.OperationalError as error:
                where = url.render_as_string(hide_password=True)
                raise AskedWrongly(f"{where} cannot be reached: {' '.join(str(error).split())}") from error
        return self._connection
