"""AWS Lambda: functions, and the statements that let others call them."""

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sandbox.behaviours.aws_iam import ATTACHMENT, ROLE_POLICY
from sandbox.behaviours.behaviour import Behaviour, Call
from sandbox.judges.policy.grammar import DocumentError, parse, statements
from sandbox.judges.policy.wildcards import matcher
from sandbox.judges.trust import trusted_services
from sandbox.problems import Problem
from sandbox.references import typed_name
from sandbox.store import Resource
from sandbox.values import Asset

FUNCTION: Final = "aws:lambda/function:Function"
PERMISSION: Final = "aws:lambda/permission:Permission"
CREATE: Final = "Lambda API, CreateFunction"
QUOTAS: Final = 'Lambda Developer Guide, "Lambda quotas"'

CONCURRENCY: Final = 1000
"""Executions at once in an account and region, by default; a new account starts with fewer."""
UNRESERVED: Final = 100
"""How many of them no function may reserve."""
ENVIRONMENT_BYTES: Final = 4096
NETWORK_ACTIONS: Final = ("ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface")
NETWORK_POLICIES: Final = ("AWSLambdaVPCAccessExecutionRole", "AWSLambdaENIManagementAccess")

RESERVED: Final = frozenset(
    {
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
    }
)
"""Variables that Lambda sets itself (Lambda Developer Guide, "Defined runtime environment variables")."""

# Lambda Developer Guide, "Deprecated runtimes": no function is created with one any more.
OVER: Final = re.compile(
    r"dotnet(core\d\.\d|5\.0|6)|go1\.x|java8|nodejs(|4\.3|4\.3-edge|6\.10|8\.10|10\.x|12\.x|14\.x|16\.x)|provided|"
    r"python(2\.7|3\.[678])|ruby2\.[57]"
)


def function_arn(call: Call, name: str) -> str:
    """The ARN of a function, without a version."""
    return f"arn:aws:lambda:{call.region}:{call.account}:function:{name}"


def _outputs(call: Call, name: str) -> Mapping[str, Any]:
    arn = function_arn(call, name)
    code = call.inputs.get("code") or call.inputs.get("imageUri") or call.inputs.get("s3Key")
    content = code.content if isinstance(code, Asset) else code
    digest = base64.b64encode(hashlib.sha256(repr(content).encode()).digest()).decode()
    invoke = f"arn:aws:apigateway:{call.region}:lambda:path/2015-03-31/functions"
    network = call.inputs.get("vpcConfig")
    return {
        "arn": arn,
        "qualifiedArn": f"{arn}:$LATEST",
        "invokeArn": f"{invoke}/{arn}/invocations",
        "qualifiedInvokeArn": f"{invoke}/{arn}:$LATEST/invocations",
        "codeSha256": digest,
        "sourceCodeHash": call.inputs.get("sourceCodeHash") or digest,
        "lastModified": call.since("lastModified"),
        "version": "$LATEST",
        "architectures": call.inputs.get("architectures") or ["x86_64"],
        **({"vpcConfig": {**network, "vpcId": _vpc(call, network)}} if network else {}),
    }


def _vpc(call: Call, network: Mapping[str, Any]) -> str:
    return next(iter(sorted(_vpcs(call, network.get("subnetIds") or []))), "")


def _vpcs(call: Call, ids: Sequence[Any]) -> set[str]:
    """The networks that subnets or groups lie in, as ids."""
    found = (call.other(one) for one in ids)
    return {str(one.inputs.get("vpcId") or one.properties.get("vpcId") or "") for one in found if one is not None}


def _refuse(call: Call) -> Sequence[Problem]:
    return [
        *_refuse_runtime(call),
        *_refuse_role(call),
        *_refuse_network(call),
        *_refuse_environment(call),
        *_refuse_reservation(call),
    ]


def _refuse_runtime(call: Call) -> Iterator[Problem]:
    if call.inputs.get("packageType", "Zip") != "Zip":
        return
    for name in ("handler", "runtime"):
        if not call.inputs.get(name):
            yield Problem(name, f"{name} must be set when packageType is Zip", "terraform-provider-aws function.go")
    runtime = str(call.inputs.get("runtime"))
    if OVER.fullmatch(runtime):
        message = (
            f"InvalidParameterValueException: The runtime parameter of {runtime} is no longer supported for creating "
            "or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating "
            "functions."
        )
        yield Problem("runtime", message, 'Lambda Developer Guide, "Deprecated runtimes"')


def _refuse_role(call: Call) -> Iterator[Problem]:
    role = call.other(call.inputs.get("role"))
    if role is not None and "lambda.amazonaws.com" not in trusted_services(role.inputs.get("assumeRolePolicy")):
        message = (
            "InvalidParameterValueException: The role defined for the function cannot be assumed by Lambda: the trust "
            f"policy of {role.id} does not name lambda.amazonaws.com"
        )
        yield Problem("role", message, CREATE)


def _refuse_network(call: Call) -> Iterator[Problem]:
    """A function in a network: subnets and groups of one network, and a role that may make interfaces."""
    network = call.inputs.get("vpcConfig") or {}
    subnets, groups = network.get("subnetIds") or [], network.get("securityGroupIds") or []
    if not subnets and not groups:
        return
    if not subnets or not groups:
        message = "subnetIds and securityGroupIds must both be given, or neither"
        yield Problem("vpcConfig", message, CREATE)
        return
    if len(vpcs := _vpcs(call, subnets) | _vpcs(call, groups)) > 1:
        message = (
            "InvalidParameterValueException: subnets and security groups have to lie in one network, not in "
            f"{', '.join(sorted(vpcs))}"
        )
        yield Problem("vpcConfig", message, CREATE)
    role = call.other(call.inputs.get("role"))
    if role is None:
        return
    for action in NETWORK_ACTIONS:
        if not _may(call, role, action):
            message = (
                "InvalidParameterValueException: The provided execution role does not have permissions to call "
                f"{action.partition(':')[2]} on EC2: no policy of {role.id} allows it"
            )
            yield Problem("role", message, 'Lambda Developer Guide, "Execution role permissions" for a VPC')


def _may(call: Call, role: Resource, action: str) -> bool:
    """Whether a policy in the role, or one of AWS's own attached to it, allows an action; conditions not looked at."""
    for use in call.store.users(role):
        if use.user.token == ATTACHMENT and str(use.user.inputs.get("policyArn")).endswith(NETWORK_POLICIES):
            return True
        if use.user.token == ROLE_POLICY and _allows(str(use.user.inputs.get("policy")), action):
            return True
    return str(role.inputs.get("managedPolicyArns") or "").find("AWSLambdaVPCAccessExecutionRole") >= 0


def _allows(document: str, action: str) -> bool:
    try:
        held = list(statements(parse(document)))
    except DocumentError:
        return False
    return any(
        statement.allows
        and not statement.not_action
        and any(matcher(pattern.lower())(action.lower()) for pattern in statement.actions)
        for statement in held
    )


def _refuse_environment(call: Call) -> Iterator[Problem]:
    variables: Mapping[str, Any] = (call.inputs.get("environment") or {}).get("variables") or {}
    path = "environment.variables"
    if taken := sorted(RESERVED & variables.keys()):
        message = (
            "InvalidParameterValueException: Lambda was unable to configure your environment variables because the "
            "environment variables you have provided contains reserved keys that are currently not supported for "
            f"modification. Reserved keys used in this request: {', '.join(taken)}"
        )
        yield Problem(path, message, CREATE)
    size = sum(len(f"{name}{value}".encode()) for name, value in variables.items())
    if size > ENVIRONMENT_BYTES:
        message = (
            "InvalidParameterValueException: Lambda was unable to configure your environment variables because the "
            f"environment variables you have provided exceeded the 4KB limit: they have {size} bytes"
        )
        yield Problem(path, message, QUOTAS)


def _refuse_reservation(call: Call) -> Iterator[Problem]:
    wanted = int(call.inputs.get("reservedConcurrentExecutions") or 0)
    if wanted <= 0:
        return
    others = [
        max(0, int(other.inputs.get("reservedConcurrentExecutions") or 0))
        for other in call.store.all(FUNCTION)
        if (other.account, other.region) == (call.account, call.region) and other.serial != call.serial
    ]
    if sum(others) + wanted > CONCURRENCY - UNRESERVED:
        message = (
            "InvalidParameterValueException: Specified ReservedConcurrentExecutions for function decreases account's "
            f"UnreservedConcurrentExecution below its minimum value of [{UNRESERVED}]."
        )
        yield Problem("reservedConcurrentExecutions", message, QUOTAS)


def _function_of(call: Call) -> str:
    function = call.other(call.inputs.get("function"))
    return str(call.inputs.get("function")) if function is None else function.id


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    FUNCTION: Behaviour(
        id=lambda call: str(call.inputs["name"]),
        outputs=_outputs,
        names=lambda call, name: [f"lambda/{call.account}/{call.region}|{name}"],
        identifiers=lambda call, name: [
            function_arn(call, name),
            f"{function_arn(call, name)}:$LATEST",
            typed_name(FUNCTION, name),
        ],
        refuse=_refuse,
    ),
    PERMISSION: Behaviour(
        # The provider's id is the statement's alone, which two functions may share; here the function stands before it.
        id=lambda call: f"{_function_of(call)}/{call.inputs['statementId']}",
        # "The statement id provided already exists" (Lambda API, AddPermission): unique within the function's policy.
        names=lambda call, statement: [f"lambda-statement/{call.account}/{call.region}|{statement}"],
    ),
}
