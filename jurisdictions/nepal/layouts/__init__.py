"""Layouts of the Department of Foreign Employment's monthly labour permits, in the order of their rank."""

from __future__ import annotations

from jurisdictions.nepal.layouts.by_place import BY_PLACE_LAYOUTS
from jurisdictions.nepal.layouts.monthly_report import MONTHLY_REPORT_LAYOUTS

LAYOUTS = (*MONTHLY_REPORT_LAYOUTS, *BY_PLACE_LAYOUTS)
