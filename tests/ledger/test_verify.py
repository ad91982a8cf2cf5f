"""`povmon verify`: sound homes, what an auditor without rights can do, and what is said of what does not hold."""

import datetime as dt
import os
import shutil
import stat
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from ledger_support import PRIVATE, PUBLISHED, QUARTER, povmon

from assets.verify.releases import verify
from checks.ledger import record
from checks.scan import RuleResult
from pipelines.cli import main
from warehouse.contracts import CONTRACTS
from warehouse.engine import open_ledger
from warehouse.store import Home


def command(home: Path, *more: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["verify", "--home", str(home), *more])
    return result.exit_code, result.stdout, result.stderr


def test_a_sound_home_is_sound(home: Path) -> None:
    found = verify(Home(home))
    assert (found.broken, found.notes) == ([], [])
    assert found.verified["audit.release"] == 2 * 3
    assert found.verified["archived files"] == len(list((home / "archive").glob("*/*")))
    assert found.verified["Parquet files"] == len(list((home / "parquet").rglob("*.parquet")))
    with duckdb.connect(str(home / PUBLISHED), read_only=True) as connection:
        entries = connection.execute("SELECT count(*) FROM audit.check_result").fetchall()[0][0]
        figures = connection.execute("SELECT count(*) FROM mart.income_share").fetchall()[0][0]
    assert found.verified["audit.check_result"] == 2 * entries
    assert found.verified["figures"] > 2 * figures > 0
    assert min(found.verified.values()) > 0
    code, said, _ = command(home)
    assert code == 0
    assert f"{2 * entries:,}  audit.check_result" in said
    assert "sound" in said


def test_verifying_writes_nothing(home: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in home.rglob("*") if path.is_file()}
    verify(Home(home))
    after = {path: path.stat().st_mtime_ns for path in home.rglob("*") if path.is_file()}
    assert {path: after[path] for path in before if path.name != "run.lock"} == {
        path: time for path, time in before.items() if path.name != "run.lock"
    }
    assert after.keys() == before.keys()


def test_what_is_published_is_enough(home: Path) -> None:
    shutil.rmtree(home / "private")
    found = verify(Home(home))
    assert found.broken == []
    assert found.notes == [f"{PRIVATE} is not readable here: the published copy speaks for it"]
    assert not (home / "private").exists()
    with duckdb.connect(str(home / PUBLISHED)) as connection:
        connection.execute("UPDATE mart.fund_flow SET amount = amount + 0.01 WHERE rowid = 5")
    code, _, said = command(home)
    assert code == 1
    assert f"{PUBLISHED}: mart.fund_flow, figures of release 1" in said


def test_a_published_copy_of_another_history_is_found(home: Path, tmp_path: Path) -> None:
    """Both files are whole in themselves: the chain of one is not a beginning of the other's."""
    (tmp_path / "china").mkdir()
    (tmp_path / "china" / "income_by_source_quarterly.csv").write_text(QUARTER, encoding="utf-8")
    other = tmp_path / "other"
    povmon("run", "china", "--landing", str(tmp_path / "china"), "--home", str(other))
    shutil.copyfile(other / PUBLISHED, home / PUBLISHED)
    where = [broken.where for broken in verify(Home(home)).broken]
    assert where[0].startswith(f"{PRIVATE}: audit.check_result, entry ")


@pytest.mark.parametrize("file", [PUBLISHED, PRIVATE])
def test_a_warehouse_file_that_is_none_is_named(home: Path, file: str) -> None:
    data = (home / file).read_bytes()
    (home / file).write_bytes(b"\0" * 4096 + data[4096:])
    (broken,) = (broken for broken in verify(Home(home)).broken if broken.where == file)
    assert "cannot be opened" in broken.found


def test_a_finding_names_file_found_expected_and_what_to_do(home: Path) -> None:
    path = next(path for path in sorted((home / "archive").glob("*/*")) if path.stat().st_size > 100)
    data = bytearray(path.read_bytes())
    data[50] ^= 1
    path.write_bytes(data)
    with duckdb.connect(str(home / PUBLISHED), read_only=True) as connection:
        query = "SELECT original_name FROM raw.intake_file WHERE file_id = ?"
        name = connection.execute(query, [path.name]).fetchall()[0][0]
    code, _, said = command(home)
    assert code == 1
    assert "1 links do not hold" in said
    assert f"archive/{path.parent.name}/{path.name} ({name})" in said
    assert f"expected  {path.name}" in said
    assert "to do     restore it from a copy" in said


def test_parquet_that_no_run_wrote_is_found(home: Path) -> None:
    there = next((home / "parquet").rglob("ym=2022-01/part-0.parquet"))
    strange = there.parents[1] / "ym=2021-07" / "part-0.parquet"
    strange.parent.mkdir()
    shutil.copyfile(there, strange)
    (broken,) = verify(Home(home)).broken
    assert broken.where == f"{strange.relative_to(home).as_posix()} (in no release)"


def judged_by_an_unreleased_run(home: Path, table: str, month: str) -> None:
    """The trace that a run leaves which judged a table's month and ended before a release."""
    rule = CONTRACTS[table].rules[0]
    engine = open_ledger(Home(home))
    with engine.begin() as connection:
        record(
            connection,
            {month: [RuleResult(rule, "pass", 10, 0)]},
            jurisdiction="wuzhong",
            table_name=table,
            run_id="killed",
            rule_set_version="r",
            recorded_at=dt.datetime(2024, 1, 1, tzinfo=dt.UTC),
        )
    engine.dispose()


def test_what_a_killed_run_left_is_told_and_is_no_fault(home: Path) -> None:
    judged_by_an_unreleased_run(home, "core.labour_export", "2022-01")
    part = next((home / "parquet").rglob("labour_export/*/ym=2022-01/part-0.parquet"))
    part.write_bytes(part.read_bytes()[:-1])
    found = verify(Home(home))
    assert found.broken == []
    assert any("left by run killed, which made no release" in note for note in found.notes)
    other = next((home / "parquet").rglob("household_income/*/ym=2022-01/part-0.parquet"))
    other.write_bytes(other.read_bytes()[:-1])
    (broken,) = verify(Home(home)).broken
    assert broken.where.startswith(other.relative_to(home).as_posix())


def test_wrong_calls(tmp_path: Path) -> None:
    code, _, said = command(tmp_path)
    assert code == 2
    assert "nothing is published there to be verified" in said
    assert "Example: povmon verify" in CliRunner().invoke(main, ["verify", "--help"]).output


def test_a_run_at_work_is_waited_for(home: Path) -> None:
    with Home(home).locked():
        code, _, said = command(home)
    assert code == 1
    assert "another run is working" in said


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key of the office."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    path = tmp_path_factory.mktemp("key") / "office.pem"
    private = Ed25519PrivateKey.generate()
    path.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    path.chmod(0o600)
    path.with_suffix(".pub").write_text(private.public_key().public_bytes_raw().hex())
    return path


@pytest.fixture(scope="module")
def signed(key: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose release is signed."""
    place = tmp_path_factory.mktemp("signed")
    (place / "landing").mkdir()
    (place / "landing" / "income_by_source_quarterly.csv").write_text(QUARTER, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POVMON_SIGNING_KEY", str(key))
        povmon("run", "china", "--landing", str(place / "landing"), "--home", str(place / "home"))
    return place / "home"


def test_a_signed_release_is_the_offices(signed: Path, key: Path, history: Path) -> None:
    public = key.with_suffix(".pub").read_text()
    found = verify(Home(signed), public)
    assert found.broken == []
    assert found.verified["signatures"] == found.verified["keys"] == 2
    other = "00" * 32
    assert [b.expected for b in verify(Home(signed), other).broken] == [other, other]
    (first, _) = verify(Home(history), public).broken
    assert (first.found, first.expected) == ("nothing", public)


def test_a_signature_of_another_manifest_is_found(signed: Path, tmp_path: Path) -> None:
    """Whoever forges the whole chain anew still has no signature for it."""
    home = Path(shutil.copytree(signed, tmp_path / "forged"))
    (home / PUBLISHED).chmod(0o644)
    shutil.rmtree(home / "private")
    with duckdb.connect(str(home / PUBLISHED)) as connection:
        forge(connection)
    found = verify(Home(home))
    assert [broken.where for broken in found.broken] == [f"{PUBLISHED}: audit.release, release 1, signature"]


def forge(connection: duckdb.DuckDBPyConnection) -> None:
    """Another manifest in a chain that is whole again."""
    from checks.ledger import GENESIS, entry_hash

    contract = CONTRACTS["audit.release"]
    connection.execute('UPDATE audit.release SET manifest = replace(manifest, \'"reason":"\', \'"reason":"more \')')
    (entry,) = connection.sql("SELECT * FROM audit.release").to_arrow_table().to_pylist()
    head = entry_hash(contract, GENESIS, entry)
    connection.execute("UPDATE audit.release SET entry_hash = ?", [head])
    connection.execute("UPDATE audit.chain_head SET head_hash = ? WHERE table_name = 'audit.release'", [head])


def test_a_key_that_others_can_read_signs_nothing(key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from warehouse.signing import sign
    from warehouse.store import KeyProblem

    open_key = tmp_path / "open.pem"
    shutil.copyfile(key, open_key)
    os.chmod(open_key, stat.S_IRUSR | stat.S_IRGRP)
    for named, reason in ((open_key, "chmod 600"), (tmp_path / "none", "which is no file")):
        monkeypatch.setenv("POVMON_SIGNING_KEY", str(named))
        with pytest.raises(KeyProblem, match=reason):
            sign(b"manifest")
    monkeypatch.delenv("POVMON_SIGNING_KEY")
    assert sign(b"manifest") is None


def test_the_command_runs_in_a_shell_of_its_own(history: Path) -> None:
    assert "sound: " in povmon("verify", "--home", str(history))
