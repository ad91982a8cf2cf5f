"""Everyone logs in and tries what they must not do."""

from collections.abc import Callable, Mapping

import psycopg
import pytest
import sqlalchemy as sa
from servers import Server, ask
from vintage_place import PLACE, Vintage

from warehouse.contracts import CONTRACTS, SOURCE_CONTRACTS
from warehouse.postgres.load import load
from warehouse.postgres.roles import AUDITOR, ENGINEER, PUBLIC, STATISTICIAN
from warehouse.postgres.tables import BOOKS, is_of_a_place
from warehouse.published import VIEWS
from warehouse.store import Home

SECRET = "of-the-test"
MARTS = [name for name in CONTRACTS if name.startswith("mart.")]
AUDIT = [name for name in CONTRACTS if name.startswith("audit.")]
WRITING = (
    "DELETE FROM {}",
    "INSERT INTO {0} SELECT * FROM {0}",
    "TRUNCATE {}",
    "DROP TABLE {}",
    "ALTER TABLE {} ADD COLUMN x int",
)


@pytest.fixture(scope="module")
def people(revised: Vintage, server: Server, database: Callable[[], str]) -> Mapping[str, str]:
    """Role -> address of somebody who has it. `elsewhere` audits another place, `nobody` has no role at all."""
    url = database()
    load(Home(revised.home), url)
    name = str(sa.make_url(url).database)
    roles = {"engineer": ENGINEER, "statistician": STATISTICIAN, "auditor": AUDITOR, "elsewhere": AUDITOR}
    found = {"administrator": url}
    for person, role in {**roles, "public": PUBLIC, "nobody": None}.items():
        login = f"{name}_{person}"
        ask(url, f"CREATE ROLE {login} LOGIN PASSWORD '{SECRET}'" + (f" IN ROLE {role}" if role else ""))
        found[person] = server.url(name, login, SECRET)
    for person, place in {"auditor": PLACE, "elsewhere": "wuzhong"}.items():
        ask(url, f"INSERT INTO {BOOKS}.auditor_place VALUES (%s, %s)", f"{name}_{person}", place)
    return found


@pytest.fixture(scope="module", autouse=True)
def _no_logins_stay(server: Server) -> object:
    """Logins belong to the server, and go with the tests."""
    yield
    logins = "SELECT rolname FROM pg_roles WHERE rolname LIKE 'povmon\\_%\\_%'"
    for (login,) in ask(server.url("postgres"), logins):
        for (database,) in ask(server.url("postgres"), "SELECT datname FROM pg_database WHERE datname LIKE 'povmon%'"):
            ask(server.url(str(database)), f"DROP OWNED BY {login}")
        ask(server.url("postgres"), f"DROP ROLE {login}")


def may_not(url: str, query: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(url, query)


def test_who_has_no_role_sees_nothing(people: Mapping[str, str]) -> None:
    for name in (*CONTRACTS, *(f"published.{view}" for view in VIEWS), f"{BOOKS}.piece"):
        may_not(people["nobody"], f"SELECT count(*) FROM {name}")
    may_not(people["nobody"], "SELECT * FROM published.income_share_release(1)")


def test_the_public_sees_what_is_published_and_nothing_else(people: Mapping[str, str]) -> None:
    for view in VIEWS:
        ask(people["public"], f"SELECT * FROM published.{view} LIMIT 1")
    assert ask(people["public"], "SELECT count(*) > 0 FROM published.income_share") == [(True,)]
    assert ask(people["public"], "SELECT count(*) > 0 FROM published.income_share_release(1)") == [(True,)]
    assert ask(people["public"], "SELECT count(*) > 0 FROM published.poverty_as_of(current_date)") == [(True,)]
    for name in (*CONTRACTS, f"{BOOKS}.piece", f"{BOOKS}.auditor_place"):
        may_not(people["public"], f"SELECT count(*) FROM {name}")
    for attempt in (
        "CREATE TABLE published.mine (x int)",
        "CREATE OR REPLACE VIEW published.income_share AS SELECT 1",
        "DROP VIEW published.income_share",
        f"SET ROLE {ENGINEER}",
        f"SET ROLE {AUDITOR}",
        "SELECT * FROM core.household_income_2024_03",
    ):
        may_not(people["public"], attempt)


def test_the_statistician_sees_microdata_without_identifiers(people: Mapping[str, str]) -> None:
    url = people["statistician"]
    assert ask(url, "SELECT count(*) > 0 FROM published.income_share") == [(True,)]
    assert ask(url, "SELECT count(*) > 0 FROM ref.code_list") == [(True,)]
    for name, contract in SOURCE_CONTRACTS.items():
        shown = ", ".join(column.name for column in contract.columns if not column.is_hidden)
        ask(url, f"SELECT {shown} FROM {name} LIMIT 1")
        for column in contract.columns:
            if column.is_hidden:
                may_not(url, f"SELECT {column.name} FROM {name}")
                may_not(url, f"SELECT 1 FROM {name} WHERE {column.name} = 'x'")
                may_not(url, f"SELECT * FROM {name}")
    may_not(url, "SELECT household_id FROM core.household_income_2024_03")
    for name in (*MARTS, *AUDIT):
        may_not(url, f"SELECT count(*) FROM {name}")
    for attempt in WRITING:
        may_not(url, attempt.format("core.household_income"))
        may_not(url, attempt.format("ref.area"))


def test_nobody_but_the_engineer_sees_who_someone_is(people: Mapping[str, str]) -> None:
    """Every hidden column of every contract, in the table and in each of its partitions, for everyone who logs in."""
    hidden = {
        (name, column.name) for name, contract in CONTRACTS.items() for column in contract.columns if column.is_hidden
    }
    assert ("core.household_income", "household_id") in hidden
    assert {name for name, _ in hidden} <= set(SOURCE_CONTRACTS), "elsewhere the pseudonym of a record is enough"
    logins = {who: sa.make_url(url).username for who, url in people.items() if who not in ("administrator", "engineer")}
    asked = """SELECT pg_describe_object('pg_class'::regclass, a.attrelid, a.attnum), login
        FROM unnest(%s::text[]) login, pg_attribute a
        JOIN (SELECT relid, %s AS name FROM pg_partition_tree(%s::regclass)) t ON a.attrelid = t.relid
        WHERE a.attname = t.name AND has_column_privilege(login, a.attrelid, a.attnum, 'SELECT')"""
    for table, column in sorted(hidden):
        assert ask(people["administrator"], asked, [*logins.values()], column, table) == [], (table, column)
    seen = "SELECT DISTINCT column_name FROM information_schema.columns WHERE table_schema = 'published'"
    shown = {str(name) for (name,) in ask(people["administrator"], seen)}
    assert shown & {column for _, column in hidden} == set()


def test_the_auditor_reads_the_audit_of_the_places_he_answers_for(people: Mapping[str, str]) -> None:
    for name in AUDIT:
        mine, elsewhere = (ask(people[who], f"SELECT count(*) FROM {name}") for who in ("auditor", "elsewhere"))
        everything = ask(people["administrator"], f"SELECT count(*) FROM {name}")
        assert mine == everything, name
        if is_of_a_place(CONTRACTS[name]):
            shared = f"SELECT count(*) FROM {name} WHERE jurisdiction IS NULL"
            assert elsewhere == ask(people["administrator"], shared), name
        for attempt in WRITING:
            may_not(people["auditor"], attempt.format(name))
    for name in (*MARTS, *SOURCE_CONTRACTS, "ref.area", "raw.intake_file"):
        may_not(people["auditor"], f"SELECT count(*) FROM {name}")
    for attempt in (
        f"INSERT INTO {BOOKS}.auditor_place VALUES (current_user, 'wuzhong')",
        f"DELETE FROM {BOOKS}.auditor_place",
        "ALTER TABLE audit.release DISABLE ROW LEVEL SECURITY",
        "DROP POLICY of_the_place ON audit.release",
        f"SELECT * FROM {BOOKS}.piece",
        f"SET ROLE {STATISTICIAN}",
    ):
        may_not(people["auditor"], attempt)
    # as the bare role, without a name that answers for a place, there is nothing to see
    role = f"BEGIN; SET LOCAL ROLE {AUDITOR}"
    with psycopg.connect(people["auditor"].replace("+psycopg", "")) as connection:
        connection.execute(role)
        assert connection.execute("SELECT count(*) FROM audit.release").fetchall() == [(0,)]
        connection.rollback()
        connection.execute("SET row_security = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT count(*) FROM audit.release")


def test_the_engineer_loads_and_upgrades_and_makes_no_roles(people: Mapping[str, str], revised: Vintage) -> None:
    from warehouse.postgres.upgrade import upgrade

    assert load(Home(revised.home), people["engineer"], anew=True).rows > 0
    owners = "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE relispartition"
    assert ask(people["administrator"], owners) == [(ENGINEER,)]
    ask(people["administrator"], f"UPDATE {BOOKS}.objects SET fingerprint = 'another'")
    upgrade(people["engineer"])
    for attempt in ("CREATE ROLE another", f"GRANT {ENGINEER} TO {PUBLIC}", "CREATE DATABASE another"):
        may_not(people["engineer"], attempt)


def test_who_is_no_engineer_loads_nothing_and_is_told(people: Mapping[str, str], revised: Vintage) -> None:
    from warehouse.postgres.connection import WarehouseProblem

    with pytest.raises(WarehouseProblem, match=rf"GRANT {ENGINEER} TO \w+_statistician") as problem:
        load(Home(revised.home), people["statistician"])
    assert SECRET not in str(problem.value)
