"""What a cloud does with one type beyond taking its inputs: ids, computed outputs, names, refusals, deletion."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal

from sandbox import schema
from sandbox.connection import Connection
from sandbox.problems import Problem
from sandbox.references import canonical
from sandbox.store import Resource, Store
from sandbox.world import World


@dataclass(frozen=True, slots=True)
class Call:
    """One create, update or delete, as its type's behaviour sees it.

    inputs: known values, secrets looked through. serial: unique to the resource; ids derive from it.
    existing: the resource as it is, None at creation. known: its properties as the engine knew them before an update.
    """

    connection: Connection
    token: str
    inputs: Mapping[str, Any]
    store: Store
    world: World
    serial: int
    existing: Resource | None = None
    known: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def region(self) -> str:
        """The AWS region the call goes to: the resource's own, else the provider's."""
        return str(self.inputs.get("region") or self.connection.region)

    @property
    def account(self) -> str:
        """The AWS account or Azure subscription."""
        return self.connection.account

    def digits(self, count: int, salt: str = "") -> str:
        """Hex digits, the same ones whenever the same resource asks with the same salt."""
        return hashlib.sha256(f"{self.token}|{self.account}|{self.serial}|{salt}".encode()).hexdigest()[:count]

    def uuid(self, salt: str = "") -> str:
        """Hex digits in the form of a UUID."""
        text = self.digits(32, salt)
        return "-".join((text[:8], text[8:12], "4" + text[13:16], "a" + text[17:20], text[20:32]))

    def since(self, output: str) -> str:
        """The time of creation as the vendors write it; an update keeps what the output holds."""
        kept = self.existing.properties.get(output) if self.existing else None
        return str(kept or datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))

    def other(self, value: Any) -> Resource | None:
        """The resource of this account that an id, an ARN or a typed name stands for."""
        if not isinstance(value, str):
            return None
        package = self.connection.package
        name = canonical(package, value)
        return self.store.named(name, package=package, account=self.account, region=self.region_of_type())

    def beside(self, path: str, target: Resource | None) -> list[Resource]:
        """The other resources of this type that name the same thing in the same property: the rules of one group."""
        if target is None:
            return []
        others = self.store.users_of_type(target, self.token, path)
        return [other for other in others if self.existing is None or other.serial != self.existing.serial]

    def unsent(self, *outputs: str) -> dict[str, Any]:
        """What stays as somebody else has set it: a bridged provider sends only what its program has changed."""
        existing = self.existing
        if existing is None:
            return {}
        same = [key for key in outputs if self.inputs.get(key) == existing.inputs.get(key)]
        return {key: existing.properties[key] for key in same if key in existing.properties}

    def region_of_type(self) -> str:
        """The region under which the store keeps this type: none for what is global."""
        return self.region if is_regional(self.token) else ""


@cache
def is_regional(token: str) -> bool:
    """Tell whether a type belongs to one AWS region: all but the global ones (IAM's) have it among their outputs."""
    return token.startswith("aws:") and "region" in schema.load(token).outputs


def _nothing(_: Call) -> Sequence[Problem]:
    return ()


def _never(_: Call) -> bool:
    return False


def _no_replica(call: Call) -> Sequence[Problem]:
    return [Problem("", f"{call.token} is never a replica, so there is nothing to promote", "sandbox/behaviours")]


def _no_effects(_: Call, __: Resource) -> None:
    return


def _no_aftermath(_: Call) -> None:
    return


def _no_names(_: Call, __: str) -> Sequence[str]:
    return ()


def _no_outputs(_: Call, __: str) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One type's ways.

    id: makes the id at creation.
    outputs: computed properties, given the id; they win over the inputs of the same name.
    names: names within a scope that no second resource may take: (scope, name) written "scope|name".
    identifiers: further ids, ARNs and typed names by which others may refer to it.
    refuse: what the cloud refuses at creation or update because of what else exists; what is wrong with the inputs by
    themselves is judged before, by the facts.
    effects: what a creation or update changes elsewhere in the cloud, where no program asked for it.
    keep_from: what stops a deletion. aftermath: what a deletion changes or leaves behind elsewhere in the cloud.
    stays: tells whether a deletion calls nothing and leaves the thing behind.
    waits: tells whether a deletion only schedules itself this time, as "schedule" does every time.
    promote: what a person does at the vendor's console to a replica, so that it can be written to; gives what the
    vendor refuses.
    on_delete: "remove"; "schedule" (it waits for its end); "leave" (a setting of something else: no call is made, what
    was set stays in force, and only the setting as a thing of its own is gone).
    """

    id: Callable[[Call], str]
    outputs: Callable[[Call, str], Mapping[str, Any]] = _no_outputs
    names: Callable[[Call, str], Sequence[str]] = _no_names
    identifiers: Callable[[Call, str], Sequence[str]] = _no_names
    refuse: Callable[[Call], Sequence[Problem]] = _nothing
    effects: Callable[[Call, Resource], None] = _no_effects
    keep_from: Callable[[Call], Sequence[Problem]] = _nothing
    aftermath: Callable[[Call], None] = _no_aftermath
    stays: Callable[[Call], bool] = _never
    waits: Callable[[Call], bool] = _never
    promote: Callable[[Call], Sequence[Problem]] = _no_replica
    on_delete: Literal["remove", "schedule", "leave"] = "remove"
