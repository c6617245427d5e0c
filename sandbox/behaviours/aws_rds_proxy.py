"""Amazon RDS Proxy: proxies, their one pool, and the one database behind each."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from sandbox.behaviours.aws_rds_checks import INSTANCE, PROXY_TARGET, QUOTAS, zones_of
from sandbox.behaviours.behaviour import Behaviour, Call
from sandbox.problems import Problem
from sandbox.references import typed_name
from sandbox.store import Resource

PROXY: Final = "aws:rds/proxy:Proxy"
POOL: Final = "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup"
GUIDE: Final = 'RDS user guide, "Amazon RDS Proxy", quotas and limitations'
MOST_PROXIES: Final = 20
DEFAULT: Final = "default"


def _refuse_proxy(call: Call) -> Sequence[Problem]:
    problems: list[Problem] = []
    if len(zones_of(call, call.inputs.get("vpcSubnetIds"))) < 2:
        message = "InvalidParameterValue: a proxy needs subnets in at least two Availability Zones"
        problems.append(Problem("vpcSubnetIds", message, GUIDE))
    if (call.inputs.get("defaultAuthScheme") or "NONE") == "NONE" and not call.inputs.get("auths"):
        message = "InvalidParameterCombination: UserAuthConfig is required when DefaultAuthScheme is NONE or left out"
        problems.append(Problem("auths", message, "RDS API, CreateDBProxy"))
    there = [one for one in call.store.all(PROXY) if (one.account, one.region) == (call.account, call.region)]
    if call.existing is None and len(there) >= MOST_PROXIES:
        message = f"DBProxyQuotaExceededFault: {call.region} has {MOST_PROXIES} proxies already"
        problems.append(Problem("", message, QUOTAS))
    return problems


def _refuse_target(call: Call) -> Sequence[Problem]:
    instance = call.other(typed_name(INSTANCE, str(call.inputs.get("dbInstanceIdentifier"))))
    problems: list[Problem] = []
    if instance is not None and instance.inputs.get("replicateSourceDb"):
        name = instance.properties.get("identifier")
        message = f"InvalidDBInstanceState: {name} is a read replica; a proxy serves a writer"
        problems.append(Problem("dbInstanceIdentifier", message, GUIDE))
    if instance is not None and instance.region != call.region:
        message = f"DBInstanceNotFound: {instance.properties.get('identifier')} lies in {instance.region}"
        problems.append(Problem("dbInstanceIdentifier", message, GUIDE))
    proxy = call.other(typed_name(PROXY, str(call.inputs.get("dbProxyName"))))
    if proxy is not None and call.beside("dbProxyName", proxy):
        message = f"DBProxyTargetAlreadyRegisteredFault: {proxy.id} has its target already, and takes one"
        problems.append(Problem("dbProxyName", message, GUIDE))
    return problems


def _proxy_outputs(call: Call, name: str) -> Mapping[str, Any]:
    return {
        "arn": f"arn:aws:rds:{call.region}:{call.account}:db-proxy:prx-{call.digits(17)}",
        "endpoint": f"{name}.proxy-{call.digits(12, 'endpoint')}.{call.region}.rds.amazonaws.com",
        "name": name,
    }


def _pool_outputs(call: Call, _: str) -> Mapping[str, Any]:
    return {"arn": f"arn:aws:rds:{call.region}:{call.account}:target-group:prx-tg-{call.digits(17)}", "name": DEFAULT}


def _target_id(call: Call) -> str:
    group = call.inputs.get("targetGroupName")
    kind, name = ("RDS_INSTANCE", call.inputs.get("dbInstanceIdentifier"))
    if name is None:
        kind, name = ("TRACKED_CLUSTER", call.inputs.get("dbClusterIdentifier"))
    return f"{call.inputs.get('dbProxyName')}/{group}/{kind}/{name}"


def _target_outputs(call: Call, _: str) -> Mapping[str, Any]:
    instance = call.other(typed_name(INSTANCE, str(call.inputs.get("dbInstanceIdentifier"))))
    known = instance.properties if instance is not None else {}
    return {
        "endpoint": known.get("address"),
        "port": known.get("port"),
        "rdsResourceId": call.inputs.get("dbInstanceIdentifier") or call.inputs.get("dbClusterIdentifier"),
        "targetArn": known.get("arn"),
        "trackedClusterId": "",
        "type": "RDS_INSTANCE" if call.inputs.get("dbInstanceIdentifier") else "TRACKED_CLUSTER",
    }


def behaviours(make_log_group: Callable[[Call, str], None]) -> Mapping[str, Behaviour]:
    """The ways of the three types; make_log_group: makes one as the service does."""

    def effects(call: Call, resource: Resource) -> None:
        make_log_group(call, f"/aws/rds/proxy/{resource.id}")

    return {
        PROXY: Behaviour(
            id=lambda call: str(call.inputs["name"]),
            outputs=_proxy_outputs,
            names=lambda call, name: [f"db-proxy/{call.account}/{call.region}|{name}"],
            identifiers=lambda _, name: [name, typed_name(PROXY, name)],
            refuse=_refuse_proxy,
            effects=effects,
        ),
        POOL: Behaviour(
            id=lambda call: str(call.inputs["dbProxyName"]),
            outputs=_pool_outputs,
            on_delete="leave",
        ),
        PROXY_TARGET: Behaviour(id=_target_id, outputs=_target_outputs, refuse=_refuse_target),
    }
