"""Turns a preview into the comment of its pull request, and says by its exit code whether the change may go on.

Exit codes: 0 it may, 1 it is stopped, 2 a file could not be read or GitHub did not take the comment.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from tools.review.changes import Unreadable, read
from tools.review.comment import comment
from tools.review.gate import judge
from tools.review.github import GitHub, NoAnswer
from tools.review.recovery import effects


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; gives its exit code."""
    options = _parser().parse_args(arguments)
    try:
        return _review(options)
    except (Unreadable, NoAnswer) as error:
        return _failed(str(error))
    except OSError as error:
        return _failed(f"{error.filename}: {error.strerror}")


def _review(options: argparse.Namespace) -> int:
    github = _github() if options.pull_request else None
    labels = [*options.label, *(github.labels(options.pull_request) if github else [])]
    preview = read(_content(options.preview))
    findings = None if options.findings is None else _json(options.findings)
    before, after = (_facts(path) for path in (options.facts_before, options.facts_after))
    gate = judge(preview, findings, labels)
    text = comment(preview, findings, gate, list(effects(before, after)))
    if options.out is not None:
        options.out.write_text(text, encoding="utf-8")
    if github is not None:
        sys.stderr.write(f"review: {github.put(options.pull_request, text)}\n")
    if options.out is None and github is None:
        sys.stdout.write(f"{text}\n")
    for reason in gate.reasons:
        sys.stderr.write(f"review: stopped: {reason}\n")
    return 1 if gate.reasons else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.review",
        description="Turn `pulumi preview --json` into one comment, and judge whether the change may go on.",
        epilog="Exit codes: 0 it may go on, 1 it is stopped, 2 could not be judged. A preview of - is standard input.",
    )
    parser.add_argument("preview", help="what `pulumi preview --json` printed")
    parser.add_argument("--findings", type=Path, metavar="PATH", help="what policies/audit.py --json wrote of it")
    parser.add_argument("--facts-before", type=Path, metavar="PATH", help="recovery facts of the stack as it is")
    parser.add_argument("--facts-after", type=Path, metavar="PATH", help="recovery facts of the stack as it would be")
    parser.add_argument("--label", action="append", default=[], help="a label of the pull request; may be repeated")
    parser.add_argument("--out", type=Path, metavar="PATH", help="write the comment there instead of printing it")
    parser.add_argument(
        "--pull-request",
        type=int,
        metavar="NUMBER",
        help="write it on that pull request, by GITHUB_TOKEN, GITHUB_REPOSITORY and GITHUB_API_URL",
    )
    return parser


def _github() -> GitHub:
    missing = [name for name in ("GITHUB_TOKEN", "GITHUB_REPOSITORY") if not os.environ.get(name)]
    if missing:
        raise Unreadable(f"--pull-request needs {' and '.join(missing)} in the environment")
    api = os.environ.get("GITHUB_API_URL", "https://api.github.com")
    if not api.startswith(("https://", "http://127.0.0.1:")):
        raise Unreadable(f"GITHUB_API_URL: {api!r} is not allowed; allowed: an address that begins with https://")
    return GitHub(api.rstrip("/"), os.environ["GITHUB_REPOSITORY"], os.environ["GITHUB_TOKEN"])


def _content(path: str) -> bytes:
    return sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Unreadable(f"{path}: expected JSON: {error}") from error


def _facts(path: Path | None) -> list[dict[str, Any]]:
    return [] if path is None else cast("list[dict[str, Any]]", _json(path))


def _failed(why: str) -> int:
    sys.stderr.write(f"review: {why}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
