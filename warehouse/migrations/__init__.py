"""Migrations of the shared warehouse: one line of revisions, each with its SQL beside it.

`povmon warehouse upgrade` runs them. Only what holds rows is here; views, words and rights are made anew from the
contracts at every upgrade (`warehouse.postgres.objects`). How to add a revision: docs/warehouse.md.
"""

from pathlib import Path

FOLDER = Path(__file__).parent
TABLES = FOLDER / "versions" / "tables.sql"
"""What the revision `tables` runs: `warehouse.postgres.tables.ddl()` as it was when 0.1.0 was released; until then
`make docs` writes it anew."""
