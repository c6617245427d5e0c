"""Stacks that are up: each is brought up once a test run, and every test works on a copy of its own."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine.machine import Machine


@pytest.fixture(scope="session")
def _brought_up(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Machine]:
    """Bring a stack up at most once, whichever worker asks first; the others wait for it."""
    base = tmp_path_factory.getbasetemp()
    # xdist gives each worker a folder of its own below one that they share; without it the folder above is all runs'.
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "engine"
    shared.mkdir(exist_ok=True)

    def bring_up(stack: str) -> Machine:
        machine, done = Machine(shared / stack), shared / f"{stack}.done"
        with (shared / f"{stack}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.exists():
                done.write_text(machine.up(stack).expect().output)
        return machine

    return bring_up


@pytest.fixture
def stack_up(_brought_up: Callable[[str], Machine], tmp_path: Path) -> Callable[[str], Machine]:
    """Give a copy of a stack that is up, with its clouds."""
    return lambda stack: _brought_up(stack).copy(tmp_path / stack)


@pytest.fixture
def dev_up(stack_up: Callable[[str], Machine]) -> Machine:
    """The dev stack, up."""
    return stack_up("dev")


@pytest.fixture
def prod_up(stack_up: Callable[[str], Machine]) -> Machine:
    """The prod stack, up."""
    return stack_up("prod")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """An empty sandbox."""
    return Machine(tmp_path / "home")
