"""Lines of the programme on funds."""

from __future__ import annotations

from warehouse.programme.base import Indicator, Subject

_LINES, _PROJECTS = ("core.fund_transaction",), ("core.fund_transaction", "core.project")


def _measures(*codes: str) -> Indicator:
    return Indicator("mart.fund_indicator", codes)


SUBJECTS: tuple[Subject, ...] = (
    Subject(
        "S07",
        "M",
        "More money for poor villages, and faster.",
        "加大投入，加快进度",
        _PROJECTS,
        (_measures("released_per_village", "days_allocation_to_release", "days_release_to_use"),),
        "funds",
    ),
    Subject(
        "S40",
        "M",
        "Five channels: farmers' own money is the body, the poverty fund guides; credit, foreign and social money.",
        "农户自筹为主体，财政扶贫资金为引导，信贷、外资、社会资金参与",
        _LINES,
        (_measures("channel_share", "own_share", "leverage"), Indicator("mart.fund_flow")),
        "funds",
        ("fund_transaction.code_known",),
    ),
    Subject(
        "S41",
        "M",
        "Limited money goes to key links, and is not sprinkled.",
        "有限资金用于关键环节，避免撒胡椒面",
        _LINES,
        (_measures("purpose_share", "concentration", "median_grant", "tiny_share"),),
        "funds",
        ("fund_transaction.code_known",),
    ),
    Subject(
        "S42",
        "M",
        "Money is bundled with its purpose unchanged and its channels not mixed.",
        "渠道不乱、用途不变",
        _LINES,
        (_measures("off_purpose_share"),),
        "funds",
        (
            "fund_transaction.earmark_unchanged",
            "fund_transaction.earmark_kept",
            "fund_transaction.line_conserved",
            "fund_transaction.upstream_known",
        ),
    ),
    Subject(
        "S43",
        "A",
        "The greatest benefit of every yuan.",
        "发挥最大效益",
        _PROJECTS,
        (_measures("income_gain_per_unit", "jobs_per_unit"),),
        "funds",
    ),
    Subject(
        "S44",
        "M",
        "Money is tilted towards leading enterprises too, for the households that they take along.",
        "向龙头企业倾斜，带动贫困户",
        _PROJECTS,
        (_measures("payee_share", "subsidy_per_household"),),
        "funds",
        ("project.subsidy_has_households",),
    ),
    Subject(
        "S45",
        "M",
        "The poverty fund guides other money.",
        "财政资金的引导作用",
        _LINES,
        (_measures("marginal_leverage"),),
        "funds",
    ),
    Subject(
        "S46",
        "M",
        "What auditors of poverty funds find.",
        "扶贫资金审计发现",
        (*_PROJECTS, "core.registry"),
        (_measures("balance", "idle_over_one_year", "idle_over_two_years"),),
        "funds",
        (
            "fund_transaction.balance_never_negative",
            "fund_transaction.use_has_upstream",
            "project.subsidy_has_households",
            "registry.surveyed_anew",
            "wuzhong.money_idle_one_year",
            "wuzhong.money_idle_two_years",
            "wuzhong.claimed_once",
            "wuzhong.payee_eligible",
            "wuzhong.purpose_eligible",
            "wuzhong.unit_is_paid_as_unit",
            "wuzhong.not_split_equally",
            "wuzhong.announced_before_use",
            "wuzhong.project_registered",
        ),
    ),
)
