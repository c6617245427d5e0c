"""What each cloud does with each type beyond taking its inputs: one module a service."""

from collections.abc import Mapping
from functools import cache
from typing import Final

from sandbox.behaviours import (
    aws_acm,
    aws_iam,
    aws_kms,
    aws_logs,
    aws_network,
    aws_s3,
    aws_security_groups,
    azure_network,
    azure_resources,
    cloudflare,
)
from sandbox.behaviours.behaviour import Behaviour, Call

__all__ = ["Behaviour", "Call", "behaviour"]

_MODULES: Final = (
    aws_acm,
    aws_iam,
    aws_kms,
    aws_logs,
    aws_network,
    aws_s3,
    aws_security_groups,
    azure_network,
    azure_resources,
    cloudflare,
)


@cache
def _behaviours() -> Mapping[str, Behaviour]:
    return {token: behaviour for module in _MODULES for token, behaviour in module.BEHAVIOURS.items()}


_PLAIN: Final = Behaviour(id=lambda call: call.uuid())


def behaviour(token: str) -> Behaviour:
    """The ways of a type; one that no module knows only gets an id and its inputs back."""
    return _behaviours().get(token, _PLAIN)
