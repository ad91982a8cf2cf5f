"""Months. A quarter or a year belongs to the month that closes it."""

from dagster import BackfillPolicy, MonthlyPartitionsDefinition

MONTHS = MonthlyPartitionsDefinition(start_date="1998-01", fmt="%Y-%m", end_offset=1)
"""From the first month of today's area codes to the current month, which may be run before it ends."""

IN_ONE_RUN = BackfillPolicy.single_run()
"""A range of months is one run: starting a process for each would take longer than the work."""
