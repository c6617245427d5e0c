"""Offline clouds of a test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.databases import Place, place
from tests.sandbox.offline import RECOVERY, Caller, Offline


@pytest.fixture
def offline(tmp_path: Path) -> Iterator[Offline]:
    """Three empty clouds."""
    clouds = Offline(tmp_path)
    yield clouds
    clouds.store.close()


@pytest.fixture
def aws(offline: Offline) -> Caller:
    """AWS in the primary region."""
    return offline.aws()


@pytest.fixture
def azure(offline: Offline) -> Caller:
    return offline.azure()


@pytest.fixture
def cloudflare(offline: Offline) -> Caller:
    return offline.cloudflare()


@pytest.fixture
def home(aws: Caller) -> Place:
    """Where databases stand in the primary region."""
    return place(aws)


@pytest.fixture
def away(offline: Offline) -> Place:
    """Where their replicas stand in the recovery region."""
    return place(offline.aws(RECOVERY), RECOVERY)
