"""Bringing a database to what this program needs: migrations, then views, words and rights made anew.

A run never does that: it would change what readers have open without anyone having asked for it. It stops and says
that `povmon warehouse upgrade` is due.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from warehouse.migrations import FOLDER
from warehouse.postgres import objects
from warehouse.postgres.connection import WarehouseProblem, be_engineer, writing
from warehouse.postgres.tables import BOOKS

OLDEST = 15
"""Version of PostgreSQL from which keys may hold blanks (NULLS NOT DISTINCT)."""
_LIBC, _BUILT_IN = "c", "b"
_BYTEWISE = ("C", "POSIX", "C.UTF-8", "C.utf8")


def upgrade(url: str) -> str:
    """Bring a database to the newest revision, in one transaction; returns its name."""
    with writing(url, as_engineer=False) as connection:
        connection.exec_driver_sql("SET LOCAL lock_timeout = '30s'")
        check_database(connection)
        if connection.exec_driver_sql(f"SELECT to_regnamespace('{BOOKS}') IS NULL").scalar():
            connection.exec_driver_sql(f"CREATE SCHEMA {BOOKS}")
        _alembic(connection, "upgrade", "head")
        be_engineer(connection)
        objects.refresh(connection)
    return newest()


def downgrade(url: str, revision: str) -> None:
    """Bring a database back to a revision, `base` for the one before the first, where no row would be lost."""
    with writing(url, as_engineer=False) as connection:
        objects.drop(connection)
        _alembic(connection, "downgrade", revision)


def newest() -> str:
    """The one head of the revisions."""
    from alembic.script import ScriptDirectory

    return str(ScriptDirectory.from_config(_config()).get_current_head())


def require_current(connection: sa.Connection) -> None:
    """WarehouseProblem when the database is not as this program needs it."""
    there = connection.exec_driver_sql(f"SELECT to_regclass('{BOOKS}.alembic_version') IS NOT NULL").scalar()
    query = f"SELECT version_num FROM {BOOKS}.alembic_version"
    found = connection.exec_driver_sql(query).scalar() if there else None
    if found != newest() or objects.known(connection) != objects.fingerprint():
        at = f"the database is at revision {found or 'none'}"
        state = at if found != newest() else "the views of the database are of another program"
        raise WarehouseProblem(
            f"{state}, this program needs {newest()} with its views\n"
            "to do: run povmon warehouse upgrade with the newest program, then povmon warehouse load"
        )


def check_database(connection: sa.Connection) -> None:
    """WarehouseProblem when the server is too old, or the database sorts text by a language or is not UTF-8."""
    version = connection.exec_driver_sql("SHOW server_version_num").scalar_one()
    if int(version) < OLDEST * 10_000:
        raise WarehouseProblem(f"the server is PostgreSQL {int(version) // 10_000}; {OLDEST} or later is needed")
    encoding, provider, collation = connection.exec_driver_sql(
        "SELECT pg_encoding_to_char(encoding), datlocprovider::text, datcollate FROM pg_catalog.pg_database "
        "WHERE datname = current_database()"
    ).one()
    is_bytewise = provider == _BUILT_IN or (provider == _LIBC and collation in _BYTEWISE)
    if encoding != "UTF8" or not is_bytewise:
        raise WarehouseProblem(
            f"the database is {encoding}, sorted by {collation} of provider {provider}; "
            "expected UTF8 sorted by bytes, as the DuckDB file is\n"
            "to do: CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"
        )


def _config() -> Any:
    try:
        from alembic.config import Config
    except ModuleNotFoundError as error:
        raise WarehouseProblem("alembic is missing; run: pip install 'poverty-monitor[postgres]'") from error
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config


def _alembic(connection: sa.Connection, command: str, revision: str) -> None:
    config = _config()
    from alembic import command as commands

    config.attributes["connection"] = connection
    getattr(commands, command)(config, revision)
