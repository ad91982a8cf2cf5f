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
        "S03",
        "A",
        "Enterprises reach poor households.",
        "龙头企业带动贫困户。",
        ("core.linked_household", "core.registry"),
        (Indicator("mart.registry_indicator", ("linked_share", "poor_linked_share")),),
        "villages",
        ("linked_household.duplicate", "linked_household.household_registered"),
    ),
    Subject(
        "S04",
        "A",
        "The three parts depend on each other: whole-village advance, labour export, enterprises.",
        "一体两翼,相互依托。",
        (
            "core.village_programme",
            "core.registry",
            "core.labour_training",
            "core.linked_household",
            "core.enterprise",
        ),
        (Indicator("mart.village_indicator", ("part_villages", "three_parts", "balance")),),
        "villages",
        ("linked_household.village_as_registered", "registry.village_of_area", "labour_training.village_of_area"),
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
