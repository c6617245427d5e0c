"""Runs unit tests on prod with a resource type left out, and tells which of them notice.

The tests run in a pytest session of their own inside this process, so that modules are imported and stacks composed
only once. Every test is run with fresh fixtures, because fixtures hold the graph.
"""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import pytest
from _pytest.runner import runtestprotocol

from tests.contracts.sources import ROOT
from tests.graph import prod_without

# What would print, write, or count in the inner session; a plugin that is not installed does no harm here.
SWITCHED_OFF: Final = (
    "terminal",
    "cacheprovider",
    "xdist",
    "timeout",
    "_cov",
    "randomly",
    "hypothesispytest",
    "junitxml",
)


class Mutants:
    """A pytest plugin: for each type, runs the tests of the ids that name it as evidence, until one of each id fails.

    evidence: ids by resource type. blind: the pairs of type and id of which no test failed. ran: how many tests ran.
    """

    def __init__(self, evidence: Mapping[str, Iterable[str]]) -> None:
        self._evidence = {token: tuple(ids) for token, ids in evidence.items()}
        self.blind: list[tuple[str, str]] = []
        self.ran = 0

    def pytest_configure(self, config: pytest.Config) -> None:
        """Make the marker known."""
        config.addinivalue_line("markers", "req(*ids): the requirements that a test shows")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Take the place of pytest's own loop."""
        by_id: dict[str, list[pytest.Item]] = {}
        for item in session.items:
            for marker in item.iter_markers("req"):
                for id_ in marker.args:
                    by_id.setdefault(id_, []).append(item)
        for token, ids in self._evidence.items():
            with prod_without(token):
                verdicts: dict[str, bool] = {}
                for id_ in ids:
                    if not any(self._fails(item, verdicts) for item in by_id.get(id_, [])):
                        self.blind.append((token, id_))
        return True

    def _fails(self, item: pytest.Item, verdicts: dict[str, bool]) -> bool:
        if item.nodeid not in verdicts:
            self.ran += 1
            reports = runtestprotocol(item, log=False, nextitem=None)  # no next item: fixtures are taken down
            verdicts[item.nodeid] = any(report.failed for report in reports)
        return verdicts[item.nodeid]


def run(mutants: Mutants, tests: Path) -> pytest.ExitCode | int:
    """Collect the tests of a folder and run the plugin's loop over them; the project's pytest settings stay out."""
    arguments = [str(tests), "--rootdir", str(ROOT), "-c", os.devnull, "--import-mode=importlib"]
    for name in SWITCHED_OFF:
        arguments += ["-p", f"no:{name}"]
    return pytest.main(arguments, plugins=[mutants])
