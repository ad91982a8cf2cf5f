"""Where the machine has no PostgreSQL, the one of a package serves: it is started here whether it is needed or not."""

from collections.abc import Iterator

import pytest
from postgres_support import difference
from servers import PrivateServer, ask, packaged_binaries
from vintage_place import Vintage

from warehouse.contracts import CONTRACTS
from warehouse.postgres.load import load
from warehouse.postgres.upgrade import upgrade
from warehouse.store import Home


@pytest.fixture
def packaged() -> Iterator[PrivateServer]:
    """A cluster of the package's server."""
    made = PrivateServer.make(binaries=packaged_binaries())
    try:
        made.start()
        yield made
    finally:
        made.stop()


def test_the_server_of_the_package_takes_a_home(packaged: PrivateServer, revised: Vintage) -> None:
    url = packaged.server.create()
    ((folder,),) = ask(url, "SHOW data_directory")
    assert str(folder) == str(packaged.folder / "data")
    upgrade(url)
    load(Home(revised.home), url)
    for name in CONTRACTS:
        assert difference(revised.home, url, f"SELECT * FROM {name}") == [], name
