"""Users of ElastiCache and their groups: who may be called what, and which group takes whom.

Source of all: ElastiCache user guide, "Role-Based Access Control" and "Authenticating with IAM"; API reference,
CreateUser and CreateUserGroup.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sandbox.behaviours.behaviour import Call
from sandbox.problems import Problem
from sandbox.references import typed_name
from sandbox.store import Resource

USER: Final = "aws:elasticache/user:User"
USER_GROUP: Final = "aws:elasticache/userGroup:UserGroup"
RBAC: Final = 'ElastiCache user guide, "Role-Based Access Control"'
BY_IAM: Final = 'ElastiCache user guide, "Authenticating with IAM"'
BUILT_IN: Final = "default"
"""Id and name of the user that every account has: open, and no member of a group that brings its own."""
MOST_MEMBERS: Final = 100


def refuse_user(call: Call) -> Sequence[Problem]:
    """What is wrong with a user by itself."""
    return [*_identity(call), *_access(str(call.inputs.get("accessString") or "")), *_proof(call)]


def _identity(call: Call) -> Iterator[Problem]:
    user_id, name = str(call.inputs.get("userId")), str(call.inputs.get("userName"))
    if user_id.lower() == BUILT_IN:
        yield Problem("userId", "UserAlreadyExists: every account has a user with the id default", RBAC)
    if _mode(call.inputs) == "iam" and user_id != name:
        message = f"InvalidParameterValue: with IAM the user's name is its id ({user_id}), not {name}"
        yield Problem("userName", message, BY_IAM)


def _mode(inputs: Any) -> str:
    mode = (inputs.get("authenticationMode") or {}).get("type")
    return str(mode or ("no-password-required" if inputs.get("noPasswordRequired") else "password"))


def _access(access: str) -> Iterator[Problem]:
    for word in access.split():
        if word[0] in "><#!" or word in ("nopass", "resetpass", "reset"):
            message = "InvalidParameterValue: passwords are no part of an access string"
            yield Problem("accessString", message, RBAC)
        elif not (word[0] in "~&+-%(" or word in _WORDS):
            yield Problem("accessString", f"InvalidParameterValue: {word!r} is no rule of an access string", RBAC)


_WORDS: Final = frozenset(
    {"on", "off", "allkeys", "resetkeys", "allchannels", "resetchannels", "allcommands", "nocommands", "clearselectors"}
)


def _proof(call: Call) -> Iterator[Problem]:
    """A user has passwords where its mode says so, and nowhere else."""
    inputs = call.inputs
    mode = inputs.get("authenticationMode") or {}
    given = bool(mode.get("passwords") or inputs.get("passwords") or inputs.get("passwordsWo"))
    if _mode(inputs) == "password" and not given:
        message = "InvalidParameterCombination: a user has a password, or says that it needs none, or comes by IAM"
        yield Problem("authenticationMode" if mode else "", message, RBAC)
    if _mode(inputs) != "password" and given:
        message = f"InvalidParameterCombination: a user of mode {_mode(inputs)} has no password"
        yield Problem("authenticationMode", message, RBAC)


def keep_default(call: Call) -> Sequence[Problem]:
    """The default user of a group stays as long as the group does."""
    resource = call.existing
    if resource is None or resource.properties.get("userName") != BUILT_IN:
        return ()
    groups = sorted({use.user.id for use in call.store.users(resource) if use.user.token == USER_GROUP})
    message = f"DefaultUserAssociatedToUserGroup: {resource.id} is the default user of {', '.join(groups)}"
    return [Problem("", message, "ElastiCache API reference, DeleteUser")] if groups else ()


def refuse_group(call: Call) -> Sequence[Problem]:
    """Members have names of their own, fit the group's engine, and one of them is the default user where it must be."""
    ids = [str(name) for name in call.inputs.get("userIds") or []]
    engine = str(call.inputs.get("engine") or "redis").lower()
    found = {name: call.other(typed_name(USER, name.lower())) for name in ids}
    names = [_name(name, user) for name, user in found.items()]
    problems: list[Problem] = []
    if engine == "redis" and BUILT_IN not in names:
        message = "DefaultUserRequired: a user group needs to contain a user with the user name default"
        problems.append(Problem("userIds", message, RBAC))
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        message = f"DuplicateUserName: {', '.join(twice)} is the name of several members"
        problems.append(Problem("userIds", message, RBAC))
    if len(ids) > MOST_MEMBERS:
        message = f"UserQuotaExceeded: a group has at most {MOST_MEMBERS} users, not {len(ids)}"
        problems.append(Problem("userIds", message, 'ElastiCache user guide, "Quotas"'))
    for user in filter(None, found.values()):
        problems += _fits(user, engine)
    return problems


def _name(user_id: str, user: Resource | None) -> str:
    return str(user.properties.get("userName")) if user else user_id


def _fits(user: Resource, engine: str) -> Iterator[Problem]:
    own = str(user.properties.get("engine")).lower()
    if engine == "redis" and own != "redis":
        message = (
            f"InvalidParameterCombination: {user.id} is of engine {own}, and a group of redis takes users of redis"
        )
        yield Problem("userIds", message, RBAC)
    if engine == "valkey" and _mode(user.properties) == "no-password-required":
        message = f"InvalidParameterCombination: {user.id} needs no password, and a group of valkey takes none such"
        yield Problem("userIds", message, RBAC)
