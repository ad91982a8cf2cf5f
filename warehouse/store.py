"""The home folder: archive of senders' files, Parquet, the key, the lock, and where everything stands.

Writing is atomic everywhere: a dot-file beside the target, fsync, rename, fsync of the folder.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import get_ident

import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from warehouse.memory import in_memory

ROW_GROUP = 122_880


class HomeBusy(RuntimeError):
    """Another run holds the home folder."""


class HomeOutdated(RuntimeError):
    """The home was made by a program whose tables lack columns of this one; says what to do."""


class KeyProblem(RuntimeError):
    """A key (of the pseudonyms, or of the signature) is missing, wrong, or readable by others; says what to do."""


@dataclass(frozen=True)
class Home:
    """Folder layout of one office's installation."""

    root: Path

    @classmethod
    def at(cls, root: str | Path) -> Home:
        """The home in a folder, made when it is not there yet."""
        return cls(Path(root)).ensure()

    @property
    def warehouse(self) -> Path:
        """The published DuckDB file that readers open."""
        return self.root / "warehouse.duckdb"

    @property
    def ledger(self) -> Path:
        """The private DuckDB file that runs write."""
        return self.root / "private" / "ledger.duckdb"

    @property
    def just_read(self) -> Path:
        """Files' records that intake has read, for the rest of the run."""
        return self.root / "private" / "just_read"

    @property
    def parquet(self) -> Path:
        """Root of the Parquet folders, `<schema>/<table>/jurisdiction=…/ym=…`."""
        return self.root / "parquet"

    @property
    def published(self) -> Path:
        """Root of the Parquet that the published file reads (`warehouse.published_files`)."""
        return self.root / "published"

    @property
    def data_docs(self) -> Path:
        """Great Expectations pages."""
        return self.root / "data_docs"

    def partition(self, table: str, jurisdiction: str, month: str) -> Path:
        """The Parquet file of a table's month."""
        folder = self.parquet / table.replace(".", "/") / f"jurisdiction={jurisdiction}" / f"ym={month}"
        return folder / "part-0.parquet"

    def partitions(self, table: str, jurisdiction: str | None = None) -> list[Path]:
        """All Parquet files of a table, oldest month first."""
        place = f"jurisdiction={jurisdiction}" if jurisdiction else "jurisdiction=*"
        return sorted((self.parquet / table.replace(".", "/")).glob(f"{place}/ym=*/part-0.parquet"))

    def segment(self, table: str, source: str, jurisdiction: str, month: str) -> Path:
        """The Parquet file of what a judgement of a source table's month left in a table of the ledger."""
        folder = self.parquet / table.replace(".", "/") / f"jurisdiction={jurisdiction}" / f"ym={month}"
        return folder / f"{source}.parquet"

    def segments(self, table: str) -> list[Path]:
        """All segments of a table of the ledger."""
        return sorted((self.parquet / table.replace(".", "/")).glob("jurisdiction=*/ym=*/*.parquet"))

    def archive(self, file_id: str) -> Path:
        """Where the bytes with this SHA-256 are kept."""
        return self.root / "archive" / file_id[:2] / file_id

    def ensure(self) -> Home:
        """Make the folders; those with unpublished matter for the owner only."""
        self.root.mkdir(parents=True, exist_ok=True)
        for private in ("private", "archive"):
            (self.root / private).mkdir(mode=0o700, exist_ok=True)
        return self

    def keep(self, path: Path) -> str:
        """Archive a file under its SHA-256 and return it; what is there already is left as it is.

        What is hashed is the copy, so that whatever happens to the file meanwhile, the archive has what its name says.
        """
        draft = self.root / "archive" / f".{os.getpid()}.{get_ident()}"
        before = path.stat()
        try:
            shutil.copyfile(path, draft)
            after = path.stat()
            if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
                raise OSError(f"{path} changed while it was being archived; run again when it is whole")
            file_id = sha256_of(draft)
            target = self.archive(file_id)
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                replace_file(draft, target)
        finally:
            draft.unlink(missing_ok=True)
        return file_id

    def keep_bytes(self, content: bytes) -> str:
        """Archive some bytes under their SHA-256 and return it."""
        digest = hashlib.sha256(content).hexdigest()
        target = self.archive(digest)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            draft = target.with_name(f".{target.name}.{os.getpid()}")
            draft.write_bytes(content)
            replace_file(draft, target)
        return digest

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the home for one run; HomeBusy when another run has it."""
        (self.root / "private").mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with FileLock(self.root / "private" / "run.lock", timeout=0):
                yield
        except Timeout as error:
            raise HomeBusy(
                f"another run is working in {self.root}; wait for it to end, or give --home another folder"
            ) from error

    def key(self) -> bytes:
        """The key of the pseudonyms: POVMON_KEY, else a file made on first use that only its owner can read."""
        given = os.environ.get("POVMON_KEY")
        if given is not None:
            if len(given) < 32:
                raise KeyProblem("POVMON_KEY is shorter than 32 characters; use for instance `openssl rand -hex 32`")
            return given.encode()
        path = self.root / "private" / "pseudonym.key"
        if not path.exists():
            self.ensure()
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_hex(32).encode())
        if path.stat().st_mode & 0o077:
            raise KeyProblem(f"{path} can be read by others; run: chmod 600 {path}")
        return path.read_bytes()


def pseudonym(key: bytes, jurisdiction: str, identifier: str) -> str:
    """Keyed HMAC-SHA256 of an identifier, 32 hexadecimal digits; equal identifiers of a place stay equal."""
    return hmac.digest(key, _message(jurisdiction) + identifier.encode(), "sha256").hex()[:32]


def pseudonyms(key: bytes, jurisdiction: str, identifiers: pa.Array) -> pa.Array:
    """The pseudonym of every identifier of a text column; null stays null.

    The same HMAC (RFC 2104: the hash of the outer pad and the hash of the inner pad and the message), written out for
    an engine that hashes a column on all cores.
    """
    block = (hashlib.sha256(key).digest() if len(key) > 64 else key).ljust(64, b"\0")
    inner, outer = (bytes(byte ^ pad for byte in block) for pad in (0x36, 0x5C))
    digest = "sha256(?::BLOB || unhex(sha256(?::BLOB || encode(identifier))))"
    with in_memory(len(identifiers)) as engine:
        engine.register("given", pa.table({"identifier": identifiers}))
        query = f"SELECT left({digest}, 32) AS pseudonym FROM given"
        hidden = engine.sql(query, params=[outer, inner + _message(jurisdiction)]).to_arrow_table()
    return hidden["pseudonym"].combine_chunks()


def _message(jurisdiction: str) -> bytes:
    return jurisdiction.encode() + b"\0"


def write_parquet(target: Path, schema: pa.Schema, pieces: Iterable[pa.Table]) -> None:
    """Write one partition: zstd, statistics, one row group a piece, bytes that depend on the rows alone."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    repetitive = [f.name for f in schema if pa.types.is_string(f.type) and f.name != "household_id"]
    with pq.ParquetWriter(
        draft, schema, compression="zstd", store_decimal_as_integer=True, use_dictionary=repetitive
    ) as writer:
        for piece in _ahead(pieces):
            writer.write_table(piece, row_group_size=ROW_GROUP)
    replace_file(draft, target)


def write_segment(target: Path, rows: pa.Table) -> None:
    """Put a segment in its place; one without rows leaves none."""
    if rows.num_rows:
        write_parquet(target, rows.schema, [rows])
    else:
        target.unlink(missing_ok=True)


def _ahead(pieces: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """The pieces, the next one being made while one is written."""
    making = iter(pieces)
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, making, None)
        while (piece := coming.result()) is not None:
            coming = pool.submit(next, making, None)
            yield piece


def replace_file(draft: Path, target: Path) -> None:
    """Put a finished draft in the place of a published file; whoever has the old one open keeps it."""
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    _put(draft, target)


def _put(draft: Path, target: Path) -> None:
    os.replace(draft, target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
