"""Versions of the engines on RDS: what a prefix becomes, and which way a version may change."""

from typing import Final

from sandbox.behaviours.behaviour import Call
from sandbox.problems import Problem

LATEST: Final = {"postgres": {"14": "14.24", "15": "15.19", "16": "16.15", "17": "17.11", "18": "18.6"}}
"""Newest minor versions (cfn-lint 1.58, extensions aws_rds_dbinstance)."""
DEPRECATED: Final = {"postgres": {"14": 17, "15": 12, "16": 8, "17": 4}}
"""Minor versions up to this one are no longer made (the same table)."""
TABLE: Final = "cfn-lint 1.58, extensions aws_rds_dbinstance: versions of PostgreSQL on RDS"
UPGRADES: Final = 'RDS user guide, "Upgrading a DB instance engine version"'


def actual_version(call: Call, engine: str) -> str:
    """The version that runs: what did run, while the program's text is a prefix of it; else the newest that fits."""
    kept = str(call.existing.properties.get("engineVersionActual") or "") if call.existing else ""
    wanted = str(call.inputs.get("engineVersion") or "")
    if kept and (not wanted or _is_prefix(wanted, kept)):
        return kept
    if not wanted:
        return max(LATEST.get(engine, {}).values(), key=numbers, default="1.0")
    return LATEST.get(engine, {}).get(wanted, wanted)


def refuse_version(call: Call, engine: str) -> list[Problem]:
    """No version goes back, and another major one has to be allowed."""
    wanted = str(call.inputs.get("engineVersion") or "")
    if not wanted or engine not in LATEST:
        return []
    major, _, minor = wanted.partition(".")
    if major not in LATEST[engine] or (call.existing is None and minor and _is_gone(engine, major, minor)):
        message = f"InvalidParameterCombination: Cannot find version {wanted} for {engine}"
        return [Problem("engineVersion", message, TABLE)]
    running = str(call.existing.properties.get("engineVersionActual") or "") if call.existing else ""
    if not running or _is_prefix(wanted, running):
        return []
    if numbers(LATEST[engine].get(wanted, wanted)) < numbers(running):
        message = f"InvalidParameterCombination: Cannot upgrade {engine} from {running} to {wanted}"
        return [Problem("engineVersion", message, UPGRADES)]
    if major != running.partition(".")[0] and not call.inputs.get("allowMajorVersionUpgrade"):
        message = (
            "InvalidParameterCombination: The AllowMajorVersionUpgrade flag must be present when upgrading to a new "
            f"major version ({running} to {wanted})"
        )
        return [Problem("engineVersion", message, UPGRADES)]
    return []


def numbers(version: str) -> list[int]:
    """A version for comparing."""
    return [int(part) if part.isdigit() else 0 for part in version.split(".")]


def _is_prefix(wanted: str, running: str) -> bool:
    return running == wanted or running.startswith(wanted + ".")


def _is_gone(engine: str, major: str, minor: str) -> bool:
    return minor.isdigit() and int(minor) <= DEPRECATED[engine].get(major, -1)
