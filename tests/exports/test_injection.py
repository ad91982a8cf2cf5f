"""Attempts to make the program do what a text says: each is refused or inert, and the home is what it was.

Through `povmon sql`, Python, the arguments of every command that asks or decides, names of areas, villages and files.
Names of programmes, cells and arguments of exports are in test_hostile.py, folders of exports in test_delivery.py.
"""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from exports_support import povmon, tampered
from vintage_place import MONTH, Household, Vintage

from assets.intake.taking import receive
from warehouse import open_warehouse
from warehouse.access import Warehouse
from warehouse.access.asking import AskedWrongly
from warehouse.contracts import CONTRACTS
from warehouse.exports.safe_text import as_it_was
from warehouse.store import Home, sha256_of

SQL = [
    "1; DROP TABLE mart.poverty",
    "' OR '1'='1",
    "'; DROP TABLE mart.poverty; --",
    '" UNION SELECT * FROM audit.quarantine --',
    "') UNION SELECT * FROM read_text('/etc/passwd') --",
    "$$; COPY mart.poverty TO '/tmp/x'; $$",
    "x\\'; DROP TABLE mart.poverty; --",
    "?",
    "%s",
    ":name",
    "{home}",
]
"""Texts where a value belongs"""

QUERIES = [
    # files
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('/etc/hostname')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM read_text('{home}/private/pseudonym.key')",
    "SELECT * FROM read_text('{home}/parquet/../private/pseudonym.key')",
    "SELECT * FROM read_text('{home}/published/./../private/pseudonym.key')",
    "SELECT * FROM read_duckdb('{home}/private/ledger.duckdb')",
    "SELECT * FROM glob('{home}/private/*')",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT * FROM parquet_metadata('{home}/archive/x.parquet')",
    "SELECT * FROM read_csv('https://example.org/x.csv')",
    "SELECT getenv('POVMON_KEY')",
    "SELECT * FROM query('COPY (SELECT 1) TO ''{home}/published/x.csv''')",
    # writing
    "COPY (SELECT 1) TO '/tmp/povmon-injected.csv'",
    "COPY (SELECT 1) TO '{home}/published/injected.parquet'",
    "COPY (SELECT 1) TO '{home}/parquet/core/household_income/injected.parquet'",
    "COPY mart.poverty FROM '/etc/passwd'",
    "EXPLAIN ANALYZE COPY (SELECT 1) TO '{home}/published/injected.parquet'",
    "EXPORT DATABASE '{home}/published/injected'",
    "IMPORT DATABASE '/tmp'",
    "INSERT INTO mart.poverty SELECT * FROM mart.poverty",
    "UPDATE audit.release SET release_id = 9",
    "DELETE FROM audit.check_result",
    "TRUNCATE audit.check_result",
    "DROP VIEW published.poverty",
    "CREATE TABLE injected (x int)",
    "CREATE TEMP TABLE injected AS SELECT 1",
    "CREATE OR REPLACE MACRO abs(x) AS 1",
    "CREATE PERSISTENT SECRET s (TYPE s3, KEY_ID 'a', SECRET 'b')",
    # other databases, extensions, settings
    "ATTACH '/tmp/povmon-injected.duckdb'",
    "ATTACH '{home}/private/ledger.duckdb' AS ledger",
    "ATTACH ':memory:' AS injected",
    "DETACH warehouse",
    "INSTALL httpfs",
    "INSTALL httpfs FROM 'http://example.org'",
    "LOAD '/tmp/injected.duckdb_extension'",
    "SET enable_external_access = true",
    "SET allowed_directories = ['/']",
    "SET lock_configuration = false",
    "RESET allowed_directories",
    "PRAGMA enable_external_access = true",
    "PRAGMA temp_directory = '/tmp/injected'",
    "CALL pragma_database_list()",
    "CHECKPOINT",
    "USE mart",
    "PREPARE injected AS SELECT 1",
    # several statements, or none
    "SELECT 1; DROP TABLE mart.poverty",
    "SELECT 1; COPY (SELECT 1) TO '{home}/published/injected.parquet'",
    "SELECT 1;; SELECT 2",
    "BEGIN; SELECT 1; COMMIT",
    "",
    "/* SELECT 1 */",
    "SELECT 1 /*",
]


@pytest.fixture(autouse=True)
def unchanged(home: Path) -> Iterator[None]:
    """Whatever is attempted, no file of the home appears, goes or changes, nor one in /tmp."""
    before = _state(home)
    yield
    assert _state(home) == before
    assert not list(Path("/tmp").glob("povmon-injected*"))


def _state(home: Path) -> dict[str, tuple[int, int]]:
    files = (path for path in home.rglob("*") if path.is_file() and path.suffix != ".lock")
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in files}


@pytest.mark.parametrize("query", QUERIES)
def test_povmon_sql_only_asks(home: Path, query: str) -> None:
    result = povmon("sql", query.replace("{home}", str(home)), "--home", home)
    assert result.exit_code == 2, result.output
    assert "the query cannot be answered: " in result.output


@pytest.mark.parametrize("form", ["SELECT 1 AS x", "FROM (VALUES (1)) t(x)", "WITH a AS (SELECT 1 AS x) FROM a"])
def test_povmon_sql_answers_who_asks(home: Path, form: str) -> None:
    assert povmon("sql", form, "--home", home, "--format", "csv").output == "x\n1\n"


@pytest.fixture(scope="module")
def warehouse(home: Path) -> Iterator[Warehouse]:
    with open_warehouse(home) as opened:
        yield opened


@pytest.mark.parametrize("text", SQL)
def test_values_in_python_are_bound(warehouse: Warehouse, text: str) -> None:
    assert warehouse.share(area=text).empty
    assert warehouse.labour(destination=[text, text]).empty
    assert warehouse.funds(programme=text, as_of="2100-01-01").empty
    households = warehouse.microdata("household_income")
    assert warehouse.collect(households.filter(households.area_code == text)).empty


@pytest.mark.parametrize("text", SQL)
@pytest.mark.parametrize("parameter", ["sector", "domain", "since", "until", "as_of", "release", "frame"])
def test_closed_lists_moments_and_numbers_are_checked_in_python(
    warehouse: Warehouse, parameter: str, text: str
) -> None:
    with pytest.raises(AskedWrongly):
        warehouse.share(**{parameter: text})


@pytest.mark.parametrize(
    "text", [*SQL, "../income_share", "income_share; --", "core.household_income", "mart.psu_total"]
)
def test_names_in_python_are_those_of_the_contracts(warehouse: Warehouse, text: str) -> None:
    with pytest.raises(AskedWrongly, match="no published view"):
        warehouse.figures(text)
    with pytest.raises(AskedWrongly, match="cannot be asked by"):
        warehouse.share(**{text: "x"})
    if text != "core.household_income":
        with pytest.raises(AskedWrongly, match="no microdata"):
            warehouse.microdata(text)


FIGURE = ["--period", "2021-01", "--area", "640323", "--domain", "rural", "--source", "agriculture"]


@pytest.mark.parametrize("text", SQL)
@pytest.mark.parametrize("option", ["--period", "--area", "--domain", "--source", "--quantity", "--estimator"])
def test_explain_takes_values_as_values(home: Path, option: str, text: str) -> None:
    result = povmon("explain", "mart.income_share", "--home", home, *FIGURE, option, text)
    assert result.exit_code == 2, (result.output, result.exception)


@pytest.mark.parametrize("text", [*SQL, "mart.psu_total; --", "../mart", "audit.quarantine", "core.household_income"])
def test_explain_knows_its_marts_and_columns(home: Path, text: str) -> None:
    assert povmon("explain", text, "--home", home, *FIGURE).exit_code == 2
    assert povmon("explain", "mart.income_share", "--home", home, *FIGURE, f"--{text}", "x").exit_code == 2
    assert povmon("explain", "mart.income_share", "--home", home, *FIGURE, "--release", text).exit_code == 2


@pytest.mark.parametrize("text", [*SQL, "../wuzhong", "core.household_income/../../x"])
def test_quality_knows_its_places_and_tables(home: Path, text: str) -> None:
    assert povmon("quality", text, "--home", home).exit_code == 2
    assert povmon("quality", "wuzhong", "--home", home, "--source", text).exit_code == 2
    assert povmon("quality", "wuzhong", "--home", home, "--month", text).exit_code == 2


DECIDED = {
    "jurisdiction": ["{}", "household_income.persons", "--from", "2021-01", "--until", "2030-01-01"],
    "rule": ["wuzhong", "{}", "--from", "2021-01", "--until", "2030-01-01"],
    "month": ["wuzhong", "household_income.persons", "--from", "{}", "--until", "2030-01-01"],
    "day": ["wuzhong", "household_income.persons", "--from", "2021-01", "--until", "{}"],
}


@pytest.mark.parametrize("text", [*SQL, "../../etc/passwd"])
@pytest.mark.parametrize("where", DECIDED)
def test_decisions_are_about_what_there_is(home: Path, where: str, text: str) -> None:
    arguments = [text if word == "{}" else word for word in DECIDED[where]]
    result = povmon("decide", "waive", *arguments, "--reason", "x", "--who", "x", "--home", home)
    assert result.exit_code == 2, (result.output, result.exception)


@pytest.mark.parametrize("text", [*SQL, "../../etc/passwd", "/etc/passwd", "../private/pseudonym.key"])
def test_files_are_named_by_what_was_received(home: Path, text: str) -> None:
    for command in (["quarantine", "show"], ["decide", "release"]):
        why = ["--reason", "x", "--who", "x"] if command[0] == "decide" else []
        result = povmon(*command, "wuzhong", text, "--line", "1", *why, "--home", home)
        assert result.exit_code == 2, (result.output, result.exception)
        assert "root:" not in result.output


FILE_NAMES = [
    "x..%2f..%2fetc%2fpasswd",
    "x\\..\\..\\private\\pseudonym.key",
    "…..csv",
    "$(touch povmon-injected).csv",
    "`id`.csv",
    "'; DROP TABLE raw.intake_file; --.csv",
    "=cmd|' /C calc'!A0.csv",
    "-rf",
    "--home=x",
    "a\nb.csv",
    "household\u202evsc.exe",
    "<script>alert(1)</script>.csv",
    "*.csv",
    "x" * 200 + ".csv",
]


@pytest.mark.parametrize("name", FILE_NAMES)
def test_file_names_lead_nowhere(tmp_path: Path, name: str) -> None:
    landing, place = tmp_path / "landing", Home.at(tmp_path / "home")
    landing.mkdir()
    name = name.replace("/", "⁄")  # no file system has a name with a slash
    (landing / name).write_text("x", encoding="utf-8")
    (received,) = receive(landing, place)
    assert received.name == name
    assert received.archived == place.archive(sha256_of(landing / name))
    kept = {path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()}
    assert kept == {Path("landing") / name, received.archived.relative_to(tmp_path)}


VILLAGES = [*SQL, "../../etc/passwd", "=1+1", "<script>alert(1)</script>", "\u202eA"]


@pytest.fixture(scope="module")
def hostile_rows(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vintage]:
    """A county whose villages, and some of whose areas, bear these names."""
    with pytest.MonkeyPatch.context() as patch:
        place = Vintage(tmp_path_factory.mktemp("injection"), "injection_place")
        patch.setenv("POVMON_JURISDICTIONS", str(place.place.parent))
        place.households(Household("1", "A", 60, 40), Household("2", "B", 60, 40))
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["household", "area", "persons", "weight", "village", "crop", "wage", "net"])
        for number, village in enumerate(VILLAGES):
            writer.writerow([f"v{number}", "A", 1, 10, village, "60.00", "40.00", "100.00"])
            writer.writerow([f"a{number}", village, 1, 10, "V1", "60.00", "40.00", "100.00"])
        place.put(f"north_{MONTH}.csv", text.getvalue().splitlines())
        place.run()
        yield place


@pytest.mark.parametrize("village", VILLAGES)
def test_names_of_villages_are_text_and_unknown_areas_are_refused(hostile_rows: Vintage, village: str) -> None:
    with duckdb.connect(str(Home(hostile_rows.home).warehouse), read_only=True) as file:
        of_village = "SELECT area_code, count(*) FROM core.household_income WHERE psu = ? GROUP BY ALL"
        assert file.execute(of_village, [village]).fetchall() == [("A", 1)]
        of_area = "SELECT count(*) FROM core.household_income WHERE area_code = ?"
        assert file.execute(of_area, [village]).fetchall() == [(0,)]
        tables = {f"{schema}.{name}" for schema, name in file.execute(_THERE).fetchall()}
        assert tables >= set(CONTRACTS)


_THERE = "SELECT table_schema, table_name FROM information_schema.tables"


@pytest.mark.parametrize("text", ["=1+1", "@SUM(1)", "+1", "-1+cmd", "\t=1"])
def test_what_povmon_sql_prints_as_csv_computes_nothing(home: Path, tmp_path: Path, text: str) -> None:
    named = [("UPDATE ref.area SET name = ? WHERE area_code = '640323'", [text])]
    other = tampered(home, tmp_path / "home", named)
    asked = "SELECT DISTINCT name FROM ref.area WHERE area_code = '640323'"
    printed = povmon("sql", asked, "--home", other, "--format", "csv").output
    (_, (cell,)) = csv.reader(io.StringIO(printed))
    assert not cell.startswith(tuple("=+-@\t"))
    assert as_it_was(cell) == text
