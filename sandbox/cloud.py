"""A look into the offline clouds, as a person at the vendors' consoles would: `bin/sandbox cloud list` and `show`."""

import argparse
import json
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sandbox.store import Resource, Store

COLUMNS = ("CLOUD", "ACCOUNT", "REGION", "TYPE", "ID", "RESOURCE")


def default_home() -> Path:
    """Where the sandbox keeps its state: SANDBOX_HOME, else .sandbox beside the program."""
    return Path(os.environ.get("SANDBOX_HOME") or Path(__file__).parent.parent / ".sandbox")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what exists. Returns 0, or 2 when a resource that was asked for is not there."""
    options = _parser().parse_args(arguments)
    file: Path = options.home / "cloud.sqlite"
    if not file.is_file():
        print(f"nothing was ever made here: there is no {file}", file=sys.stderr)
        if options.command == "show":
            return 2
        if options.json:
            print("[]")
        return 0
    with Store(file) as store, store.operation():
        return _list(store, options) if options.command == "list" else _show(store, options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bin/sandbox cloud", description=__doc__)
    parser.add_argument("--home", type=Path, default=default_home(), help="the sandbox's folder (default: %(default)s)")
    commands = parser.add_subparsers(dest="command", required=True, metavar="list|show")
    listing = commands.add_parser("list", help="one line a resource", description="List what exists, oldest first.")
    listing.add_argument("--cloud", choices=("aws", "azure-native", "cloudflare"), help="only this cloud")
    listing.add_argument("--type", default="", help="only types whose name contains this, e.g. ec2/vpc")
    listing.add_argument("--region", help="only this region")
    listing.add_argument("--pending-deletion", action="store_true", help="what waits for its end (KMS keys) instead")
    listing.add_argument("--json", action="store_true", help="one JSON document instead of a table")
    showing = commands.add_parser(
        "show", help="everything about one resource", description="Show one resource as JSON."
    )
    showing.add_argument("resource", help="its id, its ARN or its logical name")
    return parser


def _list(store: Store, options: argparse.Namespace) -> int:
    resources = [
        resource
        for resource in store.all(pending_deletion=options.pending_deletion)
        if options.type in resource.token
        and options.cloud in (None, resource.package)
        and options.region in (None, resource.region)
    ]
    if options.json:
        print(json.dumps([_as_json(resource) for resource in resources], indent=2))
        return 0
    _table([COLUMNS, *(_row(resource) for resource in resources)])
    return 0


def _show(store: Store, options: argparse.Namespace) -> int:
    wanted: str = options.resource
    found = [
        resource
        for resource in (*store.all(), *store.all(pending_deletion=True))
        if wanted in (resource.id, resource.properties.get("arn"), _logical_name(resource))
    ]
    if not found:
        print(
            f"no resource has the id, ARN or logical name {wanted!r}; `bin/sandbox cloud list` names all",
            file=sys.stderr,
        )
        return 2
    for resource in found:
        users = [f"{use.user.token} {use.user.id} ({use.path})" for use in store.users(resource)]
        print(json.dumps({**_as_json(resource), "properties": resource.properties, "named_by": users}, indent=2))
    return 0


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
    sys.exit(main())
