"""Areas of Mexico: 32 states under the country, and every name that a sender uses has a code."""

from jurisdictions import load, reference
from jurisdictions.mexico.states import STATE_CODES


def test_thirty_two_states_under_the_country() -> None:
    rows = reference("mexico", "areas")
    states = [row for row in rows if row["level"] == "state"]
    assert [row["area_code"] for row in states] == [f"{number:02d}" for number in range(1, 33)]
    assert {row["parent_code"] for row in states} == {"MX"}
    assert [row["area_code"] for row in rows if row["level"] == "country"] == [load("mexico").root_area]
    assert all(row["valid_from"] <= "1974-10" and not row["valid_to"] for row in rows)


def test_names_of_states_agree_with_the_areas() -> None:
    names = {row["area_code"]: row["name"] for row in reference("mexico", "areas")}
    assert {STATE_CODES[name] for name in STATE_CODES} == {code for code in names if code != "MX"}
    assert all(STATE_CODES[name] == code for code, name in names.items() if code != "MX")
