"""What the clouds do when the engine asks: check, diff, create, read, update, delete, on plain values.

Each operation is one transaction of the store. A refusal names everything that is wrong at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sandbox import facts, schema
from sandbox.behaviours import behaviour, is_made_up
from sandbox.behaviours.behaviour import Call
from sandbox.connection import Connection
from sandbox.drift import Drift
from sandbox.endpoints import endpoints, sign_in
from sandbox.facts import Change, TypeFacts
from sandbox.faults import Faults
from sandbox.judges import iam
from sandbox.judging import judge
from sandbox.naming import autoname, from_prefix
from sandbox.problems import Problem
from sandbox.properties import made
from sandbox.references import canonical, resolve
from sandbox.store import Resource, Store
from sandbox.values import UNKNOWN, reveal, secret_texts, without_secrets
from sandbox.world import World

# What the AWS provider fills in beside `tags`: those and the provider's default tags.
TAGS_ALL: Final = "tagsAll"


class Refused(Exception):
    """The cloud's answer is no; `problems` holds every reason, with the secrets of `inputs` crossed out."""

    def __init__(self, action: str, token: str, problems: Sequence[Problem], inputs: Mapping[str, Any]) -> None:
        self.problems = tuple(_told(problems, inputs))
        super().__init__(f"{action} {token}: " + "\n  ".join(str(problem) for problem in self.problems))


@dataclass(frozen=True, slots=True)
class Checked:
    """The answer to a check.

    inputs: with names and tags filled in. problems: what is wrong. unjudged: what nothing beyond the SDK's schema
    looked at, a sentence each; empty where something is wrong, since that comes first.
    """

    inputs: dict[str, Any]
    problems: list[Problem]
    unjudged: list[str]


class Clouds:
    """Three clouds in one store."""

    def __init__(self, store: Store, world: World, faults: Faults) -> None:
        self._store = store
        self._world = world
        self._faults = faults

    def check(
        self, connection: Connection, token: str, name: str, seed: bytes, old: Mapping[str, Any], new: Mapping[str, Any]
    ) -> Checked:
        """Judge a resource's inputs by the SDK's schema, the vendors' facts, IAM's grammar and Cloudflare's parser."""
        try:
            shape = schema.load(token)
        except schema.UnknownType:
            return Checked(dict(new), [Problem("", f"no such type in the installed SDK: {token}", "sdk")], [])
        asked = {
            key: value for key, value in new.items() if key != TAGS_ALL
        }  # an import brings what was filled in before
        named, problems = autoname(token, name, seed, asked, old)
        known = facts.load(token)
        problems = _told([*problems, *judge(shape, known, named)], named)
        if connection.package == "aws" and TAGS_ALL in shape.outputs:
            named[TAGS_ALL] = self._all_tags(connection, named.get("tags"))
        unjudged = [] if problems else self._unjudged(token, named, known)
        return Checked(named, problems, unjudged)

    @staticmethod
    def _unjudged(token: str, inputs: dict[str, Any], known: TypeFacts | None) -> list[str]:
        made_up = [f"computed outputs of {token} are made up in the vendor's general form"] if is_made_up(token) else []
        if known is None:
            return [f"{token} is unjudged: no facts about this type; only the SDK's schema was checked", *made_up]
        return made_up + [
            f"{action} is unjudged: no facts about the actions of this service"
            for action in iam.unjudged(token, inputs)
        ]

    def diff(
        self, connection: Connection, token: str, old_inputs: Mapping[str, Any], new_inputs: Mapping[str, Any]
    ) -> Sequence[Change]:
        """Say which paths change, and whether the vendor replaces or refuses for it; a type without facts updates."""
        known = facts.load(token) or TypeFacts(token, {}, (), {})
        return facts.changed_paths(known, old_inputs, new_inputs, region=connection.region)

    def configure(self, connection: Connection) -> Sequence[Problem]:
        """Say what stops a provider from being configured as it asks; FaultInjected where nobody knows its account."""
        problems = connection.problems(self._world)
        if not problems:
            self._faults.reach(sign_in(connection), "retrieving caller identity from STS")
        return problems

    def create(
        self, connection: Connection, token: str, urn: str, inputs: Mapping[str, Any]
    ) -> tuple[str, dict[str, Any]]:
        """Make a resource. Returns its id and everything there is to know about it."""
        numbers = self._begin("create", connection, token, inputs)
        ways = behaviour(token)
        with self._store.operation() as store:
            call = self._call(connection, token, inputs, store)
            id = ways.id(call)  # noqa: A001  the protocol's own word
            uses, problems = self._references(call, own=id)
            problems = problems or [*ways.refuse(call)]
            region = call.region_of_type()
            if not problems and store.get(token, id, account=connection.account, region=region):
                problems = [Problem("", f"{id} exists already", "the vendors answer Conflict")]
            names, taken = self._names(call, ways.names(call, id))
            problems = problems or taken
            if problems:
                raise Refused("creating", token, problems, inputs)
            properties = made(call, id, inputs)
            resource = store.add(
                package=connection.package,
                account=connection.account,
                region=region,
                token=token,
                id=id,
                urn=urn,
                inputs=inputs,
                properties=properties,
            )
            self._register(call, resource, names, uses)
            ways.effects(call, resource)
        self._faults.after("create", numbers)
        return id, properties

    def read(
        self,
        connection: Connection,
        token: str,
        id: str,  # noqa: A002  the protocol's own word
        inputs: Mapping[str, Any],
        properties: Mapping[str, Any],
    ) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """What is there now: (inputs, properties), or None when it is gone.

        inputs: what the program last said, with whatever somebody changed since in its place.
        """
        self._begin("read", connection, token, properties)
        with self._store.operation() as store:
            resource = self._find(store, connection, token, id, properties)
        if resource is None:
            return None
        veil = self._store.veil
        current = dict(resource.properties)
        said = dict(inputs) or veil.off(dict(resource.inputs), dict(properties))
        drift = Drift(token, resource.region)
        for key, now in resource.drifted.items():
            written = resource.written.get(key)
            current[key] = drift.into(written, written, now, (key,))
            if key in said or key in resource.inputs:
                told = drift.into(veil.over(said.get(key)), written, now, (key,))
                said[key] = veil.off(told, said.get(key, properties.get(key)))
        shown = veil.off(current, dict(properties))
        return {key: value for key, value in said.items() if value is not None}, shown

    def update(
        self,
        connection: Connection,
        token: str,
        id: str,  # noqa: A002  the protocol's own word
        old_inputs: Mapping[str, Any],
        new_inputs: Mapping[str, Any],
        old_properties: Mapping[str, Any],
    ) -> dict[str, Any]:
        """Change a resource in place. Returns everything there is to know about it."""
        numbers = self._begin("update", connection, token, new_inputs)
        ways = behaviour(token)
        with self._store.operation() as store:
            resource = self._find(store, connection, token, id, old_properties)
            if resource is None:
                missing = Problem("", f"{id} does not exist", "the vendors answer NotFound")
                raise Refused("updating", token, [missing], new_inputs)
            refused = [
                Problem(change.path, change.refused, change.fact)
                for change in self.diff(connection, token, old_inputs, new_inputs)
                if change.refused
            ]
            call = replace(
                self._call(connection, token, new_inputs, store, resource), known=reveal(dict(old_properties))
            )
            uses, problems = self._references(call, own=id)
            problems = refused + (problems or [*ways.refuse(call)])
            names, taken = self._names(call, ways.names(call, id))
            problems = problems or taken
            if problems:
                raise Refused("updating", token, problems, new_inputs)
            properties = made(call, id, new_inputs)
            resource = store.write(resource.serial, inputs=new_inputs, properties=properties)
            self._register(call, resource, names, uses)
            ways.effects(call, resource)
        self._faults.after("update", numbers)
        return properties

    def delete(self, connection: Connection, token: str, id: str, properties: Mapping[str, Any]) -> None:  # noqa: A002
        """Take a resource away; one that is gone already counts as deleted, one that others name is kept.

        That is stricter than some vendors, who tidy up by themselves: an Azure resource group takes what is in it
        along, a Cloudflare zone its records, a route table its associations, and a KMS key does not ask who uses it.
        Here the order of deletions has to be right.
        """
        numbers = self._begin("delete", connection, token, properties)
        ways = behaviour(token)
        with self._store.operation() as store:
            resource = self._find(store, connection, token, id, properties)
            if resource is None:
                return
            call = Call(connection, token, resource.inputs, store, self._world, resource.serial, resource)
            problems = [] if ways.on_delete == "leave" else [*ways.keep_from(call)] or self._still_named(call, resource)
            if problems:
                raise Refused("deleting", token, problems, properties)
            if ways.on_delete == "schedule" or ways.waits(call):
                store.schedule_deletion(resource.serial)
            elif not ways.stays(call):
                store.remove(resource.serial)
            ways.aftermath(call)
        self._faults.after("delete", numbers)

    def _begin(
        self, operation: str, connection: Connection, token: str, values: Mapping[str, Any]
    ) -> Mapping[str, int]:
        """Let the misfortunes strike that come before an operation: first a region that nothing reaches."""
        asked = endpoints(operation, connection, token, reveal(values.get("region")))
        self._faults.reach(asked, f"{operation} {token}")
        return self._faults.before(operation, token)

    def _call(
        self,
        connection: Connection,
        token: str,
        inputs: Mapping[str, Any],
        store: Store,
        existing: Resource | None = None,
    ) -> Call:
        """Give a call its inputs in plain, with the name that the provider makes of a prefix."""
        serial = existing.serial if existing else store.next_serial()
        call = Call(connection, token, reveal(dict(inputs)), store, self._world, serial, existing)
        named = from_prefix(
            token, call.inputs, existing.properties if existing else None, lambda n: call.digits(n, "name")
        )
        return replace(call, inputs={**call.inputs, **named}) if named else call

    def _find(
        self,
        store: Store,
        connection: Connection,
        token: str,
        id: str,  # noqa: A002  the protocol's own word
        properties: Mapping[str, Any],
    ) -> Resource | None:
        call = Call(connection, token, reveal(dict(properties)), store, self._world, 0)
        found = store.get(token, id, account=connection.account, region=call.region_of_type())
        if found is None and connection.package == "azure-native":
            other = call.other(id)  # ids compare without letter case
            return other if other is not None and other.token == token else None
        return found

    @staticmethod
    def _still_named(call: Call, resource: Resource) -> list[Problem]:
        return [
            Problem(
                "",
                f"DependencyViolation: {resource.id} is still named by {use.user.token} {use.user.id} ({use.path})",
                "deleting it would leave a reference to nothing",
            )
            for use in call.store.users(resource)
        ]

    @staticmethod
    def _all_tags(connection: Connection, tags: Any) -> Any:
        if tags is UNKNOWN or (isinstance(tags, dict) and UNKNOWN in tags.values()):
            return UNKNOWN
        return {**connection.default_tags, **(tags if isinstance(tags, dict) else {})}

    def _references(self, call: Call, own: str) -> tuple[list[tuple[str, Resource]], list[Problem]]:
        uses, problems = resolve(call.token, call.inputs, call.connection, call.store, self._world, own)
        return uses, problems + self._principals(call)

    def _principals(self, call: Call) -> list[Problem]:
        missing: list[Problem] = []
        for principal in iam.principals(call.token, dict(call.inputs)):
            if not principal.startswith("arn:") or principal.endswith(":root"):
                continue
            if call.other(principal) is None and not self._world.has(call.connection.package, principal):
                path = "assumeRolePolicy" if "assumeRolePolicy" in call.inputs else "policy"
                message = f"MalformedPolicyDocument: the principal {principal} does not exist"
                missing.append(Problem(path, message, "IAM user guide, policy element Principal"))
        return missing

    @staticmethod
    def _names(call: Call, names: Sequence[str]) -> tuple[list[tuple[str, str]], list[Problem]]:
        """Split names into (scope, name), and say which of them somebody else has."""
        pairs = [(scope, name) for scope, _, name in (entry.partition("|") for entry in names)]
        taken: list[Problem] = []
        for scope, name in pairs:
            owner = call.store.owner(scope, name)
            if owner is not None and (call.existing is None or owner.serial != call.existing.serial):
                message = f"{name!r} is taken in {scope} by {owner.token} {owner.id}"
                taken.append(Problem("", message, "names are unique within their scope"))
        return pairs, taken

    @staticmethod
    def _register(
        call: Call, resource: Resource, names: list[tuple[str, str]], uses: list[tuple[str, Resource]]
    ) -> None:
        arn = resource.properties.get("arn")
        values = [*behaviour(resource.token).identifiers(call, resource.id), resource.id]
        values += [arn] if isinstance(arn, str) else []
        identifiers = dict.fromkeys(canonical(resource.package, value) for value in values)
        call.store.identify(resource, identifiers)
        call.store.claim(resource, names)
        call.store.link(resource, uses)


def _told(problems: Sequence[Problem], inputs: Mapping[str, Any]) -> list[Problem]:
    """Give problems as they may be told: without the secrets among the inputs."""
    texts = secret_texts(dict(inputs))
    if not texts:
        return list(problems)
    return [replace(problem, message=without_secrets(problem.message, texts)) for problem in problems]
