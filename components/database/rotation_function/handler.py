"""Where Lambda enters: `handle` takes one step of a rotation.

Environment: DATABASE_HOST, DATABASE_NAME and DATABASE_PORT of the one server whose password this function changes, and
DATABASE_ROOTS, the file of the certificates that it trusts, beside this package. None of them is a secret.
"""

import importlib
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from .postgres import Server
from .steps import Secrets, take

logger = logging.getLogger("rotation")
logger.setLevel(logging.INFO)


def handle(event: Mapping[str, Any], _context: object) -> None:
    """Take the step that Secrets Manager asks for; what fails raises, and Secrets Manager tries again.

    Nothing is logged but which step of which secret, and how it ended.
    """
    secret, token, step = (str(event[key]) for key in ("SecretId", "ClientRequestToken", "Step"))
    logger.info("%s of %s, version %s", step, secret, token)
    done = take(step, secret=secret, token=token, secrets=_secrets_manager(), server=_server(os.environ))
    logger.info("%s: %s", step, done)


def _server(environment: Mapping[str, str]) -> Server:
    root = Path(__file__).parents[1]
    return Server(
        host=environment["DATABASE_HOST"],
        port=int(environment["DATABASE_PORT"]),
        database=environment["DATABASE_NAME"],
        roots=(root / environment["DATABASE_ROOTS"]).read_text(encoding="ascii"),
    )


def _secrets_manager() -> Secrets:
    """The SDK is the runtime's own and is not there where the project's checks run."""
    return cast("Secrets", importlib.import_module("boto3").client("secretsmanager"))
