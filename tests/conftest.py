"""Fixtures and rules for every test.

`dev`, `staging` and `prod` are the real program's graphs, composed once a run under mocks; `graph` runs a test over all
three, and `preview` over all three as a first preview sees them.
"""

import pytest

from tests.graph import Graph, composed

STACKS = ("dev", "staging", "prod")


def pytest_configure(config: pytest.Config) -> None:
    """Let the SDKs warn of their own deprecated classes, which they do as they are imported; ours may not."""
    for package in ("pulumi_aws", "pulumi_azure_native", "pulumi_cloudflare"):
        config.addinivalue_line("filterwarnings", rf"ignore::DeprecationWarning:{package}(\.|$)")


@pytest.fixture(scope="session")
def dev() -> Graph:
    return composed("dev")


@pytest.fixture(scope="session")
def staging() -> Graph:
    return composed("staging")


@pytest.fixture(scope="session")
def prod() -> Graph:
    return composed("prod")


@pytest.fixture(scope="session", params=STACKS)
def graph(request: pytest.FixtureRequest) -> Graph:
    return composed(request.param)


@pytest.fixture(scope="session", params=STACKS)
def preview(request: pytest.FixtureRequest) -> Graph:
    """The stacks as a first preview sees them: ids and other computed values are UNKNOWN."""
    return composed(request.param, preview=True)
