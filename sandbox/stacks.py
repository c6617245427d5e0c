"""Which stack a `pulumi` command is about, and that stack's first use: made in the state, its secrets minted."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from sandbox import minting
from sandbox.project import Project, read_json


class StackError(Exception):
    """The stack can't be used; the text says why."""


def is_pulumi(command: Sequence[str]) -> bool:
    """Whether the command is the engine's."""
    return Path(command[0]).name == "pulumi"


def names_folder(command: Sequence[str]) -> bool:
    """Whether a pulumi command says itself where to run."""
    return value_of(command, "-C", "--cwd") is not None


def value_of(command: Sequence[str], short: str, long: str) -> str | None:
    """The value of an option in any of its four spellings; the last one counts, as the engine has it."""
    found: str | None = None
    words = iter(command[1:])
    for word in words:
        if word == "--":
            break
        if word in (short, long):
            found = next(words, None)
        elif word.startswith(f"{long}="):
            found = word.removeprefix(f"{long}=")
        elif word.startswith(short) and not word.startswith("--"):
            found = word.removeprefix(short).removeprefix("=")
    return found


def named_stack(command: Sequence[str], environment: Mapping[str, str], project: Project) -> str | None:
    """The stack that a pulumi command is about; None when it is about none or makes or removes it itself."""
    words = [word for word in command[1:] if not word.startswith("-")]
    if (
        not words
        or words[:2] in (["stack", "init"], ["stack", "rm"], ["stack", "ls"])
        or {"-h", "--help"} & set(command)
    ):
        return None
    if words[:2] == ["stack", "select"] and len(words) > 2:
        return words[2].rpartition("/")[2]
    named = value_of(command, "-s", "--stack") or environment.get("PULUMI_STACK") or selected_stack(project)
    return named.rpartition("/")[2] if named else None


def selected_stack(project: Project) -> str | None:
    """The stack that `pulumi stack select` chose in this home."""
    for file in sorted((project.home.pulumi / "workspaces").glob("*-workspace.json")):
        stack = read_json(file).get("stack")
        if isinstance(stack, str) and stack:
            return stack
    return None


def ensure(project: Project, stack: str, pulumi: str, environment: Mapping[str, str]) -> None:
    """Make the stack when the state does not know it, and mint each of its secrets once."""
    if not project.exists(stack):
        if stack not in project.stacks():
            raise StackError(f"there is no stack {stack}: choose one of {', '.join(project.stacks())}")
        run([pulumi, "stack", "init", stack, "--no-select", "--non-interactive"], project, environment)
        project.note_minted(stack, set())
    if stack not in project.stacks():
        return  # made by hand: its file is its maker's
    kinds = minting.known()
    wanted = set(kinds) | project.wanted_secrets(stack)
    # What was minted and is gone was removed on purpose.
    missing = minting.with_their_pairs(wanted - project.held_secrets(stack) - project.minted(stack), kinds)
    if missing:
        minted = minting.mint(missing, kinds)
        values = [word for key, value in minted.items() for word in ("--secret", f"{key}={value}")]
        run([pulumi, "config", "set-all", "-s", stack, "--non-interactive", *values], project, environment)
        project.note_minted(stack, wanted)


def run(command: Sequence[str], project: Project, environment: Mapping[str, str]) -> None:
    """One engine command on the way; StackError with what it said when it fails."""
    done = subprocess.run(
        command,
        cwd=project.folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise StackError(f"pulumi {' '.join(command[1:3])} failed: {(done.stderr or done.stdout).strip()}")
