"""The shared warehouse in PostgreSQL: tables, views and rights from the contracts, and how it is loaded and upgraded.

A run never works here: it works in the private DuckDB file, and what it publishes is loaded in one transaction.
Alembic and psycopg are imported inside the functions that need them: an office without PostgreSQL needs neither.
"""
