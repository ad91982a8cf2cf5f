"""Roles of the readers and of the one who writes, schemas, and the books of the loader."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "roles"
down_revision = None
branch_labels = None
depends_on = None

_ROLES = ("povmon_engineer", "povmon_statistician", "povmon_auditor", "povmon_public")
_SCHEMAS = ("ref", "raw", "core", "mart", "audit", "published")
_BOOKS = """
CREATE TABLE povmon.place (
    jurisdiction varchar PRIMARY KEY,
    home_id varchar NOT NULL
);
COMMENT ON TABLE povmon.place IS 'Which home loads a place; no other may.';
CREATE TABLE povmon.piece (
    home_id varchar NOT NULL,
    table_name varchar NOT NULL,
    jurisdiction varchar NOT NULL,
    part varchar NOT NULL,
    fingerprint varchar NOT NULL,
    rows bigint NOT NULL,
    loaded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (table_name, jurisdiction, part, home_id)
);
COMMENT ON TABLE povmon.piece IS 'What is loaded, piece by piece, so that only what is new is loaded.';
CREATE TABLE povmon.auditor_place (
    role_name name NOT NULL,
    jurisdiction varchar NOT NULL,
    PRIMARY KEY (role_name, jurisdiction)
);
COMMENT ON TABLE povmon.auditor_place IS 'Which places an auditor, or a role of auditors, answers for.';
CREATE TABLE povmon.objects (
    fingerprint varchar NOT NULL
);
COMMENT ON TABLE povmon.objects IS 'SHA-256 of the views, words and rights that the database has.';
"""


def upgrade() -> None:
    """Make the roles that the server lacks, the schemas, and what the loader keeps."""
    connection = op.get_bind()
    there = set(connection.execute(sa.text("SELECT rolname FROM pg_catalog.pg_roles")).scalars())
    for role in _ROLES:
        if role not in there:
            op.execute(f"CREATE ROLE {role} NOLOGIN")
    op.execute("GRANT povmon_public TO povmon_statistician, povmon_auditor")
    op.execute(f"GRANT {_ROLES[0]} TO CURRENT_USER")
    for schema in _SCHEMAS:
        op.execute(f"CREATE SCHEMA {schema} AUTHORIZATION {_ROLES[0]}")
    op.execute(f"ALTER SCHEMA povmon OWNER TO {_ROLES[0]}")
    op.execute(f"ALTER TABLE povmon.alembic_version OWNER TO {_ROLES[0]}")
    op.execute(f"SET LOCAL ROLE {_ROLES[0]}")
    op.execute(_BOOKS)


def downgrade() -> None:
    """Drop the books and the empty schemas; the roles stay, since other databases of the server may use them."""
    for table in ("objects", "auditor_place", "piece", "place"):
        op.execute(f"DROP TABLE povmon.{table}")
    for schema in _SCHEMAS:
        op.execute(f"DROP SCHEMA {schema}")
