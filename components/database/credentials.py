"""The administrator's secret of each shard: the only password of a database, and nobody's to know.

The bootstrap password is a secret of the stack, handed over in properties that the provider never reads back, and
changed as soon as the instance is up: what settings and state hold, encrypted, opens nothing. Applications sign in by
IAM and have no password at all.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import pulumi
from pulumi_aws import rds, secretsmanager

from components.database.instances import ADMIN, BOOTSTRAP_GENERATION, DATABASE, Shards
from components.database.shard_map import PORT

RECOVERY_WINDOW_DAYS = {"prod": 30, "staging": 7}
"""How long a deleted secret can be brought back; in dev not at all, since dev is torn down every day."""

BOOTSTRAP_STAGES = ("AWSCURRENT", "bootstrap")
"""The second label keeps the first version alive: Secrets Manager drops one that no label points to, the provider would
then miss it, and make it anew, as the current one, with a password that opens nothing."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """A shard's secret and its first version."""

    secret: secretsmanager.Secret
    version: secretsmanager.SecretVersion


def make_credentials(shards: Shards, shard: str, instance: rds.Instance, password: pulumi.Output[str]) -> Credentials:
    """The secret, its replica in the recovery region, and the bootstrap password as its first value."""
    owner, context = shards.owner, shards.context
    secret = secretsmanager.Secret(
        owner.logical("admin", shard),
        description=f"Administrator of the databases of shard {shard}; rotated, and used by the rotation alone",
        kms_key_id=shards.home.key_arns["secrets"],
        recovery_window_in_days=RECOVERY_WINDOW_DAYS.get(context.environment, 0),
        replicas=[{"region": shards.away.region, "kms_key_id": shards.away.key_arns["secrets"]}],
        tags=owner.tags("secrets", Shard=shard),
        opts=owner.child(protect=context.protects_data),
    )
    version = secretsmanager.SecretVersion(
        owner.logical("admin-bootstrap", shard),
        secret_id=secret.id,
        secret_string_wo=pulumi.Output.secret(pulumi.Output.all(instance.address, instance.identifier, password)).apply(
            lambda values: _content(*values)
        ),
        secret_string_wo_version=BOOTSTRAP_GENERATION,
        version_stages=BOOTSTRAP_STAGES,
        # The rotation moves the labels.
        opts=owner.child(ignore_changes=["versionStages"]),
    )
    return Credentials(secret, version)


def _content(host: str, identifier: str, password: str) -> str:
    """In the form that rotation functions read (Secrets Manager, "JSON structure of database secrets")."""
    return json.dumps(
        {
            "engine": "postgres",
            "host": host,
            "port": PORT,
            "dbname": DATABASE,
            "dbInstanceIdentifier": identifier,
            "username": ADMIN,
            "password": password,
        }
    )
