"""A stack's configuration as the engine would hand it to the program, read from the tracked stack file."""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import yaml

PROJECT_FILE = "Pulumi.yaml"


def project_name(root: Path) -> str:
    """Give the project's name, which is also the namespace of keys without one."""
    return str(yaml.safe_load((root / PROJECT_FILE).read_text(encoding="utf-8"))["name"])


def stack_config(root: Path, stack: str, secrets: tuple[str, ...]) -> tuple[dict[str, str], list[str]]:
    """Give configuration values by full key, and the keys of those that are secret.

    Objects become JSON text, as the engine hands them over. Encrypted values cannot be read here: each is replaced by
    a minted one, and every name of `secrets` gets one as well, because a stack file need not hold them to be composed.
    """
    project = project_name(root)
    file: dict[str, Any] = yaml.safe_load((root / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8")) or {}
    written: dict[str, Any] = file.get("config") or {}
    config: dict[str, str] = {}
    hidden: list[str] = []
    for key, value in written.items():
        full = key if ":" in key else f"{project}:{key}"
        if isinstance(value, dict) and value.keys() == {"secure"}:
            hidden.append(full)
            config[full] = mint(full)
        else:
            config[full] = _text(value)
    for name in secrets:
        full = f"{project}-secrets:{name}"
        if full not in config:
            hidden.append(full)
            config[full] = mint(full)
    return config, hidden


def mint(name: str) -> str:
    """Give a made-up secret that looks like what its name says: the same on every run, and of no worth."""
    body = base64.b64encode(hashlib.sha512(name.encode()).digest()).decode()
    for ending, label in (("certificate", "CERTIFICATE"), ("-ca", "CERTIFICATE"), ("key", "PRIVATE KEY")):
        if name.endswith(ending):
            return f"-----BEGIN {label}-----\n{body}\n-----END {label}-----\n"
    return hashlib.sha256(name.encode()).hexdigest()


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
