"""Cases: functions of AWS Lambda, and who may call them."""

from __future__ import annotations

from typing import Any, Final

from tests.policies.cases import Case, case
from tests.policies.harness import TAGS, UNKNOWN

FUNCTION: Final = "aws:lambda/function:Function"
PERMISSION: Final = "aws:lambda/permission:Permission"
URL: Final = "aws:lambda/functionUrl:FunctionUrl"

OURS: Final = {"subnetIds": ["subnet-0a"], "securityGroupIds": ["sg-0a"]}


def function(**changes: Any) -> dict[str, Any]:
    """A function with nothing wrong; None takes a property away."""
    whole = {
        "handler": "handler.handle",
        "runtime": "python3.13",
        "role": "arn:aws:iam::333333333333:role/rotation",
        "kmsKeyArn": "arn:aws:kms:eu-central-1:333333333333:key/k",
        "environment": {"variables": {"HOST": "db"}},
        "vpcConfig": OURS,
        "loggingConfig": {"logFormat": "JSON", "logGroup": "rotation"},
        "tags": TAGS,
        **changes,
    }
    return {key: value for key, value in whole.items() if value is not None}


def caller(**changes: Any) -> dict[str, Any]:
    return {"action": "lambda:InvokeFunction", "function": "rotation", **changes}


_OUTSIDE: Final = "vpcConfig.subnetIds: is not set: the function runs outside of our networks"
_NO_KEY: Final = "kmsKeyArn: is not set, expected the ARN of a customer-managed key"
_OLD: Final = "runtime: is {}, which gets no security patches any more"
_NO_GROUP: Final = "loggingConfig.logGroup: is not set: Lambda makes a group by itself, without a key and kept for ever"
_ANYBODY: Final = 'principal: is "*": every account may call the function; name one, or tie it to an organisation'
_SERVICE: Final = (
    'principal: is "s3.amazonaws.com" for whomever it acts: anybody can have that service call the function; expected '
    "sourceArn or sourceAccount beside it"
)
_URL: Final = 'authorizationType: is {}: everybody on the internet may call the function; expected "AWS_IAM"'

CASES: Final[tuple[Case, ...]] = (
    case("require-function-network", "pass", "in ours", FUNCTION, function()),
    case("require-function-network", "fail", "nowhere", FUNCTION, function(vpcConfig=None), _OUTSIDE),
    case("require-function-network", "fail", "in no subnet", FUNCTION,
         function(vpcConfig={"subnetIds": [], "securityGroupIds": []}), _OUTSIDE),
    case("require-function-network", "unknown", "subnets", FUNCTION,
         function(vpcConfig={"subnetIds": UNKNOWN, "securityGroupIds": ["sg-0a"]})),

    case("encrypt-function-environments", "pass", "no environment, no key", FUNCTION,
         function(environment=None, kmsKeyArn=None)),
    case("encrypt-function-environments", "pass", "an empty one", FUNCTION,
         function(environment={"variables": {}}, kmsKeyArn=None)),
    case("encrypt-function-environments", "fail", "no key", FUNCTION, function(kmsKeyArn=None), _NO_KEY),
    case("encrypt-function-environments", "unknown", "key", FUNCTION, function(kmsKeyArn=UNKNOWN)),
    case("encrypt-function-environments", "unknown", "environment", FUNCTION,
         function(environment=UNKNOWN, kmsKeyArn=None)),

    *(case("require-maintained-runtimes", "pass", runtime, FUNCTION, function(runtime=runtime))
      for runtime in ("python3.12", "nodejs22.x", "java21", "provided.al2023", "ruby3.4")),
    case("require-maintained-runtimes", "pass", "an image brings its own", FUNCTION,
         function(runtime=None, handler=None, packageType="Image", imageUri="x")),
    *(case("require-maintained-runtimes", "fail", runtime, FUNCTION, function(runtime=runtime),
           _OLD.format(f'"{runtime}"'))
      for runtime in ("python3.8", "python3.10", "nodejs18.x", "go1.x", "java8", "ruby2.7", "provided.al2")),
    case("require-maintained-runtimes", "unknown", "runtime", FUNCTION, function(runtime=UNKNOWN)),

    case("require-function-logs", "pass", "in a group of ours", FUNCTION, function()),
    case("require-function-logs", "fail", "in the one that Lambda makes", FUNCTION, function(loggingConfig=None),
         _NO_GROUP),
    case("require-function-logs", "fail", "in JSON, but there too", FUNCTION,
         function(loggingConfig={"logFormat": "JSON"}), _NO_GROUP),
    case("require-function-logs", "unknown", "group", FUNCTION,
         function(loggingConfig={"logFormat": "JSON", "logGroup": UNKNOWN})),

    case("restrict-function-callers", "pass", "an account", PERMISSION, caller(principal="333333333333")),
    case("restrict-function-callers", "pass", "a service for our account", PERMISSION,
         caller(principal="s3.amazonaws.com", sourceAccount="333333333333")),
    case("restrict-function-callers", "pass", "a service for one resource", PERMISSION,
         caller(principal="s3.amazonaws.com", sourceArn="arn:aws:s3:::ours")),
    case("restrict-function-callers", "pass", "our organisation", PERMISSION,
         caller(principal="*", principalOrgId="o-ours")),
    case("restrict-function-callers", "pass", "an address that asks who calls", URL,
         {"authorizationType": "AWS_IAM", "functionName": "rotation"}),
    case("restrict-function-callers", "fail", "everybody", PERMISSION, caller(principal="*"), _ANYBODY),
    case("restrict-function-callers", "fail", "a service for everybody", PERMISSION,
         caller(principal="s3.amazonaws.com"), _SERVICE),
    case("restrict-function-callers", "fail", "an open address", URL,
         {"authorizationType": "NONE", "functionName": "rotation"}, _URL.format('"NONE"')),
    case("restrict-function-callers", "unknown", "principal", PERMISSION, caller(principal=UNKNOWN)),
    case("restrict-function-callers", "unknown", "source", PERMISSION,
         caller(principal="s3.amazonaws.com", sourceArn=UNKNOWN)),
    case("restrict-function-callers", "unknown", "kind of address", URL,
         {"authorizationType": UNKNOWN, "functionName": "rotation"}),

    case("refuse-plain-secrets", "pass", "a function that is told where its secret is", FUNCTION,
         function(environment={"variables": {"SECRET_ARN": "arn:aws:secretsmanager:x"}})),
    case("refuse-plain-secrets", "fail", "a function's own", FUNCTION,
         function(environment={"variables": {"DB_PASSWORD": "x", "A": "AKIA" + "A" * 16}}),
         "environment.variables.A: looks like a secret, in A, and stands there in plain text",
         "environment.variables.DB_PASSWORD: is a secret by its name, DB_PASSWORD, and stands there in plain text"),
)  # fmt: skip
