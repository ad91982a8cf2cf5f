"""What is made anew at every upgrade, since it holds no rows: words, published views and their forms, rights.

All of it follows from the contracts and `warehouse.published`; a hash of its text says whether a database has it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import sqlalchemy as sa

from warehouse.compile import comment
from warehouse.contracts import CONTRACTS, PUBLISHED_VIEWS
from warehouse.postgres.roles import rights
from warehouse.postgres.tables import BOOKS
from warehouse.published import MACROS, VIEWS, Macro

_MOMENTS = {
    "date": 'CAST("at" AS text)',
    "timestamp": 'CAST("at" AS text)',
    "timestamptz": """CAST("at" AT TIME ZONE 'UTC' AS text)""",
}
"""Type of a moment -> the text that means the same; a text itself is read by the form."""

_OLD = """SELECT 'DROP VIEW published.' || quote_ident(relname) AS statement, oid AS made FROM pg_catalog.pg_class
WHERE relnamespace = 'published'::regnamespace AND relkind = 'v'
UNION ALL SELECT 'DROP FUNCTION ' || oid::regprocedure, oid FROM pg_catalog.pg_proc
WHERE pronamespace = 'published'::regnamespace ORDER BY made DESC"""
"""Statements that drop what stands in `published`, the last made first."""


def statements() -> list[str]:
    """All statements, in their order, for a database that has the tables and nothing in `published`."""
    return [*_words(), *_views(), *(made for macro in MACROS for made in _form(macro)), *rights()]


def fingerprint() -> str:
    """SHA-256 of the statements."""
    return hashlib.sha256("\n".join(statements()).encode()).hexdigest()


def known(connection: sa.Connection) -> str | None:
    """The fingerprint of what the database has."""
    return connection.exec_driver_sql(f"SELECT fingerprint FROM {BOOKS}.objects").scalar()


def drop(connection: sa.Connection) -> None:
    """Drop views and forms; objects of others that stand on them stop it, and are named by the server."""
    for statement, _ in connection.exec_driver_sql(_OLD).all():
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(f"DELETE FROM {BOOKS}.objects")


def refresh(connection: sa.Connection) -> None:
    """Make them as this program has them, if the database has others; within the caller's transaction."""
    if known(connection) == fingerprint():
        return
    drop(connection)
    driver = connection.connection.cursor()
    driver.execute(";\n".join(statements()))
    driver.execute(f"INSERT INTO {BOOKS}.objects VALUES (%s)", [fingerprint()])
    driver.close()


def _words() -> Iterator[str]:
    for contract in CONTRACTS.values():
        yield f"COMMENT ON TABLE {contract.name} IS {_text(f'{contract.description} {contract.grain}')}"
        for column in contract.columns:
            yield f"COMMENT ON COLUMN {contract.name}.{column.name} IS {_text(comment(column))}"


def _views() -> Iterator[str]:
    for name, (words, sql) in VIEWS.items():
        yield f"CREATE VIEW published.{name} AS {sql}"
        yield f"COMMENT ON VIEW published.{name} IS {_text(words)}"
        for column in PUBLISHED_VIEWS[name].columns:
            yield f"COMMENT ON COLUMN published.{name}.{column.name} IS {_text(comment(column))}"


def _form(macro: Macro) -> Iterator[str]:
    """A function that returns rows of the view; one for each type that a moment is given in."""
    is_moment = macro.parameter == "at"
    yield from _function(macro, "text" if is_moment else "bigint", macro.sql)
    if is_moment:
        for kind, text in _MOMENTS.items():
            yield from _function(macro, kind, f"SELECT * FROM published.{macro.name}({text})")


def _function(macro: Macro, kind: str, sql: str) -> Iterator[str]:
    # it reads marts that the one who calls may not, and finds nothing but what its text names
    yield (
        f'CREATE FUNCTION published.{macro.name}("{macro.parameter}" {kind}) RETURNS SETOF published.{macro.view} '
        f"LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $form$ {sql} $form$"
    )
    yield f"COMMENT ON FUNCTION published.{macro.name}({kind}) IS {_text(macro.words)}"


def _text(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"
