"""Dagster wiring and the command line. Nothing is computed here."""
