"""Judges an exported state or a preview by the pack's rules, without an engine, credentials or a network.

    pulumi stack export -s prod | python policies/audit.py -
    pulumi preview -s prod --json --show-sames | python policies/audit.py - --sarif findings.sarif

Exit codes: 0 clean, 1 violations, 2 could not judge.
"""

from __future__ import annotations

import argparse
import datetime
import sys
from collections.abc import Sequence
from pathlib import Path

from guardrails.audit.evidence import evidence
from guardrails.audit.junit import junit
from guardrails.audit.reading import NotJudged, read
from guardrails.audit.run import Audit, Outcome, audit
from guardrails.audit.sarif import sarif
from guardrails.audit.texts import document, table
from guardrails.configuration import PackError

ROOT = Path(__file__).resolve().parent
FORMS = {"json": document, "junit": junit, "sarif": sarif}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; gives its exit code."""
    options = _parser().parse_args(arguments)
    try:
        content = sys.stdin.buffer.read() if options.file == "-" else Path(options.file).read_bytes()
        judged = audit(read(content), options.rules or ROOT, datetime.datetime.now(tz=datetime.UTC).date())
    except (OSError, NotJudged) as error:
        said = error.strerror if isinstance(error, OSError) else str(error)
        return _not_judged(f"{options.file}: {said}")
    except PackError as error:
        return _not_judged(str(error))
    try:
        for form, make in FORMS.items():
            if (path := getattr(options, form)) is not None:
                _write(path, make(judged))
        if options.evidence is not None:
            _write_evidence(options.evidence, judged)
    except OSError as error:
        return _not_judged(f"{error.filename}: {error.strerror}")
    if "-" not in {str(getattr(options, form)) for form in FORMS}:
        sys.stdout.write(table(judged))
    return judged.outcome.value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="audit.py",
        description="Judge an exported state or a preview by the rules of the policy pack.",
        epilog="Exit codes: 0 clean, 1 violations, 2 could not judge. A path of - is standard input or output.",
    )
    parser.add_argument("file", help="what `pulumi stack export` or `pulumi preview --json --show-sames` printed")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the findings as JSON")
    parser.add_argument("--junit", type=Path, metavar="PATH", help="write them as JUnit XML")
    parser.add_argument("--sarif", type=Path, metavar="PATH", help="write them as SARIF 2.1.0, for code scanning")
    parser.add_argument("--evidence", type=Path, metavar="FOLDER", help="write a control matrix for each framework")
    parser.add_argument(
        "--rules",
        type=Path,
        metavar="FOLDER",
        help="where settings.yaml and exemptions.yaml are; else beside this file",
    )
    return parser


def _write(path: Path, content: str) -> None:
    if str(path) == "-":
        sys.stdout.write(content)
    else:
        path.write_text(content, encoding="utf-8")


def _write_evidence(folder: Path, judged: Audit) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in evidence(judged).items():
        _write(folder / name, content)


def _not_judged(why: str) -> int:
    sys.stderr.write(f"audit: could not judge: {why}\n")
    return Outcome.NOT_JUDGED.value


if __name__ == "__main__":
    sys.exit(main())
