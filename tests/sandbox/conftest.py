"""Offline clouds of a test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.offline import Caller, Offline


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
