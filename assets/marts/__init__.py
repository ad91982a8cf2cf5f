"""Results from accepted rows, one module per family: labour, funds and printed figures by Ibis, the survey by NumPy."""

MART_SOURCES = {
    "mart.psu_total": ("core.household_income",),
    "mart.income_level": ("core.household_income",),
    "mart.income_share": ("core.household_income", "core.published_income"),
    "mart.poverty": ("core.household_income",),
    "mart.inequality": ("core.household_income",),
    "mart.labour_export": ("core.labour_export",),
    "mart.fund_flow": ("core.fund_transaction",),
}
"""mart -> the source tables that it is made of"""
