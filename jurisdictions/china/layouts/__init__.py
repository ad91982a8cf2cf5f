"""Layouts of the National Bureau of Statistics' per-capita income tables, and of the history of area codes."""

from __future__ import annotations

from jurisdictions.china.layouts.area_history import AREA_HISTORY
from jurisdictions.china.layouts.quarterly import QUARTERLY_LAYOUTS
from jurisdictions.china.layouts.rural_net_income import RURAL_NET_INCOME

LAYOUTS = (*QUARTERLY_LAYOUTS, RURAL_NET_INCOME, AREA_HISTORY)
