"""Where load balancers may write their logs: AWS writes a test object when logging is switched on, and says why not."""

from collections.abc import Iterator, Sequence
from typing import Final

from sandbox.behaviours.aws_s3_checks import BUCKET, POLICY, refuse_log_target
from sandbox.behaviours.behaviour import Call
from sandbox.judges.policy.grammar import DocumentError, Statement, parse, statements
from sandbox.judges.policy.wildcards import matcher
from sandbox.problems import Problem
from sandbox.references import typed_name
from sandbox.store import Resource

LOGS: Final = ("accessLogs", "connectionLogs", "healthCheckLogs")
SERVICE: Final = "logdelivery.elasticloadbalancing.amazonaws.com"
GUIDE: Final = 'Elastic Load Balancing guide, "Enable access logs for your Application Load Balancer"'


def refuse_logs(call: Call) -> list[Problem]:
    """Say which of a load balancer's logs could not be written, in the words that AWS has for all reasons alike."""
    problems: list[Problem] = []
    for logs in LOGS:
        asked = call.inputs.get(logs) or {}
        bucket = call.other(typed_name(BUCKET, str(asked.get("bucket")))) if asked.get("enabled") else None
        if bucket is None:
            continue
        prefix = str(asked.get("prefix") or "").strip("/")
        reasons = [problem.message for problem in refuse_log_target(call, logs, bucket)]
        reasons += _not_let_in(call, bucket, prefix)
        if reasons:
            message = (
                f"InvalidConfigurationRequest: Access Denied for bucket: {bucket.id}. Please check S3bucket permission "
                f"({'; '.join(reasons)})"
            )
            problems.append(Problem(f"{logs}.bucket", message, GUIDE))
    return problems


def _not_let_in(call: Call, bucket: Resource, prefix: str) -> list[str]:
    """Why the bucket's policy does not let the load balancers of this account and region write."""
    policies = call.store.users_of_type(bucket, POLICY, "bucket")
    if not policies:
        return ["the bucket has no policy yet"]
    folder = "/".join(part for part in (prefix, "AWSLogs", call.account) if part)
    wanted = f"arn:aws:s3:::{bucket.id}/{folder}/elasticloadbalancing/{call.region}/log.gz"
    if any(_admits(call, statement, wanted) for statement in _statements(policies)):
        return []
    who = " or ".join(_writers(call))
    return [f"no statement of its policy lets {who} put objects under {bucket.id}/{folder}/"]


def _statements(policies: Sequence[Resource]) -> Iterator[Statement]:
    for policy in policies:
        try:
            yield from statements(parse(str(policy.properties.get("policy") or "{}")))
        except DocumentError:
            continue


def _writers(call: Call) -> list[str]:
    """The service, and in the regions from before August 2022 the account that it writes from there."""
    account = call.world.values("aws", "load_balancer_accounts").get(call.region)
    return [SERVICE, *([f"arn:aws:iam::{account}:root"] if account else [])]


def _admits(call: Call, statement: Statement, wanted: str) -> bool:
    """Whether a statement lets a writer put that object; conditions are taken to hold."""
    if not statement.allows or statement.not_principal or statement.not_action or statement.not_resource:
        return False
    service, *accounts = _writers(call)
    named = statement.principals or {}
    plain = [arn.split(":")[4] for arn in accounts]
    someone = (
        "*" in named
        or service in named.get("Service", [])
        or bool({"*", *accounts, *plain}.intersection(named.get("AWS", [])))
    )
    puts = any(matcher(action.lower())("s3:putobject") for action in statement.actions)
    return someone and puts and any(matcher(resource)(wanted) for resource in statement.resources)
