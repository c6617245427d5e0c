"""`.venv/bin/python -m settings`: check stack files without an engine, and write their JSON schema.

Exit codes: 0 right, 2 wrong (every mistake on standard error, one a line) or wrong usage.
"""

import argparse
import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from settings.errors import Fault, SettingsError, file_of
from settings.loading import load, load_all, not_compared
from settings.model import Settings
from settings.schema import schema

WRONG = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    options = _parser().parse_args(arguments)
    if options.command == "schema":
        print(json.dumps(schema(), indent=2, ensure_ascii=False))
        return 0
    try:
        checked = load_all(options.root) if options.all else [load(options.stack, options.root)]
    except SettingsError as error:
        print(error, file=sys.stderr)
        return WRONG
    for settings in checked:
        print(_summary(settings))
    for fault in () if options.all else not_compared(options.stack, options.root):
        print(f"note: {fault.file} was not compared with it, as it cannot be read: {_reason(fault)}", file=sys.stderr)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m settings", description="Check the stack files of this project.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    check = commands.add_parser(
        "check",
        help="say whether a stack file is right, with every mistake at once",
        description="Read Pulumi.STACK.yaml, and the other stack files for what stacks must not share. "
        "Exit 0 when it is right, 2 with every mistake at once when it is not. No engine and no cloud is asked.",
    )
    which = check.add_mutually_exclusive_group(required=True)
    which.add_argument("stack", nargs="?", metavar="STACK", help="name of the stack, for instance dev")
    which.add_argument("--all", action="store_true", help="check every stack file in the folder")
    check.add_argument("--root", type=Path, default=Path(), metavar="DIR", help="folder of the files (default: here)")
    commands.add_parser(
        "schema",
        help="write the JSON schema of a stack file to standard output",
        description="Write the schema of stack files: python -m settings schema > settings/schema.json",
    )
    return parser


def _reason(fault: Fault) -> str:
    return str(fault).removeprefix(f"{fault.file}: ")


def _summary(settings: Settings) -> str:
    aws, azure = settings.aws, settings.azure
    return (
        f"{file_of(settings.stack)} is right: {settings.environment.environment}, {settings.domain.zone}, "
        f"AWS {aws.region} and {aws.recovery_region}, Azure {azure.location}, {settings.addresses.range}"
    )


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `| head` may stop reading
    sys.exit(main())
