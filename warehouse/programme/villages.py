"""Lines of the programme on villages."""

from __future__ import annotations

from warehouse.programme.base import Indicator, Subject

SUBJECTS: tuple[Subject, ...] = (
    Subject(
        "S01",
        "A",
        "Whole-village advance is the body.",
        "以整村推进为主体。",
        ("core.village_programme",),
        (Indicator("mart.village_indicator", ("villages", "lag_days", "works_done")),),
        "villages",
        ("village_programme.steps_in_order", "village_programme.dates_in_period", "village_programme.batch_is_planned"),
    ),
    Subject(
        "S05",
        "A",
        "Catch a batch, finish a batch.",
        "抓一批,成一批。",
        ("core.registry",),
        (Indicator("mart.registry_indicator", ("registered", "households", "persons", "exited", "returned")),),
        "villages",
        ("registry.dates_in_order", "registry.dates_in_period", "registry.batch_of_entry"),
    ),
    Subject(
        "S06",
        "A",
        "Villages and households of low income that remain.",
        "仍有部分低收入村和贫困户。",
        ("core.household_income", "core.village_programme", "core.registry"),
        (
            Indicator("mart.poverty", ("fgt0", "fgt1", "fgt2")),
            Indicator("mart.village_indicator", ("villages_below_line",)),
            Indicator("mart.registry_indicator", ("households_below_line",)),
        ),
        "villages",
        ("village_programme.income_plausible", "registry.exit_above_line"),
    ),
)
