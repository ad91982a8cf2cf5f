"""The page docs/cookbook.md, run as it stands: SQL and pandas on both engines, R on PostgreSQL, Stata on its files."""

import csv
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ibis
import pandas as pd
import psycopg
import pyreadstat
import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from installation import Installation, ask, run
from servers import libpq

from benchmarks.cookbook import Question, questions
from jurisdictions.wuzhong.generator import generate
from pipelines.cli import main
from warehouse import open_warehouse
from warehouse.access import Warehouse
from warehouse.postgres.load import load
from warehouse.store import Home

Answers = dict[int, list[dict[str, object]]]
ASKED = questions()
EACH = pytest.mark.parametrize("question", ASKED, ids=lambda question: f"{question.number}")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Thirteen months of Wuzhong with few households, and then a correction: a year's growth, targets, a revision."""
    folder = tmp_path_factory.mktemp("cookbook")
    landing = folder / "landing"
    generate(landing, months=13, household_months=5_200)
    run("wuzhong", landing, folder / "home")
    sent = next(landing.glob("盐池县_住户收入_2022-01.csv"))
    lines = sent.read_text("utf-8-sig").splitlines()
    part = "\n".join(lines[:-2]) + "\n"
    sent.with_name("盐池县_住户收入_2022-01_更正1.csv").write_text(part, "utf-8-sig")
    return run("wuzhong", landing, folder / "home")


@pytest.fixture(scope="module")
def url(place: Installation, database: Callable[[], str]) -> str:
    address = database()
    load(Home(place.home), address)
    return address


@pytest.fixture(scope="module")
def answers(place: Installation) -> Answers:
    """Number of a question -> what `povmon sql` answers. All at once: it locks a file that is open in the process."""
    return {question.number: rows(ask(place.home, question.blocks["sql"]).to_dict("records")) for question in ASKED}


@pytest.fixture(scope="module", params=["file", "shared"])
def warehouse(request: pytest.FixtureRequest, place: Installation, url: str, answers: Answers) -> Iterator[Warehouse]:
    with open_warehouse(place.home if request.param == "file" else url) as opened:
        yield opened


def told(value: object) -> object:
    """A value as every language has it: numbers to twelve digits, nothing as nothing."""
    if value is None or value != value or value == "NA":
        return None
    try:
        return f"{float(str(value)):.12g}"
    except ValueError:
        return str(value)


def rows(records: list[dict[str, Any]]) -> list[dict[str, object]]:
    """Rows to compare, in any order."""
    cells = [{name: told(value) for name, value in record.items()} for record in records]
    return sorted(cells, key=lambda cell: repr(sorted(cell.items())))


def test_the_page_has_twelve_questions_in_four_languages() -> None:
    assert [question.number for question in ASKED] == list(range(1, 13))
    for question in ASKED:
        microdata = "microdata" in question.blocks["python"]
        assert set(question.blocks) == {"sql", "python", "r"} | (set() if microdata else {"stata"}), question.title


@EACH
def test_sql_answers_alike_on_both_engines(question: Question, answers: Answers, url: str) -> None:
    found = answers[question.number]
    assert found, "a question that the sample cannot answer teaches nothing"
    with psycopg.connect(libpq(url)) as connection:
        cursor = connection.execute(question.blocks["sql"])
        names = [column.name for column in cursor.description or ()]
        assert rows([dict(zip(names, row, strict=True)) for row in cursor.fetchall()]) == found


@EACH
def test_pandas_answers_as_sql_does(question: Question, answers: Answers, warehouse: Warehouse) -> None:
    known: dict[str, Any] = {"w": warehouse, "ibis": ibis}
    exec(question.blocks["python"], known)
    answer: pd.DataFrame = known["answer"]
    assert rows(answer.to_dict("records")) == answers[question.number]


@EACH
def test_r_answers_as_sql_does(question: Question, answers: Answers, url: str, tmp_path: Path) -> None:
    program = shutil.which("Rscript")
    assert program, "R is missing; run as root: make programs"
    address = sa.make_url(url)
    script = tmp_path / "question.R"
    script.write_text(
        "suppressMessages(library(DBI))\n"
        'con <- dbConnect(RPostgreSQL::PostgreSQL(), dbname = Sys.getenv("PGDATABASE"), host = Sys.getenv("PGHOST"),'
        ' user = Sys.getenv("PGUSER"), password = Sys.getenv("PGPASSWORD"), port = Sys.getenv("PGPORT"))\n'
        f"{question.blocks['r']}\n"
        "numbers <- sapply(answer, is.numeric)\n"
        'answer[numbers] <- lapply(answer[numbers], function(x) ifelse(is.na(x), "NA", sprintf("%.17g", x)))\n'
        f'write.csv(answer, "{tmp_path}/answer.csv", row.names = FALSE, fileEncoding = "UTF-8")\n',
        encoding="utf-8",
    )
    where = {
        "PGDATABASE": address.database,
        "PGHOST": address.host or address.query.get("host"),
        "PGUSER": address.username,
        "PGPASSWORD": address.password or "",
        "PGPORT": str(address.port or 5432),
    }
    done = subprocess.run(
        [program, "--vanilla", str(script)],
        capture_output=True,
        text=True,
        env=os.environ | where | {"LC_ALL": "C.UTF-8"},
    )
    assert done.returncode == 0, done.stderr
    with (tmp_path / "answer.csv").open(encoding="utf-8", newline="") as file:
        found = rows(list(csv.DictReader(file)))
    names = set(found[0])
    sql = [{name: cell for name, cell in row.items() if name in names} for row in answers[question.number]]
    assert found == sorted(sql, key=lambda cell: repr(sorted(cell.items())))


@pytest.fixture(scope="module")
def stata(place: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The exported `.dta`."""
    folder = tmp_path_factory.mktemp("stata") / "out"
    command = ["export", "wuzhong", "--home", str(place.home), "--format", "stata", "--out", str(folder)]
    assert CliRunner().invoke(main, command).exit_code == 0
    return folder


@pytest.mark.parametrize(
    "question",
    [question for question in ASKED if "stata" in question.blocks],
    ids=lambda question: f"{question.number}",
)
def test_stata_names_variables_and_labels_that_are_there(question: Question, stata: Path) -> None:
    code = re.sub(r"^\*.*$", "", question.blocks["stata"], flags=re.MULTILINE)
    (table,) = re.findall(r"^use (\w+)", code, re.MULTILINE)
    frame, words = pyreadstat.read_dta(stata / f"{table}.dta")
    held: dict[str, str] = {}
    for name, value, labels in re.findall(r'(\w+) == "([^"]*)"(?::(\w+))?', code):
        held[name] = value
        if labels:
            assert words.variable_to_label[name] == labels
            assert value in words.value_labels[labels].values(), (value, words.value_labels[labels])
        else:
            assert frame[name].map(lambda cell: isinstance(cell, str)).all()
            assert value in set(frame[name])
    assert held or "collapse" in code
    for listed in re.findall(r"(?:list|by\(|\(sum\)) ?([\w ]+?)(?:,| if |\)|$)", code, re.MULTILINE):
        assert set(listed.split()) <= set(frame.columns)
