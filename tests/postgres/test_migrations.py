"""From an empty database to what the contracts say, from one revision to the next, and back."""

from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from servers import Server, ask, libpq

from warehouse.compile import comment
from warehouse.contracts import CONTRACTS, PUBLISHED_VIEWS, SCHEMAS, SOURCE_CONTRACTS
from warehouse.migrations import FOLDER
from warehouse.postgres.connection import WarehouseProblem, engine
from warehouse.postgres.load import load
from warehouse.postgres.tables import BOOKS, metadata
from warehouse.postgres.upgrade import downgrade, upgrade
from warehouse.published import MACROS, VIEWS
from warehouse.store import Home

REVISE = """
the contracts have tables that the migrations do not make. What to do:
  until 0.1.0 is released: make docs   (writes warehouse/migrations/versions/tables.sql anew)
  after that: a revision of its own, see docs/warehouse.md, "A new column"
"""
COLUMNS = """SELECT n.nspname || '.' || c.relname, a.attname, col_description(c.oid, a.attnum)
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY(%s) AND c.relkind IN ('r', 'p', 'v') AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY c.oid, a.attnum"""


def columns(url: str) -> dict[str, list[tuple[object, object]]]:
    found: dict[str, list[tuple[object, object]]] = {}
    for table, column, words in ask(url, COLUMNS, list(SCHEMAS)):
        found.setdefault(str(table), []).append((column, words))
    return found


def revisions() -> list[str]:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()][::-1]


def test_there_is_one_line_of_revisions_with_names_that_say_something() -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1
    assert revisions()[:2] == ["roles", "tables"]
    for path in (FOLDER / "versions").glob("*.py"):
        assert path.stem == "__init__" or path.stem in revisions(), f"{path.name}: name it after its revision"
        assert not any(char.isdigit() for char in path.stem)


def test_an_empty_database_becomes_what_the_contracts_say(empty: str) -> None:
    upgrade(empty)
    opened = engine(empty)
    with opened.connect() as connection:
        options = {"include_schemas": True, "include_name": _in_schemas, "compare_type": True}
        differences = compare_metadata(MigrationContext.configure(connection, opts=options), metadata())
    opened.dispose()
    assert differences == [], REVISE
    found = columns(empty)
    assert set(found) == {*CONTRACTS, *(f"published.{view}" for view in VIEWS)}
    for name, contract in CONTRACTS.items():
        assert found[name] == [(column.name, comment(column)) for column in contract.columns]
    for view in VIEWS:
        said = {column.name: comment(column) for column in PUBLISHED_VIEWS[view].columns}
        assert dict(found[f"published.{view}"]) == said, "see warehouse/contracts/published_views.py"
    partitioned = ask(empty, "SELECT partrelid::regclass::text, pg_get_partkeydef(partrelid) FROM pg_partitioned_table")
    assert dict(partitioned) == dict.fromkeys(SOURCE_CONTRACTS, "LIST (time_period)")
    words = ask(
        empty,
        "SELECT p.proname, p.proargtypes::regtype[]::text, obj_description(p.oid) FROM pg_proc p "
        "WHERE pronamespace = 'published'::regnamespace",
    )
    assert {(name, said) for name, _, said in words} == {(macro.name, macro.words) for macro in MACROS}


def _in_schemas(name: str | None, kind: str, parents: object) -> bool:
    return kind != "schema" or name in SCHEMAS


def test_upgrading_again_changes_nothing(empty: str) -> None:
    upgrade(empty)
    objects = "SELECT relname, oid FROM pg_class WHERE relnamespace = 'published'::regnamespace ORDER BY 1"
    before = ask(empty, objects)
    upgrade(empty)
    assert ask(empty, objects) == before


def test_views_of_another_program_are_made_anew_and_until_then_nothing_is_loaded(empty: str, tmp_path: Path) -> None:
    upgrade(empty)
    ask(empty, "DROP VIEW published.revision_cause")
    ask(empty, "CREATE VIEW published.of_old AS SELECT 1 AS one")
    ask(empty, f"UPDATE {BOOKS}.objects SET fingerprint = 'another'")
    with pytest.raises(WarehouseProblem, match=r"run povmon warehouse upgrade"):
        load(published(tmp_path), empty)
    upgrade(empty)
    assert {name for name in columns(empty) if name.startswith("published")} == {f"published.{view}" for view in VIEWS}
    load(Home(tmp_path), empty)


def test_a_database_behind_is_refused_and_stays_as_it_is(empty: str, tmp_path: Path) -> None:
    with pytest.raises(WarehouseProblem, match=r"revision none, this program needs .*\n.*povmon warehouse upgrade"):
        load(published(tmp_path), empty)
    assert columns(empty) == {}


def published(folder: Path) -> Home:
    from warehouse.engine import open_ledger, publish

    home = Home.at(folder)
    opened = open_ledger(home)
    publish(home, opened)
    opened.dispose()
    return home


def example(kind: sa.types.TypeEngine[object], period: str) -> str:
    """SQL of a value of a type."""
    name = type(kind).__name__
    values = {"DateTime": "timestamptz '2024-03-01 12:00:00+00'", "Date": "date '2024-03-01'", "Boolean": "true"}
    return values.get(name, f"'{period}'" if name == "String" else "7")


@pytest.fixture
def filled(empty: str) -> str:
    """A database at the newest revision with a row in every table."""
    upgrade(empty)
    with psycopg.connect(libpq(empty)) as connection:
        for table in metadata().sorted_tables:
            if table.fullname in SOURCE_CONTRACTS:
                connection.execute(f"CREATE TABLE {table.fullname}_m PARTITION OF {table.fullname} DEFAULT")
            values = ", ".join(example(column.type, "2024-03") for column in table.columns)
            connection.execute(f"INSERT INTO {table.fullname} VALUES ({values})")
    return empty


def rows(url: str) -> dict[str, list[tuple[object, ...]]]:
    return {table.fullname: ask(url, f"SELECT * FROM {table.fullname}") for table in metadata().sorted_tables}


def test_upgrading_from_every_revision_keeps_every_row(filled: str) -> None:
    before = rows(filled)
    assert all(len(found) == 1 for found in before.values())
    with_tables = revisions()[revisions().index("tables") :]
    for revision in with_tables:
        downgrade(filled, revision)
        upgrade(filled)
        assert rows(filled) == before, revision


def test_going_back_stops_where_rows_would_be_lost(filled: str) -> None:
    before = rows(filled)
    with pytest.raises(RuntimeError, match=r"audit.chain_head.* hold rows"):
        downgrade(filled, "roles")
    assert rows(filled) == before
    assert {name for name in columns(filled) if name.startswith("published")} == {f"published.{v}" for v in VIEWS}


def test_an_empty_warehouse_goes_all_the_way_back_and_up_again(empty: str) -> None:
    upgrade(empty)
    before = columns(empty)
    downgrade(empty, "base")
    assert columns(empty) == {}
    upgrade(empty)
    assert columns(empty) == before


def test_what_is_made_belongs_to_the_role_that_writes(empty: str) -> None:
    upgrade(empty)
    owners = ask(
        empty,
        "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE relkind IN ('r', 'p', 'v') "
        "AND relnamespace::regnamespace::text = ANY(%s)",
        [*SCHEMAS, BOOKS],
    )
    assert owners == [("povmon_engineer",)]


def test_a_database_that_cannot_hold_every_name_is_refused(server: Server) -> None:
    ask(server.url("postgres"), "CREATE DATABASE povmon_latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    try:
        with pytest.raises(WarehouseProblem, match="TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"):
            upgrade(server.url("povmon_latin"))
    finally:
        ask(server.url("postgres"), "DROP DATABASE povmon_latin")


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("postgresql://somebody@nowhere/povmon", r"begins with postgresql://; expected postgresql\+psycopg://"),
        ("somewhere", "not an address; expected"),
        ("postgresql+psycopg://povmon:secret@/povmon?host=/nowhere", r"povmon:\*\*\*@.*\n.*readers have what they had"),
    ],
)
def test_an_address_that_leads_nowhere_says_so_without_the_password(url: str, says: str) -> None:
    with pytest.raises(WarehouseProblem, match=says) as problem:
        upgrade(url)
    assert "secret" not in str(problem.value)
