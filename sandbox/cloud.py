"""The offline clouds as a person at the vendors' consoles sees and changes them: `bin/sandbox cloud`."""

import argparse
import json
import os
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sandbox import console
from sandbox.faults import BadFault, FaultInjected, Faults
from sandbox.store import Resource, Store

UNREADABLE = 70
COLUMNS = ("CLOUD", "ACCOUNT", "REGION", "TYPE", "ID", "RESOURCE")


def default_home() -> Path:
    """Where the sandbox keeps its state: SANDBOX_HOME, else .sandbox beside the program."""
    return Path(os.environ.get("SANDBOX_HOME") or Path(__file__).parent.parent / ".sandbox")


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the words say. Returns 0, 2 when what was asked for is not there, 70 when no store can be read."""
    options = _parser().parse_args(arguments)
    file: Path = options.home / "cloud.sqlite"
    if not file.is_file():
        print(f"nothing was ever made here: there is no {file}", file=sys.stderr)
        if options.command != "list":
            return 2
        if options.json:
            print("[]")
        return 0
    try:
        with Store(file) as store, store.operation():
            return _COMMANDS[options.command](store, options)
    except sqlite3.DatabaseError as error:
        print(unreadable(file, error), file=sys.stderr)
        return UNREADABLE


def unreadable(file: Path, error: sqlite3.DatabaseError) -> str:
    """What to say of a store that is none, or that can't be had."""
    if isinstance(error, sqlite3.OperationalError):
        return f"{file}: {error}. The offline clouds need a file that they can write; SANDBOX_HOME names its folder"
    return f"{file} holds no offline clouds: {error}. What they held is lost; to start anew: rm -r {file.parent}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bin/sandbox cloud", description=__doc__)
    parser.add_argument("--home", type=Path, default=default_home(), help="the sandbox's folder (default: %(default)s)")
    commands = parser.add_subparsers(dest="command", required=True, metavar="list|show|set|delete|promote")
    listing = commands.add_parser("list", help="one line a resource", description="List what exists, oldest first.")
    listing.add_argument("--cloud", choices=("aws", "azure-native", "cloudflare"), help="only this cloud")
    listing.add_argument("--type", default="", help="only types whose name contains this, e.g. ec2/vpc")
    listing.add_argument("--region", help="only this region")
    listing.add_argument("--stack", help="only what this stack made")
    listing.add_argument("--pending-deletion", action="store_true", help="what waits for its end (KMS keys) instead")
    listing.add_argument("--json", action="store_true", help="one JSON document instead of a table")
    showing = commands.add_parser(
        "show",
        help="everything about one resource",
        description="Show one resource as a JSON object; an array of them when several have that name.",
    )
    setting = commands.add_parser(
        "set",
        help="change a property behind the engine's back",
        description="Change one property as a person at the console would; `pulumi refresh` sees it.",
    )
    deleting = commands.add_parser(
        "delete",
        help="delete a resource behind the engine's back",
        description="Delete one resource as a person at the console would; what names it is left as it is.",
    )
    promoting = commands.add_parser(
        "promote",
        help="promote a replica behind the engine's back",
        description="Make a replica (database instance, file system) one of its own, as its vendor does it.",
    )
    for command in (showing, setting, deleting, promoting):
        command.add_argument("resource", help="its id, its ARN or its logical name")
    setting.add_argument("path", help='the property: tags.Name, rules[0].status, tags["a.b"]')
    setting.add_argument("value", help="JSON, or a string as it stands")
    return parser


def _list(store: Store, options: argparse.Namespace) -> int:
    resources = [
        resource
        for resource in store.all(pending_deletion=options.pending_deletion)
        if options.type in resource.token
        and options.cloud in (None, resource.package)
        and options.region in (None, resource.region)
        and options.stack in (None, _stack(resource))
    ]
    if not resources:
        print("nothing matches; `bin/sandbox cloud list` names all there is", file=sys.stderr)
    if options.json:
        print(json.dumps([_as_json(resource) for resource in resources], indent=2))
        return 0
    _table([COLUMNS, *(_row(resource) for resource in resources)])
    return 0


def _show(store: Store, options: argparse.Namespace) -> int:
    found = _wanted(store, options.resource)
    if not found:
        return 2
    shown = [_in_full(store, resource) for resource in found]
    print(json.dumps(shown if len(shown) > 1 else shown[0], indent=2))
    return 0


def _set(store: Store, options: argparse.Namespace) -> int:
    resource = _the_one(store, options.resource)
    if resource is None:
        return 2
    try:
        console.edit(store, resource, options.path, options.value)
    except console.NoSuchPlace as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{resource.id}: {options.path} changed; `pulumi refresh` sees it")
    return 0


def _delete(store: Store, options: argparse.Namespace) -> int:
    resource = _the_one(store, options.resource)
    if resource is None:
        return 2
    console.delete(store, resource)
    print(f"{resource.id}: gone; `pulumi refresh` sees it")
    return 0


def _promote(store: Store, options: argparse.Namespace) -> int:
    resource = _the_one(store, options.resource)
    if resource is None:
        return 2
    try:
        refused = console.promote(store, resource, Faults.from_environment(os.environ))
    except (BadFault, FaultInjected) as error:
        print(error, file=sys.stderr)
        return 2
    for problem in refused:
        print(problem, file=sys.stderr)
    if refused:
        return 2
    print(f"{resource.id}: promoted; `pulumi refresh` sees it")
    return 0


_COMMANDS: Mapping[str, Callable[[Store, argparse.Namespace], int]] = {
    "list": _list,
    "show": _show,
    "set": _set,
    "delete": _delete,
    "promote": _promote,
}


def _wanted(store: Store, name: str) -> list[Resource]:
    """All that go by an id, an ARN or a logical name; says so when there is none."""
    found = [
        resource
        for resource in (*store.all(), *store.all(pending_deletion=True))
        if name in (resource.id, resource.properties.get("arn"), _logical_name(resource))
    ]
    if not found:
        print(
            f"no resource has the id, ARN or logical name {name!r}; `bin/sandbox cloud list` names all", file=sys.stderr
        )
    return found


def _the_one(store: Store, name: str) -> Resource | None:
    """The one that goes by a name; says so when there is none, and which there are when there are several."""
    found = _wanted(store, name)
    if len(found) > 1:
        several = "".join(f"\n  {resource.token} {resource.id} ({_stack(resource)})" for resource in found)
        print(f"several go by {name!r}, say which by its id:{several}", file=sys.stderr)
        return None
    return found[0] if found else None


def _in_full(store: Store, resource: Resource) -> dict[str, Any]:
    users = [f"{use.user.token} {use.user.id} ({use.path})" for use in store.users(resource)]
    return {**_as_json(resource), "properties": resource.properties, "named_by": users}


def _stack(resource: Resource) -> str:
    # urn:pulumi:stack::project::type::name
    return resource.urn.partition("::")[0].removeprefix("urn:pulumi:")


def _logical_name(resource: Resource) -> str:
    return resource.urn.rsplit("::", 1)[-1]


def _row(resource: Resource) -> tuple[str, ...]:
    kind = resource.token.partition(":")[2]
    where = resource.region or "-"
    return (resource.package, resource.account or "-", where, kind, resource.id, _logical_name(resource))


def _as_json(resource: Resource) -> dict[str, Any]:
    return {
        "cloud": resource.package,
        "account": resource.account,
        "region": resource.region,
        "type": resource.token,
        "id": resource.id,
        "urn": resource.urn,
        "pending_deletion": resource.pending_deletion,
    }


def _table(rows: Iterable[tuple[str, ...]]) -> None:
    lines = list(rows)
    widths = [max(len(line[column]) for line in lines) for column in range(len(COLUMNS))]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `| head` may stop reading
    sys.exit(main())
