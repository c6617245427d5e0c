"""One server for all tests of this folder, running under the parameter group of the smallest instance class."""

from collections.abc import Iterator

import pytest

from components.database.parameters import parameters
from settings.database_classes import Hardware
from tests.postgres.server import Server, started

SMALLEST = Hardware(vcpu=2, memory_gib=1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep what asks for the server on one worker, so that a run starts one."""
    for item in items:
        if "server" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("postgres"))


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    group = parameters(SMALLEST, storage_gib=20)
    with started({parameter.name: parameter.value for parameter in group}) as running:
        yield running
