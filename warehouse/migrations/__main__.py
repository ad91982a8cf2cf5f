"""`python -m warehouse.migrations`: write the SQL of the first tables anew, as long as no release has them."""

from warehouse.migrations import TABLES
from warehouse.postgres.tables import ddl

if __name__ == "__main__":
    TABLES.write_text(ddl(), encoding="utf-8")
