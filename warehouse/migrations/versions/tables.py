"""Every table of the contracts of 0.1.0: microdata by month, keys, indexes for the usual questions."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "tables"
down_revision = "roles"
branch_labels = None
depends_on = None

_SQL = Path(__file__).with_suffix(".sql")
_TABLES = """SELECT c.oid::regclass::text FROM pg_catalog.pg_class c
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND c.relnamespace::regnamespace::text IN ('ref', 'raw', 'core', 'mart', 'audit') ORDER BY 1"""


def upgrade() -> None:
    """Make them, owned by the role that writes."""
    op.execute("SET LOCAL ROLE povmon_engineer")
    op.execute(_SQL.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Drop them when they are empty; a table with rows stops it, since nothing would bring the rows back."""
    connection = op.get_bind()
    tables = list(connection.execute(sa.text(_TABLES)).scalars())
    held = [name for name in tables if connection.execute(sa.text(f"SELECT EXISTS (SELECT FROM {name})")).scalar()]
    if held:
        raise RuntimeError(
            f"{', '.join(held)} hold rows, which the revision before has no place for; "
            "to go back all the same, drop the database and load it anew"
        )
    for name in tables:
        op.execute(f"DROP TABLE {name}")
    op.execute("DELETE FROM povmon.piece")
