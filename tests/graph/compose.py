"""Runs the program under mocks, in this process, and gives what it composed as plain data.

Pulumi keeps its state in context variables, and an event loop belongs to one run: each composition gets a thread with
an empty context and a loop of its own, which is closed afterwards. So compositions cannot see each other, whatever the
order of the tests.
"""

import asyncio
import contextlib
import contextvars
import functools
import json
import os
import runpy
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pulumi
from pulumi.runtime import configure, run_in_stack, set_all_config
from pulumi.runtime.settings import Settings

from sandbox.values import has_unknown
from tests.graph.model import Graph
from tests.graph.monitor import ANSWERS, RecordingEngine, RecordingMonitor
from tests.graph.nodes import STACK_TYPE
from tests.graph.stackfile import project_name, stack_config

ROOT: Final = Path(__file__).parents[2]
TIMEOUT_SECONDS: Final = 120.0
ORGANIZATION: Final = "organization"


class CompositionRefused(AssertionError):
    """What the program composed is not acceptable; the message has one line for each problem."""


_LEFT_OUT: Final[contextvars.ContextVar[frozenset[str]]] = contextvars.ContextVar("left_out", default=frozenset())


def composed(stack: str, *, preview: bool = False) -> Graph:
    """Give the real program's graph of one of its stacks; composed once in a process."""
    graph = _composed(stack, preview=preview)
    left_out = _LEFT_OUT.get()
    return graph.without(*left_out) if left_out and stack == "prod" else graph


@contextlib.contextmanager
def prod_without(*types: str) -> Generator[None, None, None]:
    """Leave the resources of these types out of what `composed` gives for prod; for the test of the tests."""
    token = _LEFT_OUT.set(frozenset(types))
    try:
        yield
    finally:
        _LEFT_OUT.reset(token)


def composed_with(stack: str, changes: Mapping[str, Any], *, preview: bool = False) -> Graph:
    """Give the real program's graph of a stack with other settings, composed anew.

    changes: values by their place in the stack file, as "compute.services.running".
    """
    from settings.secrets import SECRETS

    config, hidden = stack_config(ROOT, stack, tuple(SECRETS))
    for field, value in changes.items():
        section, *way, last = f"erp:{field}".split(".")
        content: dict[str, Any] = json.loads(config.get(section, "{}"))
        place = content
        for step in way:
            place = place.setdefault(step, {})
        place[last] = value
        config = {**config, section: json.dumps(content)}
    with contextlib.chdir(ROOT):
        return compose(
            lambda: runpy.run_path(str(ROOT / "__main__.py"), run_name="__main__"),
            project=project_name(ROOT),
            stack=stack,
            config=config,
            secret_keys=hidden,
            preview=preview,
        )


@functools.cache
def _composed(stack: str, *, preview: bool) -> Graph:
    return composed_with(stack, {}, preview=preview)


def compose(
    program: Callable[[], object],
    *,
    project: str = "erp",
    stack: str = "test",
    config: Mapping[str, str] | None = None,
    secret_keys: Sequence[str] = (),
    preview: bool = False,
) -> Graph:
    """Run a program and give its graph.

    preview: leave every computed output unknown, as a first preview does.
    Raises CompositionRefused with all that the schemas refuse, and otherwise whatever the program raises.
    """
    run = _Run(program, project, stack, dict(config or {}), list(secret_keys), preview)
    with _environment(run):
        return _in_thread(run.graph)


@dataclass(frozen=True)
class _Run:
    program: Callable[[], object]
    project: str
    stack: str
    config: dict[str, str]
    secret_keys: list[str]
    preview: bool

    def graph(self) -> Graph:
        monitor = RecordingMonitor(self.project, self.stack, preview=self.preview)
        engine = RecordingEngine()
        error = self._run(monitor, engine)
        if error is not None and not monitor.problems:
            raise error
        _refuse(monitor, self, error)
        return _graph(monitor, engine, self)

    def _run(self, monitor: RecordingMonitor, engine: RecordingEngine) -> Exception | None:
        configure(
            Settings(
                project=self.project,
                stack=self.stack,
                monitor=monitor,
                engine=engine,
                dry_run=self.preview,
                organization=ORGANIZATION,
                root_directory=str(ROOT),
            )
        )
        set_all_config(self.config, self.secret_keys)
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        loop.set_default_executor(ThreadPoolExecutor(max_workers=1))  # one by one: the same order on every run
        try:
            loop.run_until_complete(run_in_stack(self._call))
        except (Exception, SystemExit) as error:  # noqa: BLE001 handed to the caller, in its own thread
            return error if isinstance(error, Exception) else pulumi.RunError(f"the program exits: {error.code}")
        finally:
            _close(loop)
        return None

    def _call(self) -> None:
        self.program()


def _close(loop: asyncio.AbstractEventLoop) -> None:
    loop.set_exception_handler(_ignore)
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
    loop.run_until_complete(loop.shutdown_default_executor())
    asyncio.set_event_loop(None)
    loop.close()


def _ignore(_loop: asyncio.AbstractEventLoop, _context: dict[str, Any]) -> None:
    """Say nothing: what a failed run leaves behind is no news."""


def _in_thread(function: Callable[[], Graph]) -> Graph:
    done: list[Graph] = []
    failed: list[Exception] = []

    def work() -> None:
        try:
            done.append(contextvars.Context().run(function))
        except Exception as error:  # noqa: BLE001 raised again below
            failed.append(error)

    thread = threading.Thread(target=work, name="composition", daemon=True)
    thread.start()
    thread.join(TIMEOUT_SECONDS)
    if failed:
        raise failed[0]
    if not done:
        raise CompositionRefused(f"the composition has not ended after {TIMEOUT_SECONDS:.0f} seconds")
    return done[0]


@contextlib.contextmanager
def _environment(run: _Run) -> Generator[None, None, None]:
    """Hand over the configuration as the language host does as well: in the environment."""
    names = {"PULUMI_CONFIG": json.dumps(run.config), "PULUMI_CONFIG_SECRET_KEYS": json.dumps(run.secret_keys)}
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(names)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _refuse(monitor: RecordingMonitor, run: _Run, error: Exception | None) -> None:
    problems = list(monitor.problems)
    if not run.preview and error is None:
        for urn, outputs in monitor.outputs.items():
            kind, name = urn.split("::")[2:]
            problems += [
                f"{kind} {name!r} registers {output!r}, which the mocks do not give; add it to {ANSWERS}"
                for output, value in outputs.items()
                if has_unknown(value)
            ]
    if problems:
        lines = "\n  ".join(sorted(problems))
        raise CompositionRefused(f"stack {run.stack} composes what is refused:\n  {lines}") from error


def _graph(monitor: RecordingMonitor, engine: RecordingEngine, run: _Run) -> Graph:
    nodes = [
        replace(node, outputs=monitor.outputs.get(node.key, {})) if not node.custom else node
        for node in monitor.nodes.values()
    ]
    outputs: dict[str, Any] = {}
    for node in nodes:
        if node.type == STACK_TYPE:
            outputs = dict(node.outputs)
    return Graph(
        stack=run.stack,
        preview=run.preview,
        nodes=tuple(sorted(nodes, key=lambda node: node.key)),
        outputs=outputs,
        log=tuple(engine.messages),
    )
