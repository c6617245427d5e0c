"""What the launcher adds to the engine's own words, where these leave a person without the next step."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sandbox.project import Project, read_json

RUNBOOKS: Final = "docs/runbooks"


def before(command: Sequence[str], stack: str | None, project: Project) -> Iterator[str]:
    """What to say before a command of the engine is run.

    The launcher holds the home alone, so whoever left a lock in its state is dead. It stays, since what that run was
    about may be half done: taking it away is the first step of the runbook, and a decision.
    """
    locks = project.home.state / ".pulumi" / "locks" / "organization" / project.name / (stack or "")
    if stack and "cancel" not in command and any(locks.glob("*.json")):
        yield (
            f"{stack} is locked by a run that died: nothing is running here now. Free it with"
            f" `bin/sandbox pulumi cancel -s {stack} --yes`, and see {RUNBOOKS}/interrupted-update.md"
        )


def after(command: Sequence[str], stack: str | None, project: Project, code: int) -> Iterator[str]:
    """What to say after a command of the engine that ended with a code."""
    if not (code and stack and "destroy" in command):
        return
    file = project.home.state / ".pulumi" / "stacks" / project.name / f"{stack}.json"
    checkpoint: dict[str, Any] = read_json(file).get("checkpoint") or {}
    resources: list[dict[str, Any]] = (checkpoint.get("latest") or {}).get("resources") or []
    protected = sum(bool(resource.get("protect")) for resource in resources)
    if protected:
        yield (
            f"{protected} resources of {stack} are protected, and that is meant: "
            f"{RUNBOOKS}/taking-down.md says how a stack is taken down all the same"
        )
