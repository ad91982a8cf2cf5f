"""The shared warehouse as a run sees it: loaded from the published file, when the office has one.

The file comes first: `povmon sql`, `verify` and `status` read it.
"""

from __future__ import annotations

from warehouse.postgres.connection import WarehouseProblem, address
from warehouse.store import Home

__all__ = ["WarehouseProblem", "load_shared"]


def load_shared(home: Home) -> None:
    """Bring the shared warehouse to what the home has published. WarehouseProblem when it could not be loaded."""
    from warehouse.postgres.load import load

    url = address()
    if url is not None:
        load(home, url)
