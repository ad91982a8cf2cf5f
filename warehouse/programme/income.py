"""Lines of the programme on income."""

from __future__ import annotations

from warehouse.programme.base import Indicator, Subject

_SURVEY = ("core.household_income",)
_BALANCE = ("household_income.balance",)

SUBJECTS: tuple[Subject, ...] = (
    Subject(
        "S20",
        "M",
        "Agriculture's share of farmers' net income falls, the non-agricultural share rises.",
        "农业收入占比下降,非农收入占比上升。",
        (*_SURVEY, "core.published_income"),
        (Indicator("mart.income_share"),),
        "agricultural-share",
        _BALANCE,
    ),
    Subject(
        "S21",
        "M",
        "It falls linearly.",
        "占比线性下降。",
        _SURVEY,
        (Indicator("mart.income_change", ("share_slope", "share_curvature", "share_linearity_p", "share_break_p")),),
        "income-change",
        _BALANCE,
    ),
    Subject(
        "S22",
        "M",
        "The growth point has moved to non-agriculture.",
        "增收点转向非农产业。",
        _SURVEY,
        (Indicator("mart.income_change", ("growth", "growth_rate", "growth_points")),),
        "income-change",
        _BALANCE,
    ),
    Subject(
        "S23",
        "M",
        "From relief to development.",
        "由救济式扶贫转向开发式扶贫。",
        _SURVEY,
        (Indicator("mart.income_change", ("transfer_ratio", "self_reliance")),),
        "income-change",
        _BALANCE,
    ),
    Subject(
        "S24",
        "M",
        "Township enterprises and the private economy.",
        "乡镇企业与民营经济。",
        _SURVEY,
        (Indicator("mart.income_change", ("per_person",)), Indicator("mart.income_level")),
        "income-change",
        _BALANCE,
    ),
    Subject(
        "S25",
        "M",
        "Grain and traditional farming no longer give steady growth.",
        "粮食与传统种植业难以稳定增收。",
        _SURVEY,
        (Indicator("mart.income_change", ("volatility",)), Indicator("mart.income_level")),
        "income-change",
        _BALANCE,
    ),
)
