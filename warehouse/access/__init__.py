"""How people ask from Python: `from warehouse import open_warehouse`. The published file or the shared warehouse alike.

What may be asked, and what it means, is in the contracts; how views are made, in `warehouse.published`.
"""

from warehouse.access.reading import Warehouse, open_warehouse

__all__ = ["Warehouse", "open_warehouse"]
