"""Months. A quarter or a year belongs to the month that closes it."""

from dagster import MonthlyPartitionsDefinition

from warehouse.periods import FIRST_MONTH

MONTHS = MonthlyPartitionsDefinition(start_date=FIRST_MONTH, fmt="%Y-%m", end_offset=1)
"""To the current month, which may be run before it ends."""
