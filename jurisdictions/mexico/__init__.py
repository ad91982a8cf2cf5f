"""Mexico: the south's household survey of 2010 and the federal money for social infrastructure.

What is true here and nowhere else: areas are INEGI's two-digit states (a municipality is known by its first
two digits), layouts of INEGI's and the finance ministry's files, and the balances that money tables must
hold.
"""

from __future__ import annotations

from jurisdictions.mexico.layouts import LAYOUTS
from jurisdictions.mexico.rules import FUND_RULES
from warehouse.layouts import Jurisdiction

JURISDICTION = Jurisdiction(
    id="mexico",
    name="Mexico",
    name_zh="墨西哥",
    currency="MXN",
    root_area="MX",
    layouts=LAYOUTS,
    rules={"core.fund_transaction": FUND_RULES},
    publication={
        "open_tables": ("mart.fund_flow", "mart.fund_indicator")
    },  # the treasuries publish these ledgers themselves
    source="Fuente: INEGI, ENIGH 2010; SHCP, datos.gob.mx (Libre Uso MX)",
    licence=("Libre-Uso-MX", "Términos de libre uso: free with credit to the source"),
)
