"""What leads to databases and to secrets: TLS by parameter, proxies, secrets, secure parameters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guardrails.declare import Enforcement, Finding, ResourceRule, Scope, Severity, StackRule, found
from guardrails.model import Resource, Stack

GROUP: Final = "aws:rds/parameterGroup:ParameterGroup"
CLUSTER_GROUP: Final = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
PROXY: Final = "aws:rds/proxy:Proxy"
SECRET: Final = "aws:secretsmanager/secret:Secret"  # noqa: S105  a type
ROTATION: Final = "aws:secretsmanager/secretRotation:SecretRotation"
PARAMETER: Final = "aws:ssm/parameter:Parameter"

# The parameter that refuses plain connections, by the beginning of a family.
_SWITCHES: Final = {
    "postgres": "rds.force_ssl",
    "aurora-postgresql": "rds.force_ssl",
    "mysql": "require_secure_transport",
    "aurora-mysql": "require_secure_transport",
    "mariadb": "require_secure_transport",
}
_ON: Final = frozenset({"1", "on", "true"})
# Families in which AWS forces TLS when the group says nothing (RDS user guide, "Requiring an SSL/TLS connection").
_FORCED: Final = frozenset(
    f"{engine}{major}" for engine in ("postgres", "aurora-postgresql") for major in range(15, 30)
)


def _forces_tls(group: Resource, _: Scope) -> Iterator[Finding]:
    family = group.read("family").text(default="")
    if family is None:
        return
    engine = family.rstrip("0123456789.")
    switch = _SWITCHES.get(engine)
    if switch is None:
        return
    parameters = group.read("parameters")
    named = False
    unsure = parameters.is_unknown
    for parameter in parameters.items():
        name, value = parameter.at("name").text(), parameter.at("value")
        unsure = unsure or name is None
        if name is not None and name.lower() == switch:
            named = True
            text = value.text(default="")
            if text is not None and text.lower() not in _ON:
                yield found(value, f"is {value.shown()}, expected 1: {switch} lets plain connections in")
    if not named and not unsure and family not in _FORCED:
        yield found(parameters, f"says nothing of {switch}, expected 1")


TLS = ResourceRule(
    id="require-tls-for-databases",
    title="Databases refuse connections without TLS",
    types=(GROUP, CLUSTER_GROUP),
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="Personal data and tokens pass between tasks and databases; without TLS whoever listens has them.",
    mend="Force TLS in the parameter group; PostgreSQL reads that parameter when it starts.",
    example="""
aws.rds.ParameterGroup("tuned", family="postgres17",
                       parameters=[{"name": "rds.force_ssl", "value": "1", "apply_method": "pending-reboot"}])
""",
    check=_forces_tls,
)


def _closed(proxy: Resource, _: Scope) -> Iterator[Finding]:
    tls = proxy.read("requireTls")
    if tls.flag(default=False) is False:
        yield found(tls, f"is {tls.shown()}, expected true")
    scheme, auths = proxy.read("defaultAuthScheme"), proxy.read("auths")
    if scheme.text(default="NONE") == "IAM_AUTH" or scheme.is_unknown:
        return
    if auths.is_absent:
        yield found(scheme, f"is {scheme.shown()}, expected IAM_AUTH, or secrets with IAM required")
    for auth in auths.items():
        iam = auth.at("iamAuth")
        if iam.text(default="DISABLED") not in {"REQUIRED", None}:
            yield found(iam, f"is {iam.shown()}, expected REQUIRED")


PROXIES = ResourceRule(
    id="close-database-proxies",
    title="Database proxies take TLS and IAM alone",
    types=(PROXY,),
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="The proxy is the door that applications use: it must ask for no less than the database does.",
    mend="Require TLS, and let clients sign on by IAM.",
    example='aws.rds.Proxy("books", ..., require_tls=True, default_auth_scheme="IAM_AUTH")',
    check=_closed,
)


def _own_key(secret: Resource, _: Scope) -> Iterator[Finding]:
    key = secret.read("kmsKeyId")
    if key.text(default="") == "":
        yield found(key, "is not set: AWS's own key would be used, expected one of ours")
    for replica in secret.read("replicas").items():
        key = replica.at("kmsKeyId")
        if key.text(default="") == "":
            yield found(key, "is not set: AWS's own key would be used there, expected one of ours")


ENCRYPT = ResourceRule(
    id="encrypt-secrets",
    title="Secrets are encrypted with a key of our own",
    types=(SECRET,),
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="Who may read a secret is then said twice, by its policy and by the key's, and each use of the key is logged.",
    mend="Name a customer-managed key, and for each replica one of its region.",
    example='aws.secretsmanager.Secret("admin", ..., kms_key_id=key.arn)',
    check=_own_key,
)


def _rotated(stack: Stack, _: Scope) -> Iterator[Finding]:
    rotations = tuple(stack.of_type(ROTATION))
    for secret in stack.of_type(SECRET):
        if stack.any_refers(rotations, "secretId", secret) is False:
            yield Finding("", "is never rotated", secret.urn)


ROTATE = StackRule(
    id="rotate-secrets",
    title="Secrets change by themselves",
    severity=Severity.MEDIUM,
    enforcement=Enforcement.BEYOND_DEV,
    why="A secret that has leaked unseen stays good until somebody changes it; one that rotates is worth days.",
    mend="Give it a rotation, with a function that knows where the secret is used.",
    example="""
aws.secretsmanager.SecretRotation("admin", secret_id=secret.id, rotation_lambda_arn=function.arn,
                                  rotation_rules={"automatically_after_days": 30})
""",
    check=_rotated,
)


def _secure(parameter: Resource, _: Scope) -> Iterator[Finding]:
    if parameter.read("type").text() != "SecureString":
        return
    key = parameter.read("keyId")
    if key.text(default="") in {"", "alias/aws/ssm"}:
        yield found(key, f"is {key.shown()}: AWS's own key would be used, expected one of ours")


PARAMETERS = ResourceRule(
    id="encrypt-secure-parameters",
    title="Secure parameters are encrypted with a key of our own",
    types=(PARAMETER,),
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ALWAYS,
    why="Everybody in the account who may read parameters may use AWS's own key.",
    mend="Name a customer-managed key.",
    example='aws.ssm.Parameter("token", ..., type="SecureString", key_id=key.arn)',
    check=_secure,
)

RULES = (TLS, PROXIES, ENCRYPT, ROTATE, PARAMETERS)
