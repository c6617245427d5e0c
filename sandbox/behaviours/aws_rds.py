"""Amazon RDS: instances with their replicas and copied backups, groups, proxies.

The id of an instance is its resource id (db-...), which a rename leaves alone; others name it by identifier or ARN. RDS
makes the log groups that it exports to where nobody has made them, without key and retention, and they outlive it.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sandbox.behaviours import aws_rds_checks as checks
from sandbox.behaviours import aws_rds_deletion as deletion
from sandbox.behaviours import aws_rds_groups as groups
from sandbox.behaviours import aws_rds_promotion as promotion
from sandbox.behaviours import aws_rds_proxy as proxies
from sandbox.behaviours.aws_rds_checks import INSTANCE
from sandbox.behaviours.aws_rds_versions import actual_version
from sandbox.behaviours.behaviour import Behaviour, Call
from sandbox.references import typed_name
from sandbox.store import Resource

BACKUP_COPY: Final = "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication"
LOG_GROUP: Final = "aws:cloudwatch/logGroup:LogGroup"
PORTS: Final = {"postgres": 5432, "mysql": 3306, "mariadb": 3306}
# What a replica takes from its source where the program leaves it out (RDS API, CreateDBInstanceReadReplica).
INHERITED: Final = ("allocatedStorage", "engine", "engineVersion", "username", "port", "storageType", "backupWindow")


def _id(call: Call) -> str:
    return "db-" + call.digits(26).upper()


def _arn(call: Call) -> str:
    return f"arn:aws:rds:{call.region}:{call.account}:db:{call.inputs.get('identifier')}"


def _outputs(call: Call, id: str) -> Mapping[str, Any]:  # noqa: A002  the protocol's own word
    """What the API answers; a property that the program leaves out comes from the source or keeps what it was."""
    inputs = call.inputs
    kept = call.existing.properties if call.existing else {}
    source = checks.source_of(call)
    taken = source.properties if source is not None else kept
    own = {name: taken.get(name) for name in INHERITED if inputs.get(name) is None and taken.get(name) is not None}
    engine = str(inputs.get("engine") or own.get("engine") or kept.get("engine") or "postgres").lower()
    port = int(inputs.get("port") or own.get("port") or PORTS.get(engine, 5432))
    # One part of every name of an account's instances in a region, like the account's own DNS zone.
    zone = hashlib.sha256(f"{call.account}|{call.region}".encode()).hexdigest()[:12]
    address = f"{inputs.get('identifier')}.{zone}.{call.region}.rds.amazonaws.com"
    return {
        **own,
        "address": address,
        "arn": _arn(call),
        "availabilityZone": inputs.get("availabilityZone") or f"{call.region}a",
        "endpoint": f"{address}:{port}",
        "engine": engine,
        "engineVersionActual": actual_version(call, engine),
        "hostedZoneId": "Z" + hashlib.sha256(call.region.encode()).hexdigest()[:13].upper(),
        "kmsKeyId": inputs.get("kmsKeyId") or taken.get("kmsKeyId"),
        "licenseModel": inputs.get("licenseModel") or "postgresql-license",
        "multiAz": bool(inputs.get("multiAz")),
        "passwordWo": None,  # never read back
        "port": port,
        "resourceId": id,
        "status": "available",
        "storageEncrypted": bool(inputs.get("storageEncrypted") or taken.get("storageEncrypted")),
    }


def _effects(call: Call, instance: Resource) -> None:
    """RDS makes the log groups that are not there, as a service does: no key, no end. What was promoted stays so."""
    for log in call.inputs.get("enabledCloudwatchLogsExports") or []:
        make_log_group(call, f"/aws/rds/instance/{call.inputs.get('identifier')}/{log}")
    promotion.stay_promoted(call, instance)


def make_log_group(call: Call, name: str) -> None:
    """Make a log group as AWS's own services do, unless it is there."""
    scope = f"log-group/{call.account}/{call.region}"
    if call.store.owner(scope, name) is not None:
        return
    arn = f"arn:aws:logs:{call.region}:{call.account}:log-group:{name}"
    made = call.store.add(
        package="aws",
        account=call.account,
        region=call.region,
        token=LOG_GROUP,
        id=name,
        urn="",
        inputs={"name": name},
        properties={"id": name, "name": name, "arn": arn, "retentionInDays": 0, "region": call.region},
    )
    call.store.claim(made, [(scope, name)])
    call.store.identify(made, [name, arn, typed_name(LOG_GROUP, name)])


def _identifiers(call: Call, _: str) -> Sequence[str]:
    identifier = str(call.inputs.get("identifier"))
    return [_arn(call), identifier, typed_name(INSTANCE, identifier)]


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    INSTANCE: Behaviour(
        id=_id,
        outputs=_outputs,
        names=lambda call, _: [f"db-instance/{call.account}/{call.region}|{call.inputs.get('identifier')}"],
        identifiers=_identifiers,
        refuse=checks.refuse_instance,
        effects=_effects,
        keep_from=deletion.keep_instance,
        aftermath=deletion.leave_snapshot,
        promote=promotion.promote,
    ),
    BACKUP_COPY: Behaviour(
        id=lambda call: f"arn:aws:rds:{call.region}:{call.account}:auto-backup:ab-{call.digits(26)}",
        names=lambda call, _: [f"backup-copy/{call.account}/{call.region}|{call.inputs.get('sourceDbInstanceArn')}"],
        refuse=checks.refuse_backup_copy,
    ),
    **groups.BEHAVIOURS,
    **proxies.behaviours(make_log_group),
}
