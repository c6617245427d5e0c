"""Runs a command with the engine, the offline clouds and a local state in its environment.

usage: bin/sandbox COMMAND [ARGUMENT...]
       bin/sandbox cloud list|show|set|delete ...

  bin/sandbox pulumi preview -s dev          a preview against the offline clouds
  bin/sandbox pulumi stack export -s prod    any engine command; a stack is made at its first use
  bin/sandbox bash                           a shell in which `pulumi` is the sandbox's
  bin/sandbox cloud list                     what the clouds hold, as their consoles would show it

`pulumi` without -C runs in the shadow project, which is made from the tracked files and never writes them; file names
given to it are meant from the current folder. Any other command runs in the current folder. The exit code is the
command's (128 + n after signal n); 75 says that the sandbox is in use, 70 that the offline clouds did not start, 2 that
the words or SANDBOX_HOME are wrong.

  SANDBOX_HOME    folder of state, store and logs (default: .sandbox in the checkout); two sandboxes need two
"""

import os
import shutil
import signal
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from sandbox import hints, stacks
from sandbox.home import Home, HomeError, HomeInUseError, holder
from sandbox.job import NOT_EXECUTABLE, NOT_FOUND, Job
from sandbox.paths import made_absolute
from sandbox.project import Project, ProjectError
from sandbox.server import CloudServer, ServerError

ROOT: Final = Path(__file__).resolve().parents[1]

USAGE: Final = "usage: bin/sandbox COMMAND [ARGUMENT...], or bin/sandbox --help"

WRONG_WORDS: Final = 2
SERVER_FAILED: Final = 70
IN_USE: Final = 75
INTERRUPTED: Final = 130

# Encrypts the sandbox's own secrets in the sandbox's own state, both on this machine: a constant needs no keeping.
PASSPHRASE: Final = "sandbox"

REFUSALS: Final[Mapping[type[Exception], int]] = {
    HomeError: WRONG_WORDS,
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
    "PYTHONOPTIMIZE",
    "PYTHONPATH",
    "PYTHONSAFEPATH",
    "PYTHONSTARTUP",
    "PYTHONWARNINGS",
    "grpc_proxy",
)

# Engine, program and clouds talk over gRPC on this machine, and gRPC takes a proxy for that, too.
UNPROXIED: Final = ("no_proxy", "NO_PROXY", "no_grpc_proxy")
LOCAL: Final = "127.0.0.1,localhost"


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Do what the words say; the exit code."""
    if not arguments or arguments[0] in ("-h", "--help"):
        print(__doc__)
        return 0 if arguments else WRONG_WORDS
    if arguments[0].startswith("-"):
        print(f"sandbox: unknown option {arguments[0]}\n{USAGE}", file=sys.stderr)
        return WRONG_WORDS
    try:
        home = Home.of(ROOT, environment)
        if arguments[0] == "cloud":
            return show(home, arguments[1:], environment)
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
            stack = prepare(project, command, inside)
            tell(hints.before(command, stack, project))
            code = start(home, command, inside | {"PULUMI_DEBUG_PROVIDERS": server.wait()})
            server.check()
            tell(hints.after(command, stack, project, code))
            return code


def run_inside(home: Home, command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run one command inside a session that is there already: a shell, a script, a test."""
    inside = session_environment(home, environment)
    prepare(Project(home), command, inside)
    return start(home, command, inside)


def prepare(project: Project, command: Sequence[str], inside: Mapping[str, str]) -> str | None:
    """The stack that the command is about, if any, made when it is its first use."""
    if not stacks.is_pulumi(command) or stacks.names_folder(command):
        return None
    stack = stacks.named_stack(command, inside, project)
    if stack is not None:
        stacks.ensure(project, stack, str(project.home.root / ".engine" / "bin" / "pulumi"), inside)
    return stack


def tell(lines: Iterable[str]) -> None:
    """Say something of the launcher's own, beside what the command prints."""
    for line in lines:
        print(f"sandbox: {line}", file=sys.stderr, flush=True)


def start(home: Home, command: Sequence[str], inside: Mapping[str, str]) -> int:
    """Run the command where it belongs."""
    engine = stacks.is_pulumi(command)
    own = engine and not stacks.names_folder(command)
    words = made_absolute(command, Path.cwd()) if own else command
    # Of SIGHUP the engine dies where it stands, with its state locked; an interrupt lets it finish what it is at.
    hangup = signal.SIGINT if engine else signal.SIGHUP
    code = Job(words, inside, home.project if own else Path.cwd(), hangup=hangup).run()
    if code in (NOT_FOUND, NOT_EXECUTABLE) and shutil.which(command[0], path=inside["PATH"]) is None:
        there = code == NOT_EXECUTABLE
        tell([f"not executable: {command[0]}" if there else f"no such command: {command[0]}"])
    return code


def session_environment(home: Home, environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of a command in the sandbox, but for the clouds' addresses."""
    kept = {name: value for name, value in environment.items() if name not in REMOVED}
    own = (str(home.root / ".engine" / "bin"), str(home.root / ".venv" / "bin"))
    unproxied = environment.get("no_proxy") or environment.get("NO_PROXY")
    kept |= {name: ",".join(filter(None, [environment.get(name) or unproxied, LOCAL])) for name in UNPROXIED}
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
    if set(sys.argv[1:2]) <= {"-h", "--help"}:
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # the help in a pipe: whoever reads it may stop
    sys.exit(main(sys.argv[1:], os.environ))
