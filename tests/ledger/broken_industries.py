"""Lines of the tables of industries that break no rule, and a change of such a line for every rule of theirs."""

from __future__ import annotations

from collections.abc import Mapping

Cells = Mapping[str, str]

_OUTSIDE_AGRICULTURE = ("crude_oil", "magnesium", "cement", "gypsum", "coal")
_INDUSTRY = ("oil_mining", "oil_mining", "building_materials", "building_materials", "oil_mining")


def lines(number: int, sender: str) -> dict[str, dict[str, str]]:
    """Table -> its line of that number."""
    return {
        "crop_base": {
            "village_code": f"{sender}-V{number}",
            "product": "watermelon",
            "area_mu": "100",
            "film_area_mu": "60",
            "large_area_mu": "40",
            "growers": "20",
            "large_growers": "2",
            "bases": "1",
            "is_professional": "true",
        },
        "industry_output": {
            "industry": _INDUSTRY[number],
            "product": _OUTSIDE_AGRICULTURE[number],
            "line_type": "item",
            "opening_stock_tonnes": "5",
            "output_tonnes": "100",
            "marketed_tonnes": "105",
            "output_value": "1000.00",
            "sale_value": "1100.00",
            "input_value": "400.00",
            "workers": "30",
            "poor_workers": "10",
            "certified_products": "0",
            "is_leading": "false",
            "in_agriculture": "false",
        },
        "enterprise": {
            "enterprise_id": f"{sender}-Q{number}",
            "industry": "grass",
            "is_leading": "true",
            "registered_on": "1995-05-01",
            "workers": "30",
            "poor_workers": "10",
            "sale_value": "1000.00",
            "linked_households": "50",
            "linked_poor_households": "20",
        },
        "association": {
            "village_code": f"{sender}-V{number}",
            "association_id": f"{sender}-A{number}",
            "industry": "planting",
            "founded_on": "1995-05-01",
            "has_branch": "true",
            "village_households": "200",
            "members": "100",
            "poor_members": "40",
            "served_households": "120",
        },
        "target": {
            "target_id": f"{sender}-{number}",
            "quantity": "area_mu",
            "products": "potato watermelon",
            "amount": "1000",
            "comparison": "at_least",
            "base_year": "2000",
            "due_year": "2005",
            "status": "settled",
            "printed": "as the paper has it",
        },
        "declared_list": {
            "list_id": "L",
            "title": "four trades",
            "declared_count": "4",
            "entry": f"trade {number}",
            "industry": "grass",
        },
    }


REQUIRED = {
    "crop_base": "bases",
    "industry_output": "certified_products",
    "enterprise": "linked_households",
    "association": "village_households",
    "target": "amount",
    "declared_list": "declared_count",
}
CODE = {
    "crop_base": "product",
    "industry_output": "line_type",
    "enterprise": "industry",
    "association": "industry",
    "target": "comparison",
    "declared_list": "industry",
}
IMPOSSIBLE: dict[str, tuple[Cells, tuple[str, ...]]] = {
    "crop_base": ({"bases": "1001"}, ()),
    "industry_output": ({"workers": "20000000"}, ()),
    "enterprise": ({"linked_households": "20000000"}, ()),
    "association": ({"village_households": "20000000"}, ()),
    "target": ({"amount": "-1"}, ()),
    "declared_list": ({"declared_count": "0"}, ()),
}

CHANGES: dict[str, dict[str, Cells]] = {
    "crop_base": {
        "film_area_mu_within_area_mu": {"film_area_mu": "100.1"},
        "large_area_mu_within_area_mu": {"large_area_mu": "100.1"},
        "large_growers_within_growers": {"large_growers": "21"},
    },
    "industry_output": {
        "industry_of_product": {"industry": "building_materials"},
        "sum_or_product": {
            "line_type": "subtotal",
            "output_tonnes": "0",
            "marketed_tonnes": "0",
            "output_value": "0.00",
        },
        "marketed_within_stock": {"marketed_tonnes": "105.001"},
        "poor_workers_within_workers": {"poor_workers": "31"},
        "agriculture_is_agriculture": {"in_agriculture": "true"},
        "leading_inside_agriculture": {"is_leading": "true"},
        "group_is_sum_of_products": {"line_type": "subtotal", "product": "three_reds", "industry": ""},
    },
    "enterprise": {
        "poor_workers_within_workers": {"poor_workers": "31"},
        "linked_poor_households_within_linked_households": {"linked_poor_households": "51"},
        "registered_on_in_time": {"registered_on": "2026-01-01"},
    },
    "association": {
        "poor_members_within_members": {"poor_members": "101"},
        "members_within_village_households": {"members": "201"},
        "served_households_within_village_households": {"served_households": "201"},
        "founded_on_in_time": {"founded_on": "2026-01-01"},
    },
    "target": {
        "years_in_order": {"due_year": "2000"},
        "share_below_one": {"quantity": "leading_share", "products": "", "amount": "30"},
        "open_has_question": {"status": "open"},
        "area_has_products": {"products": ""},
        "products_known": {"products": "potato rice"},
    },
    "declared_list": {},
}
"""Table -> rule -> what is changed in a sound line; every table also has one line twice."""
