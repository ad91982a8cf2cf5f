"""China: income per head as the National Bureau of Statistics publishes it.

What is true here and nowhere else: the bureau's tables (`layouts`), how year-to-date figures become
quarters (`figures`), which sums its figures must keep (`identities.csv`, `rules`), and which shares are
made of which items (`published_share.csv`: the sum of the numerator items over the sum of the denominator
items). Areas below the country come with the history of GB/T 2260, whose layout and rule other places of the
country share (`area_rules`).
"""

from __future__ import annotations

from jurisdictions.china.layouts import LAYOUTS
from jurisdictions.china.rules import INCOME_RULES
from warehouse.layouts import Jurisdiction

JURISDICTION = Jurisdiction(
    id="china",
    name="China",
    name_zh="中国",
    currency="CNY",
    root_area="CN",
    layouts=LAYOUTS,
    rules={"core.published_income": INCOME_RULES},
    source="National Bureau of Statistics of China; Ministry of Civil Affairs",
)
