"""What one checkout needs, made side by side: packages come in while the engine is built."""

from collections.abc import Callable
from concurrent import futures
from typing import Protocol

from tools.setup import lock
from tools.setup.engine import Engine
from tools.setup.layout import Layout
from tools.setup.packages import Environment
from tools.setup.postgres import Postgres
from tools.setup.runner import Runner, say


class Step(Protocol):
    """One thing to have."""

    def is_fresh(self) -> bool:
        """Whether there is nothing to do; milliseconds."""
        ...

    def make(self, runner: Runner) -> None:
        """Make it, or what is missing of it."""
        ...


def make(layout: Layout) -> None:
    """The virtual environment of the project and the engine."""
    packages = Environment(
        "packages", layout.venv, [layout.root / "requirements.txt", layout.root / "requirements-dev.txt"]
    )
    bring_up(layout, [packages, Engine(layout)])


def make_tests(layout: Layout) -> None:
    """The database server that tests start; the virtual environment is there before, and brings npm if need be."""
    bring_up(layout, [Postgres(layout)])


def make_facts(layout: Layout) -> None:
    """The virtual environment of `make facts`."""
    bring_up(layout, [Environment("facts", layout.facts_venv, [layout.root / "requirements-facts.txt"])])


def bring_up(layout: Layout, steps: list[Step]) -> None:
    """Make every step that is not fresh, all at the same time; nothing is held and nothing said when all are."""
    if all(step.is_fresh() for step in steps):
        return
    runner = Runner(layout.cache / "setup")
    with lock.exclusive(layout.cache / "setup.lock"):
        jobs = [step.make for step in steps if not step.is_fresh()]
        if not jobs:
            return  # another set-up was at it, and has done all
        side_by_side(runner, jobs)
    say("done", "this checkout is set up")


def side_by_side(runner: Runner, jobs: list[Callable[[Runner], None]]) -> None:
    """Run all jobs; the first error stops the others and is raised, and so does an interrupt."""
    with futures.ThreadPoolExecutor(len(jobs)) as pool:
        running = [pool.submit(job, runner) for job in jobs]
        try:
            for future in futures.as_completed(running):
                future.result()
        except BaseException:
            runner.stop()
            raise
