"""Lines of the programme on labour."""

from __future__ import annotations

from warehouse.programme.base import Indicator, Subject

_EXPORT = "core.labour_export"

SUBJECTS: tuple[Subject, ...] = (
    Subject(
        "S30",
        "S",
        "Labour export of more than 50,000 person-times in half a year.",
        "半年输出劳务5万多人次。",
        (_EXPORT, "core.labour_training"),
        (
            Indicator("mart.labour_half_year", ("person_times", "persons_average", "repeats")),
            Indicator("mart.labour_indicator", ("person_times", "persons", "repeats")),
        ),
        "labour",
        ("labour_export.person_times", "labour_export.duplicate"),
    ),
    Subject(
        "S31",
        "S",
        "Income per head of labour export.",
        "劳务人均收入。",
        (_EXPORT,),
        (
            Indicator("mart.labour_half_year", ("earnings_total", "earnings_per_person", "earnings_per_person_time")),
            Indicator("mart.labour_indicator", ("earnings_total", "earnings_per_person", "earnings_per_person_time")),
        ),
        "labour",
        ("labour_export.total_is_n_times_mean", "labour_export.earnings_plausible"),
    ),
    Subject(
        "S32",
        "S",
        "Training raises the quality of labour.",
        "加强培训,提高劳动力素质。",
        ("core.labour_training",),
        (Indicator("mart.labour_half_year", ("begun", "funnel", "funnel_rate", "retention")),),
        "labour",
        (
            "labour_training.steps_in_order",
            "labour_training.dates_in_period",
            "labour_training.retained_after_six_months",
        ),
    ),
    Subject(
        "S33",
        "A",
        "Labour export is a base of poor households' income.",
        "劳务输出成为贫困户增收的基础。",
        (_EXPORT, "core.household_income", "core.registry"),
        (
            Indicator("mart.registry_indicator", ("households_away", "labour_share")),
            Indicator("mart.labour_indicator", ("wages_away_ratio",)),
        ),
        "labour",
        ("registry.away_are_members", "registry.labour_income_has_worker"),
    ),
)
