"""The way into the shared warehouse: the address, one transaction at a time for those who write, errors for people."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from warehouse.postgres.roles import ENGINEER

VARIABLE = "POVMON_WAREHOUSE"
_LOCK = 0x706F766D6F6E
"""Held by the one who writes: `povmon` as a number."""
_FULL = "53100"


class WarehouseProblem(RuntimeError):
    """The shared warehouse cannot be written now; nothing of the attempt is visible. The message says what to do."""


def address() -> str | None:
    """The address of the shared warehouse, from POVMON_WAREHOUSE; None when the office has none."""
    return os.environ.get(VARIABLE) or None


def engine(url: str) -> sa.Engine:
    """Connections to the shared warehouse, in UTC. WarehouseProblem when the address is not one of PostgreSQL."""
    try:
        made = sa.make_url(url)
    except sa.exc.ArgumentError as error:
        raise WarehouseProblem(f"{VARIABLE} is not an address; expected {_FORM}") from error
    if made.drivername != "postgresql+psycopg":
        raise WarehouseProblem(f"{VARIABLE} begins with {made.drivername}://; expected {_FORM}")
    options = {"options": "-c timezone=UTC", "application_name": "povmon"}
    try:
        return sa.create_engine(made, poolclass=sa.NullPool, connect_args=options)
    except ModuleNotFoundError as error:
        raise WarehouseProblem("psycopg is missing; run: pip install 'poverty-monitor[postgres]'") from error


_FORM = "postgresql+psycopg://user@host/database (docs/warehouse.md)"


@contextmanager
def writing(url: str, *, as_engineer: bool) -> Iterator[sa.Connection]:
    """One transaction of the only writer: a second one waits for its end. Whatever goes wrong, all of it goes back.

    WarehouseProblem when the server cannot be reached or refuses.
    """
    opened = engine(url)
    from psycopg import Error

    try:
        with opened.begin() as connection:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
            if as_engineer:
                be_engineer(connection)
            yield connection
    except sa.exc.DBAPIError as error:
        raise WarehouseProblem(_explained(opened.url, error.orig or error)) from error
    except Error as error:  # of COPY, which SQLAlchemy does not know
        raise WarehouseProblem(_explained(opened.url, error)) from error
    finally:
        opened.dispose()


def be_engineer(connection: sa.Connection) -> None:
    """Go on as the role that owns the tables, so that what is made belongs to it whoever logs in."""
    connection.exec_driver_sql(f"SET LOCAL ROLE {ENGINEER}")


def _explained(url: sa.URL, error: BaseException) -> str:
    said = " ".join(str(error).split())
    state, hint = getattr(error, "sqlstate", None), getattr(getattr(error, "diag", None), "message_hint", None) or ""
    if state == _FULL or "disk space" in hint:
        do = "free space on the server's disk, then run: povmon warehouse load"
    elif state is not None and state.startswith("42501"):
        do = f"let the administrator run: GRANT {ENGINEER} TO {url.username}"
    elif state == "55P03":
        do = "readers hold what is to be changed: try again when their queries are over"
    else:
        do = "see that the server runs and can be reached, then run: povmon warehouse load"
    where = url.render_as_string(hide_password=True)
    return f"{where}: {said}\nnothing of it is visible: readers have what they had before\nto do: {do}"
