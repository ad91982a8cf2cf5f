"""Months. A quarter or a year belongs to the month that closes it."""

from dagster import MonthlyPartitionsDefinition

MONTHS = MonthlyPartitionsDefinition(start_date="1998-01", fmt="%Y-%m", end_offset=1)
"""From the first month of today's area codes to the current month, which may be run before it ends."""
