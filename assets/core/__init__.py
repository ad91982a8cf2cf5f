"""Months of source tables: typed, judged once, sorted into accepted and quarantined."""
