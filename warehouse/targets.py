"""Where a home is published: the DuckDB file that readers open, and the shared warehouse when the office has one.

The file comes first: `povmon sql`, `verify` and `status` read it, and the shared warehouse is loaded from it.
"""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from warehouse import engine
from warehouse.postgres.connection import address
from warehouse.store import Home

Target = Callable[[Home, sa.Engine], None]
"""Publishes what the private file of a home holds; readers see what was there before, or all of it."""


def publish(home: Home, ledger: sa.Engine) -> None:
    """Publish in every target of the office. WarehouseProblem when the shared warehouse could not be loaded."""
    for target in targets():
        target(home, ledger)


def targets() -> list[Target]:
    """The targets of the office, the file first."""
    return [engine.publish] + ([_shared] if address() else [])


def _shared(home: Home, ledger: sa.Engine) -> None:
    from warehouse.postgres.load import load

    url = address()
    assert url is not None
    load(home, url)
