"""What a table is and where it lives: contracts, layouts, Parquet store, engine.

Nothing here knows of Dagster, of a jurisdiction or of a method. Readers begin with `open_warehouse`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from warehouse.access import open_warehouse

__all__ = ["open_warehouse"]


def __getattr__(name: str) -> object:
    """`open_warehouse` on first use: what writes tables does not load what reads them."""
    if name == "open_warehouse":
        from warehouse.access import open_warehouse

        return open_warehouse
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
