"""Who is named in a policy document, and whether that is a form of principal."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from sandbox.judges.policy.grammar import Finding, Statement
from sandbox.world import world

_ACCOUNT: Final = re.compile(r"\d{12}\Z")
_ARN: Final = re.compile(
    r"arn:aws(-cn|-us-gov)?:(iam::(\d{12}|cloudfront):(root|(user|role)/[\w+=,.@/-]+)|sts::\d{12}:(assumed-role/[\w+=,.@/-]+/[\w+=,.@-]+|federated-user/[\w+=,.@-]+))\Z"
)
_UNIQUE: Final = re.compile(r"A[A-Z]{3}[A-Z0-9]{12,}\Z")
_PROVIDER: Final = re.compile(r"arn:aws(-cn|-us-gov)?:iam::\d{12}:(saml-provider|oidc-provider)/.+\Z")
_WEB: Final = frozenset(
    {"accounts.google.com", "cognito-identity.amazonaws.com", "graph.facebook.com", "www.amazon.com"}
)
_CANONICAL: Final = re.compile(r"[0-9a-f]{64}\Z")


def judge(statement: Statement) -> Iterator[Finding]:
    """Say which principals have no form that AWS takes."""
    name = "NotPrincipal" if statement.not_principal else "Principal"
    for kind, named in (statement.principals or {}).items():
        for principal in named:
            expected = _expected(kind, principal)
            if expected is not None:
                yield f"{statement.place}.{name}.{kind}", f"must be {expected}, not {json.dumps(principal)}"


def _expected(kind: str, principal: str) -> str | None:
    match kind:
        case "AWS":
            if principal == "*" or any(form.match(principal) for form in (_ACCOUNT, _ARN, _UNIQUE)):
                return None
            return "an account id, the ARN of an account's root, a user, role or session (no wildcard inside), or *"
        case "Service":
            if principal in _services():
                return None
            return (
                "the principal of a service in sandbox/world/aws.json, such as ec2.amazonaws.com or "
                "logs.eu-central-1.amazonaws.com (MalformedPolicyDocument)"
            )
        case "Federated":
            if principal in _WEB or _PROVIDER.match(principal):
                return None
            return "the ARN of a SAML or OIDC provider"
        case "CanonicalUser":
            return None if _CANONICAL.match(principal) else "a canonical user id of 64 hexadecimal digits"
        case _:
            return None


@cache
def _services() -> frozenset[str]:
    """Every service principal that AWS knows here, those of the regions among them."""
    lists, regions = world().values("aws", "service_principals"), world().values("aws", "regions")
    regional = [f"{service}.{region}" for service in lists["regional"] for region in regions]
    return frozenset((*lists["others"], *(f"{service}.amazonaws.com" for service in (*lists["everywhere"], *regional))))


def named(statement: Statement) -> list[str]:
    """List the principals of a statement that somebody must have made: everything but `*` and canonical users."""
    found: list[str] = []
    for kind, principals in (statement.principals or {}).items():
        if kind in ("AWS", "Service", "Federated"):
            found += [principal for principal in principals if principal != "*"]
    return found
