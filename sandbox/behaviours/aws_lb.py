"""Elastic Load Balancing: application load balancers, their listeners and trust stores."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sandbox.behaviours import aws_lb_checks as checks
from sandbox.behaviours.aws_lb_checks import BALANCER, LISTENER, TRUST_STORE
from sandbox.behaviours.behaviour import Behaviour, Call
from sandbox.problems import Problem

DELETING: Final = "ELB API, DeleteLoadBalancer"
# The policy that a listener gets which names none; it still speaks TLS 1.0 (argument reference of aws_lb_listener).
DEFAULT_TLS: Final = "ELBSecurityPolicy-2016-08"


def _place(call: Call) -> str:
    return f"arn:aws:elasticloadbalancing:{call.region}:{call.account}"


def _balancer_arn(call: Call) -> str:
    word = {"network": "net", "gateway": "gwy"}.get(str(call.inputs.get("loadBalancerType")), "app")
    return f"{_place(call)}:loadbalancer/{word}/{call.inputs['name']}/{call.digits(16)}"


def _balancer_outputs(call: Call, arn: str) -> Mapping[str, Any]:
    name, internal = str(call.inputs["name"]), bool(call.inputs.get("internal"))
    subnets = [found for found in map(call.other, call.inputs.get("subnets") or []) if found is not None]
    number = int(call.digits(8), 16) % 10**10
    return {
        "arn": arn,
        "arnSuffix": arn.partition(":loadbalancer/")[2],
        "dnsName": f"{'internal-' if internal else ''}{name}-{number}.{call.region}.elb.amazonaws.com",
        "internal": internal,
        "ipAddressType": call.inputs.get("ipAddressType") or "ipv4",
        "securityGroups": call.inputs.get("securityGroups") or checks.default_groups(call),
        "subnets": call.inputs.get("subnets") or [],
        "vpcId": subnets[0].properties["vpcId"] if subnets else "",
        "zoneId": call.world.values("aws", "load_balancer_zones").get(call.region, f"Z{call.digits(13).upper()}"),
    }


def _keep_balancer(call: Call) -> Sequence[Problem]:
    """Deletion protection is an attribute of what is there: an update, or a person, has to take it off before."""
    there = call.existing
    if there is None or not there.properties.get("enableDeletionProtection"):
        return ()
    message = (
        f"OperationNotPermitted: Load balancer '{there.id}' cannot be deleted because deletion protection is enabled"
    )
    return [Problem("enableDeletionProtection", message, DELETING)]


def _listener_arn(call: Call) -> str:
    balancer = str(call.inputs["loadBalancerArn"]).replace(":loadbalancer/", ":listener/")
    return f"{balancer}/{call.digits(16)}"


def _listener_outputs(call: Call, arn: str) -> Mapping[str, Any]:
    protocol = checks.protocol_of(call.inputs)
    return {
        "arn": arn,
        "mutualAuthentication": call.inputs.get("mutualAuthentication"),
        "protocol": protocol,
        "sslPolicy": (call.inputs.get("sslPolicy") or DEFAULT_TLS) if protocol in ("HTTPS", "TLS") else "",
    }


def _trust_outputs(_: Call, arn: str) -> Mapping[str, Any]:
    return {"arn": arn, "arnSuffix": arn.partition(":truststore/")[2]}


def _keep_trust_store(call: Call) -> Sequence[Problem]:
    there = call.existing
    users = call.store.users(there) if there is not None else []
    return [
        Problem("", f"TrustStoreInUse: {use.user.id} still verifies its clients by it", "ELB API, DeleteTrustStore")
        for use in users
    ]


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    BALANCER: Behaviour(
        id=_balancer_arn,
        outputs=_balancer_outputs,
        names=lambda call, _: [f"load-balancer/{call.account}/{call.region}|{call.inputs['name']}"],
        identifiers=lambda _, arn: [arn],
        refuse=checks.refuse_balancer,
        keep_from=_keep_balancer,
    ),
    LISTENER: Behaviour(
        id=_listener_arn,
        outputs=_listener_outputs,
        identifiers=lambda _, arn: [arn],
        refuse=checks.refuse_listener,
    ),
    TRUST_STORE: Behaviour(
        id=lambda call: f"{_place(call)}:truststore/{call.inputs['name']}/{call.digits(16)}",
        outputs=_trust_outputs,
        names=lambda call, _: [f"trust-store/{call.account}/{call.region}|{call.inputs['name']}"],
        identifiers=lambda _, arn: [arn],
        refuse=checks.refuse_trust_store,
        keep_from=_keep_trust_store,
    ),
}
