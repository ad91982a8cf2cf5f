"""A server for the tests of this folder, databases in it, and homes that are published there."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from installation import Installation, run
from postgres_support import first_release, second_release
from servers import PrivateServer, Server
from vintage_place import Vintage

from jurisdictions.wuzhong.generator import generate
from warehouse.postgres.upgrade import upgrade


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The server of POVMON_TEST_POSTGRES, else a private one."""
    given = os.environ.get("POVMON_TEST_POSTGRES")
    if given:
        yield Server(sa.make_url(given).set(drivername="postgresql+psycopg"))
        return
    private = PrivateServer.make()
    try:
        yield private.start()
    finally:
        private.stop()


@pytest.fixture
def empty(server: Server) -> Iterator[str]:
    """The address of an empty database."""
    url = server.create()
    yield url
    server.drop(url)


@pytest.fixture(scope="session")
def upgraded(server: Server) -> Iterator[str]:
    """The name of a database that has everything but rows, to make others from."""
    url = server.create()
    upgrade(url)
    yield str(sa.make_url(url).database)
    server.drop(url)


@pytest.fixture(scope="module")
def database(server: Server, upgraded: str) -> Iterator[Callable[[], str]]:
    """Makes databases that have everything but rows; returns their addresses."""
    made: list[str] = []

    def make() -> str:
        made.append(server.create(upgraded))
        return made[-1]

    yield make
    for url in made:
        server.drop(url)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Two months of Wuzhong with planted faults of every kind, published in a file."""
    place = tmp_path_factory.mktemp("wuzhong")
    generate(place / "landing", months=2, household_months=1_500)
    return run("wuzhong", place / "landing", place / "home")


@pytest.fixture(scope="session")
def revised(tmp_path_factory: pytest.TempPathFactory) -> Vintage:
    """Two releases of a small place, the second of which revises, published in a file."""
    return _of_two_releases(Vintage(tmp_path_factory.mktemp("revised")))


@pytest.fixture(scope="session")
def neighbour(tmp_path_factory: pytest.TempPathFactory) -> Vintage:
    """Another place, in a home of its own."""
    return _of_two_releases(Vintage(tmp_path_factory.mktemp("neighbour"), "neighbour"))


def _of_two_releases(place: Vintage) -> Vintage:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POVMON_JURISDICTIONS", str(place.place.parent))
        first_release(place)
        second_release(place)
    return place


@pytest.fixture
def vintage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Vintage:
    """An empty place."""
    made = Vintage(tmp_path)
    monkeypatch.setenv("POVMON_JURISDICTIONS", str(made.place.parent))
    return made


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch, database: Callable[[], str]) -> str:
    """A database that runs of this test are published in."""
    url = database()
    monkeypatch.setenv("POVMON_WAREHOUSE", url)
    return url
