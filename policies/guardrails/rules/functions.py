"""Functions of AWS Lambda: where they run, what they run on, and who may call them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from guardrails.declare import Enforcement, Finding, ResourceRule, Scope, Severity, found
from guardrails.model import Resource

FUNCTION: Final = "aws:lambda/function:Function"
PERMISSION: Final = "aws:lambda/permission:Permission"
URL: Final = "aws:lambda/functionUrl:FunctionUrl"

# Runtimes of languages and systems that have reached their own end, after which AWS patches them no more (Lambda
# Developer Guide, "Runtime deprecation policy"; the ends are those of each language, as of November 2026).
_OLD: Final = re.compile(
    r"dotnet(core\d\.\d|5\.0|6|8)|go1\.x|java8|nodejs(|4\.3|4\.3-edge|6\.10|8\.10|10\.x|12\.x|14\.x|16\.x|18\.x|20\.x)|"
    r"provided(|\.al2)|python(2\.7|3\.[6-9]|3\.10)|ruby(2\.\d|3\.2)"
)


def _stands_in_network(function: Resource, _: Scope) -> Iterator[Finding]:
    subnets = function.read("vpcConfig", "subnetIds")
    if subnets.is_absent or (subnets.is_known and not list(subnets.items())):
        yield found(subnets, "is not set: the function runs outside of our networks")


NETWORK = ResourceRule(
    id="require-function-network",
    title="Functions run inside our networks",
    types=(FUNCTION,),
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ALWAYS,
    why="Outside, a function reaches the whole internet, and neither security groups nor flow logs see it.",
    mend="Give it subnets and a security group; where a function needs none of ours, record that as an exemption.",
    example='aws.lambda_.Function("rotation", ..., vpc_config={"subnet_ids": ids, "security_group_ids": [group]})',
    check=_stands_in_network,
)


def _environment_is_encrypted(function: Resource, _: Scope) -> Iterator[Finding]:
    variables = function.read("environment", "variables")
    key = function.read("kmsKeyArn")
    if variables.is_known and list(variables.entries()) and key.text(default="") == "":
        yield found(key, "is not set, expected the ARN of a customer-managed key")


ENCRYPT = ResourceRule(
    id="encrypt-function-environments",
    title="A function's environment is encrypted with a key of our own",
    types=(FUNCTION,),
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ALWAYS,
    why="With AWS's own key everybody who may describe the function reads its environment, and no log tells who did.",
    mend="Give a key whose policy lets Lambda use it on our behalf; and keep secrets out of it all the same.",
    example='aws.lambda_.Function("rotation", ..., kms_key_arn=encryption.keys["secrets"])',
    check=_environment_is_encrypted,
)


def _runtime_is_maintained(function: Resource, _: Scope) -> Iterator[Finding]:
    runtime = function.read("runtime")
    name = runtime.text(default="")
    if name and _OLD.fullmatch(name):
        yield found(runtime, f"is {runtime.shown()}, which gets no security patches any more")


RUNTIME = ResourceRule(
    id="require-maintained-runtimes",
    title="Functions run on runtimes that get security patches",
    types=(FUNCTION,),
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="AWS patches a runtime until its support ends, and then never again; later it can't even be updated.",
    mend="Take a newer runtime and run the function's tests on it.",
    example='aws.lambda_.Function("rotation", ..., runtime="python3.13")',
    check=_runtime_is_maintained,
)


def _log_is_own(function: Resource, _: Scope) -> Iterator[Finding]:
    group = function.read("loggingConfig", "logGroup")
    if group.text(default="") == "":
        yield found(group, "is not set: Lambda makes a group by itself, without a key and kept for ever")


LOG = ResourceRule(
    id="require-function-logs",
    title="Functions log to a group that the stack declares",
    types=(FUNCTION,),
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ALWAYS,
    why="The group that Lambda makes at the first call is in no stack: no key, no retention, and it outlives all.",
    mend="Declare a log group with key and retention, and name it in the function's logging configuration.",
    example='aws.lambda_.Function("rotation", ..., logging_config={"log_format": "JSON", "log_group": group.name})',
    check=_log_is_own,
)


def _callers_are_named(resource: Resource, _: Scope) -> Iterator[Finding]:
    if resource.type == URL:
        kind = resource.read("authorizationType")
        if kind.text(default="NONE") == "NONE":
            yield found(kind, f'is {kind.shown()}: everybody on the internet may call the function; expected "AWS_IAM"')
        return
    principal = resource.read("principal")
    name = principal.text(default="")
    ties = [resource.read(key) for key in ("sourceArn", "sourceAccount", "principalOrgId")]
    if name is None or not all(tie.is_absent for tie in ties):
        return
    if name == "*":
        yield found(principal, 'is "*": every account may call the function; name one, or tie it to an organisation')
    elif name.endswith(".amazonaws.com"):
        yield found(
            principal,
            f"is {principal.shown()} for whomever it acts: anybody can have that service call the function; expected "
            "sourceArn or sourceAccount beside it",
        )


CALLERS = ResourceRule(
    id="restrict-function-callers",
    title="Only callers that are named can call a function",
    types=(PERMISSION, URL),
    severity=Severity.CRITICAL,
    enforcement=Enforcement.ALWAYS,
    why="A function acts with its role's rights for whoever may call it, strangers in other accounts included.",
    mend="Name the account, or for a service the resource or account that it acts for.",
    example="""
aws.lambda_.Permission("rotation", action="lambda:InvokeFunction", function=function.name,
                       principal="secretsmanager.amazonaws.com", source_account=account_id, source_arn=secret.arn)
""",
    check=_callers_are_named,
)

RULES: Final = (NETWORK, ENCRYPT, RUNTIME, LOG, CALLERS)
