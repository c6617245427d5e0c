"""Runs a command with the engine, the offline clouds and a local state in its environment.

usage: bin/sandbox COMMAND [ARGUMENT...]
       bin/sandbox cloud list|show ...

  bin/sandbox pulumi preview -s dev          a preview against the offline clouds
  bin/sandbox pulumi stack export -s prod    any engine command; a stack is made at its first use
  bin/sandbox bash                           a shell in which `pulumi` is the sandbox's
  bin/sandbox cloud list                     what the clouds hold, as their consoles would show it

`pulumi` without -C runs in the shadow project, which is made from the tracked files and never writes them; any other
command runs in the current folder. The exit code is the command's (128 + n after signal n); 75 says that the sandbox is
in use, 70 that the offline clouds did not start, 2 that the words are wrong.

  SANDBOX_HOME    folder of state, store and logs (default: .sandbox in the checkout); two sandboxes need two
"""

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from sandbox import stacks
from sandbox.home import Home, HomeInUseError, holder
from sandbox.job import NOT_EXECUTABLE, NOT_FOUND, Job
from sandbox.project import Project, ProjectError
from sandbox.server import CloudServer, ServerError

ROOT: Final = Path(__file__).resolve().parents[1]

WRONG_WORDS: Final = 2
SERVER_FAILED: Final = 70
IN_USE: Final = 75
INTERRUPTED: Final = 130

# Encrypts the sandbox's own secrets in the sandbox's own state, both on this machine: a constant needs no keeping.
PASSPHRASE: Final = "sandbox"

REFUSALS: Final[Mapping[type[Exception], int]] = {
    HomeInUseError: IN_USE,
    ServerError: SERVER_FAILED,
    ProjectError: WRONG_WORDS,
    stacks.StackError: WRONG_WORDS,
}

SESSION: Final = "SANDBOX_SESSION"

# Not for the command: the launcher's own, or the way to somebody's real state.
REMOVED: Final = (
    "PULUMI_ACCESS_TOKEN",
    "PULUMI_CONFIG_PASSPHRASE_FILE",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONHOME",
    "PYTHONPATH",
)


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Do what the words say; the exit code."""
    if not arguments or arguments[0] in ("-h", "--help"):
        print(__doc__)
        return 0 if arguments else WRONG_WORDS
    home = Home.of(ROOT, environment)
    if arguments[0] == "cloud":
        return show(home, arguments[1:], environment)
    try:
        return run(home, arguments, environment)
    except tuple(REFUSALS) as error:
        print(f"sandbox: {error}", file=sys.stderr)
        return REFUSALS[type(error)]
    except KeyboardInterrupt:
        return INTERRUPTED


def run(home: Home, command: Sequence[str], environment: Mapping[str, str], serve: Sequence[str] | None = None) -> int:
    """Run one command in the sandbox and give its exit code.

    serve: starts the offline clouds; given by tests that need none.
    """
    if environment.get(SESSION) and environment.get(SESSION) == str(holder(home.lock).get("pid")):
        return run_inside(home, command, environment)
    with home.held(command):
        home.make()
        project = Project(home)
        project.refresh()
        with CloudServer(home, serve) as server:
            inside = session_environment(home, environment) | {SESSION: str(os.getpid())}
            prepare(project, command, inside)
            code = start(home, command, inside | {"PULUMI_DEBUG_PROVIDERS": server.wait()})
            server.check()
            return code


def run_inside(home: Home, command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run one command inside a session that is there already: a shell, a script, a test."""
    inside = session_environment(home, environment)
    prepare(Project(home), command, inside)
    return start(home, command, inside)


def prepare(project: Project, command: Sequence[str], inside: Mapping[str, str]) -> None:
    """Make the stack that the command is about, when it is its first use."""
    if not stacks.is_pulumi(command) or stacks.names_folder(command):
        return
    stack = stacks.named_stack(command, inside, project)
    if stack is not None:
        stacks.ensure(project, stack, str(project.home.root / ".engine" / "bin" / "pulumi"), inside)


def start(home: Home, command: Sequence[str], inside: Mapping[str, str]) -> int:
    """Run the command where it belongs."""
    own = stacks.is_pulumi(command) and not stacks.names_folder(command)
    code = Job(command, inside, home.project if own else Path.cwd()).run()
    if code in (NOT_FOUND, NOT_EXECUTABLE) and shutil.which(command[0], path=inside["PATH"]) is None:
        print(f"sandbox: no such command: {command[0]}", file=sys.stderr)
    return code


def session_environment(home: Home, environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of a command in the sandbox, but for the clouds' addresses."""
    kept = {name: value for name, value in environment.items() if name not in REMOVED}
    own = (str(home.root / ".engine" / "bin"), str(home.root / ".venv" / "bin"))
    return kept | {
        "PATH": os.pathsep.join([*own, *filter(None, [environment.get("PATH")])]),
        # No metadata files: a kill while one is written leaves it empty, and no command can read the state then.
        "PULUMI_BACKEND_URL": f"file://{home.state}?metadata=skip",
        "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_HOME": str(home.pulumi),
        "PULUMI_PYTHON_CMD": str(home.root / ".venv" / "bin" / "python"),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "SANDBOX_HOME": str(home.folder),
    }


def show(home: Home, arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Hand over to the view of the store, which needs no engine and no lock."""
    inside = {**environment, "SANDBOX_HOME": str(home.folder)}
    command = [sys.executable, "-P", "-m", "sandbox.cloud", *arguments]
    return Job(command, inside, Path.cwd()).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
