"""A home made by commands, and tampering with it: a random edit of a table or a file, and what must be named."""

from __future__ import annotations

import datetime as dt
import math
import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.contracts import CHAINED_CONTRACTS, CONTRACTS, MART_CONTRACTS

QUARTER = """\
period_end_month,area,source,measure,value
2020-03,rural,total,ytd_yuan,1000
2020-03,rural,wages,ytd_yuan,400
2020-03,rural,business_net,ytd_yuan,400
2020-03,rural,property_net,ytd_yuan,100
2020-03,rural,transfer_net,ytd_yuan,100
"""


PRICES = """\
month,province,indicator,value
2021-12,宁夏回族自治区,居民消费价格指数(上月=100),101.0
2022-01,宁夏回族自治区,居民消费价格指数(上月=100),100.4
2021-12,宁夏回族自治区,居民消费价格指数(上年同月=100),99.9
2022-01,宁夏回族自治区,居民消费价格指数(上年同月=100),100.1
"""

HISTORY = """\
代码,一级行政区,二级行政区,名称,级别,状态,启用时间,变更/弃用时间,新代码
640000,宁夏回族自治区,,宁夏回族自治区,省级,在用,1981,,
640300,宁夏回族自治区,吴忠市,吴忠市,地级,在用,1998,,
640303,宁夏回族自治区,吴忠市,红寺堡区,县级,在用,2009,,
640323,宁夏回族自治区,吴忠市,盐池县,县级,在用,1998,,
"""

PUBLISHED, PRIVATE = "warehouse.duckdb", "private/ledger.duckdb"
REFERENCE = (*(name for name, contract in CONTRACTS.items() if contract.schema == "ref"), "audit.rule")
BESIDE = (
    "audit.quarantine",
    "audit.decided_record",
    "audit.revision",
    "audit.price_level",
    "audit.quality_score",
    "raw.reporting",
    "raw.intake_file",
)
MAY_CHANGE = {
    "raw.intake_file": {"status", "reason", "code_version"},
}
"""Columns that tell how a row stands now, and not what was received or refused."""


def povmon(*arguments: str) -> str:
    """What a command prints, in a process of its own, so that no file of the home stays open in this one."""
    command = [sys.executable, "-m", "pipelines", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@dataclass(frozen=True)
class Edit:
    """What was done, and what the finding about it must name."""

    what: str
    named: tuple[str, ...]


def edit_table(home: Path, file: str, table: str, dice: random.Random) -> Edit:
    """One edit of one table of a warehouse file."""
    with duckdb.connect(str(home / file)) as connection:
        if table in CHAINED_CONTRACTS:
            what, entry = dice.choice(_CHAIN_EDITS)(connection, table, dice)
            return Edit(f"{file} {table}: {what}", (f"{file}: {table}", f"entry {entry}"))
        where = "status = 'accepted'" if table == "raw.intake_file" else "true"
        rows = connection.execute(f"SELECT rowid FROM {table} WHERE {where} ORDER BY rowid").fetchall()
        (row,) = dice.choice(rows)
        named = table
        if table == "audit.chain_head":
            named = connection.execute(f"SELECT table_name FROM {table} WHERE rowid = {row}").fetchall()[0][0]
        what = dice.choice((_change, _change, _delete, _duplicate))(connection, table, row, dice)
        return Edit(f"{file} {table}: {what}", (f"{file}: ", named))


def _change(connection: duckdb.DuckDBPyConnection, table: str, row: int, dice: random.Random) -> str:
    """Another value in one cell, as near to the old one as its type allows."""
    columns = [c for c in CONTRACTS[table].columns if c.name not in MAY_CHANGE.get(table, ())]
    column = dice.choice(columns)
    ((old,),) = connection.execute(f"SELECT {column.name} FROM {table} WHERE rowid = {row}").fetchall()
    new = _another(old, column.type, dice)
    connection.execute(f"UPDATE {table} SET {column.name} = ? WHERE rowid = {row}", [new])
    return f"row {row}, {column.name}: {old!r} becomes {new!r}"


def _another(old: object, kind: str, dice: random.Random) -> object:
    if old is None:
        day = dt.date(1970, 1, 1)
        none = {"number": 0.0, "integer": 0, "boolean": False, "money": 0, "date": day, "timestamp": day}
        return none.get(kind, "x")
    if isinstance(old, bool):
        return not old
    if isinstance(old, float):
        return math.nextafter(old, math.inf)
    if isinstance(old, str):
        place = dice.randrange(len(old) + 1)
        return old[:place] + dice.choice("0aé ") + old[place:]
    if isinstance(old, dt.datetime):
        return old + dt.timedelta(microseconds=1)
    if isinstance(old, dt.date):
        return old + dt.timedelta(days=1)
    return old + type(old)(1)  # type: ignore[operator]


def _delete(connection: duckdb.DuckDBPyConnection, table: str, row: int, dice: random.Random) -> str:
    connection.execute(f"DELETE FROM {table} WHERE rowid = {row}")
    return f"row {row} dropped"


def _duplicate(connection: duckdb.DuckDBPyConnection, table: str, row: int, dice: random.Random) -> str:
    connection.execute(f"INSERT INTO {table} SELECT * FROM {table} WHERE rowid = {row}")
    return f"row {row} twice"


def _length(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])


def _change_entry(connection: duckdb.DuckDBPyConnection, table: str, dice: random.Random) -> tuple[str, int]:
    entry = dice.randint(1, _length(connection, table))
    query = f"SELECT rowid FROM {table} WHERE entry_number = {entry}"
    (row,) = connection.execute(query).fetchall()[0]
    before = connection.execute(f"SELECT entry_number FROM {table} WHERE entry_number > {entry} LIMIT 1").fetchall()
    what = _change(connection, table, row, dice)
    moved = not connection.execute(f"SELECT 1 FROM {table} WHERE entry_number = {entry}").fetchall()
    return what, entry - 1 if moved and not before else entry


def _drop_entry(connection: duckdb.DuckDBPyConnection, table: str, dice: random.Random) -> tuple[str, int]:
    length = _length(connection, table)
    entry = dice.randint(1, length)
    connection.execute(f"DELETE FROM {table} WHERE entry_number = {entry}")
    return f"entry {entry} dropped", min(entry, length - 1)


def _entry_twice(connection: duckdb.DuckDBPyConnection, table: str, dice: random.Random) -> tuple[str, int]:
    entry = dice.randint(1, _length(connection, table))
    connection.execute(f"INSERT INTO {table} SELECT * FROM {table} WHERE entry_number = {entry}")
    return f"entry {entry} twice", entry + 1


def _swap_entries(connection: duckdb.DuckDBPyConnection, table: str, dice: random.Random) -> tuple[str, int]:
    first, second = sorted(dice.sample(range(1, _length(connection, table) + 1), 2))
    connection.execute(
        f"UPDATE {table} SET entry_number = {first + second} - entry_number WHERE entry_number IN ({first}, {second})"
    )
    return f"entries {first} and {second} change places", first


def _cut_tail(connection: duckdb.DuckDBPyConnection, table: str, dice: random.Random) -> tuple[str, int]:
    left = dice.randint(0, _length(connection, table) - 1)
    connection.execute(f"DELETE FROM {table} WHERE entry_number > {left}")
    return f"entries after {left} cut off", left


_CHAIN_EDITS: tuple[Callable[[duckdb.DuckDBPyConnection, str, random.Random], tuple[str, int]], ...] = (
    _change_entry,
    _drop_entry,
    _entry_twice,
    _swap_entries,
    _cut_tail,
)


def edit_bytes(path: Path, home: Path, dice: random.Random) -> Edit:
    """One edit of a file's bytes."""
    data = path.read_bytes()
    place, kind = dice.randrange(len(data)), dice.randrange(5)
    if kind <= 1:
        changed = data[:place] + bytes([data[place] ^ (1 << dice.randrange(8))]) + data[place + 1 :]
        what = f"bit of byte {place} turned"
    elif kind == 2:
        changed, what = data[:place], f"cut after byte {place}"
    elif kind == 3:
        changed, what = data[:place] + b"\0" + data[place:], f"a byte more at {place}"
    else:
        path.unlink()
        return Edit(f"{path.name}: dropped", (path.relative_to(home).as_posix(),))
    path.write_bytes(changed)
    return Edit(f"{path.name}: {what}", (path.relative_to(home).as_posix(),))


def edit_rows(path: Path, home: Path, dice: random.Random) -> Edit:
    """A Parquet file written again with a row dropped, one twice, or two in other places."""
    rows = pq.read_table(path, partitioning=None)
    order = list(range(rows.num_rows))
    place = dice.randrange(len(order))
    what = dice.choice(("dropped", "twice", "moved"))
    moved = order.pop(place)
    if what == "twice":
        order[place:place] = [moved, moved]
    elif what == "moved":
        order.insert((place + 1) % (len(order) + 1), moved)
    pq.write_table(rows.take(pa.array(order, pa.int64())), path)
    return Edit(f"{path.name}: row {place} {what}", (path.relative_to(home).as_posix(),))


TABLES = (*CHAINED_CONTRACTS, "audit.chain_head", *REFERENCE, *BESIDE, *MART_CONTRACTS)
"""What is edited: the chains, and everything that a manifest vouches for."""
