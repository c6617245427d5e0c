"""The database component; its parts stand in the modules beside this one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
from pulumi_aws import rds

from components.base import ErpComponent
from components.database import identifiers
from components.database.credentials import Credentials, make_credentials
from components.database.instances import (
    DATABASE,
    Shards,
    make_backup_copies,
    make_primary,
    make_readers,
    make_standbys,
)
from components.database.monitoring import make_monitoring_role
from components.database.parameter_groups import make_parameter_group
from components.database.places import Place
from components.database.proxy import THROUGH_PROXY, make_proxy
from components.database.resharding import make_shard_map
from components.database.rotation import RotationArgs, make_rotation
from components.database.shard_map import Endpoints, Owned, Ownership
from settings.database import SLOTS

if TYPE_CHECKING:
    from components.context import StackContext
    from settings.database import DatabaseSettings


@dataclass(frozen=True, kw_only=True, slots=True)
class DatabaseArgs:
    """What the databases need to know.

    bootstrap_password: of every shard's administrator, until it is rotated a minute later.
    key_arns, recovery_key_arns: keys by class, in the primary and in the recovery region.
    subnet_ids, recovery_subnet_ids: of the data tier, by zone letter.
    security_group_id, recovery_security_group_id: of the data tier.
    function_subnet_ids, function_security_group_id: of the app tier, where the rotation's functions reach the database
    and Secrets Manager. function_ready: what has to stand before they do.
    """

    context: StackContext
    settings: DatabaseSettings
    bootstrap_password: pulumi.Output[str]
    key_arns: Mapping[str, pulumi.Input[str]]
    recovery_key_arns: Mapping[str, pulumi.Input[str]]
    subnet_ids: Mapping[str, pulumi.Input[str]]
    recovery_subnet_ids: Mapping[str, pulumi.Input[str]]
    security_group_id: pulumi.Input[str]
    recovery_security_group_id: pulumi.Input[str]
    function_subnet_ids: Mapping[str, pulumi.Input[str]]
    function_security_group_id: pulumi.Input[str]
    function_ready: Sequence[pulumi.Resource]


class Database(ErpComponent):
    """PostgreSQL in shards, each with readers, a proxy and its half in the recovery region (D1-D4, H2, S4, B2, B3).

    A shard is a Multi-AZ instance: storage that grows by itself, our key, TLS only, sign-in by IAM, logs in groups of
    our own, backups to any second and their copies in the recovery region, where a replica stands by to be promoted.
    The map of shards is published in Parameter Store; a change that would take one away is refused in the preview.

    Not built: Multi-AZ clusters (no proxy, no copied backups), the password that RDS would manage (no replicas then),
    the provider's blue/green updates (not with replicas; docs/runbooks/database-major-upgrade.md does it by hand).
    """

    proxy_endpoints: dict[str, pulumi.Output[str]]
    """Where applications write, by shard."""
    reader_endpoints: dict[str, list[pulumi.Output[str]]]
    """Where reports read, by shard; the instances themselves, since a proxy speaks to its writer alone."""
    connect_arns: dict[str, pulumi.Output[list[str]]]
    """What `rds-db:connect` is to be allowed on, by database role, over all shards."""
    shard_map_name: pulumi.Output[str]
    shard_map_arn: pulumi.Output[str]
    admin_secret_arns: dict[str, pulumi.Output[str]]
    """By shard."""
    instance_ids: dict[str, pulumi.Output[str]]
    """Identifiers of the primaries, by shard."""
    standby_ids: dict[str, pulumi.Output[str]]
    """Identifiers of the replicas across regions, by shard and generation: `s1-g1`."""

    def __init__(self, name: str, args: DatabaseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("erp:data:Database", name, opts)
        context, settings = args.context, args.settings
        shards = self._shared(args)
        keys = settings.shard_keys()
        primaries = {shard: make_primary(shards, shard, args.bootstrap_password) for shard in keys}
        readers = {shard: make_readers(shards, shard, primaries[shard]) for shard in keys}
        standbys: dict[str, rds.Instance] = {}
        secrets: dict[str, pulumi.Output[str]] = {}
        proxies: dict[str, rds.Proxy] = {}
        for shard, primary in primaries.items():
            if settings.cross_region.replica:
                made = make_standbys(shards, shard, primary)
                standbys |= {f"{shard}-g{generation}": instance for generation, instance in made.items()}
            if settings.cross_region.backups:
                make_backup_copies(shards, shard, primary)
            credentials = make_credentials(shards, shard, primary, args.bootstrap_password)
            secrets[shard] = credentials.secret.arn
            self._rotate(args, shard, primary, credentials)
            proxies[shard] = make_proxy(shards, shard, primary, args.subnet_ids)
        shard_map = make_shard_map(
            self,
            context,
            Ownership(SLOTS, {shard.key: Owned(shard.first_slot, shard.last_slot) for shard in settings.shards}),
            {shard: _endpoints(proxies[shard], primaries[shard], readers[shard]) for shard in keys},
        )
        self.register(
            proxy_endpoints={shard: proxy.endpoint for shard, proxy in proxies.items()},
            reader_endpoints={shard: [reader.address for reader in found] for shard, found in readers.items()},
            connect_arns=_connect_arns(context, proxies, primaries, readers),
            shard_map_name=shard_map.name,
            shard_map_arn=shard_map.arn,
            admin_secret_arns=secrets,
            instance_ids={shard: primary.identifier for shard, primary in primaries.items()},
            standby_ids={key: instance.identifier for key, instance in standbys.items()},
        )

    def _shared(self, args: DatabaseArgs) -> Shards:
        """What the shards share: a subnet group in each region, parameter groups, and who measures them."""
        context, settings = args.context, args.settings
        monitoring = make_monitoring_role(self, context)
        home = Place(
            role="",
            region=context.aws_region,
            provider=context.aws,
            key_arns=args.key_arns,
            subnet_group=self._subnet_group("subnets", args.subnet_ids, context.aws),
            security_group_id=args.security_group_id,
            monitoring=monitoring,
        )
        away = Place(
            role="recovery-",
            region=context.aws_recovery_region,
            provider=context.aws_recovery,
            key_arns=args.recovery_key_arns,
            subnet_group=self._subnet_group("recovery-subnets", args.recovery_subnet_ids, context.aws_recovery),
            security_group_id=args.recovery_security_group_id,
            monitoring=monitoring,
        )
        groups = {
            kind: make_parameter_group(self, f"{kind}-parameters", settings, instance_class, place.provider)
            for kind, instance_class, place, wanted in (
                ("primary", settings.instance_class, home, True),
                ("reader", settings.replica_class, home, True),
                ("standby", settings.replica_class, away, settings.cross_region.replica),
            )
            if wanted
        }
        return Shards(owner=self, context=context, settings=settings, home=home, away=away, parameter_groups=groups)

    def _rotate(self, args: DatabaseArgs, shard: str, primary: rds.Instance, credentials: Credentials) -> None:
        """Change the bootstrap password as soon as the instance is up, and every month after."""
        make_rotation(
            self,
            shard,
            RotationArgs(
                context=args.context,
                secret=credentials.secret,
                secret_version=credentials.version,
                instance=primary,
                database=DATABASE,
                subnet_ids=list(args.function_subnet_ids.values()),
                security_group_id=args.function_security_group_id,
                key_arn=args.key_arns["secrets"],
                log_key_arn=args.key_arns["logs"],
                log_retention_days=args.settings.log_retention_days,
                ready=args.function_ready,
            ),
        )

    def _subnet_group(
        self, role: str, subnet_ids: Mapping[str, pulumi.Input[str]], provider: pulumi.ProviderResource
    ) -> rds.SubnetGroup:
        return rds.SubnetGroup(
            self.logical(role),
            description="Data tier",
            subnet_ids=list(subnet_ids.values()),
            tags=self.tags(),
            opts=self.child(provider=provider),
        )


def _endpoints(proxy: rds.Proxy, primary: rds.Instance, readers: list[rds.Instance]) -> pulumi.Output[Endpoints]:
    return pulumi.Output.all(proxy.endpoint, primary.address, *(reader.address for reader in readers)).apply(
        lambda hosts: Endpoints(writer=hosts[0], primary=hosts[1], readers=hosts[2:])
    )


def _connect_arns(
    context: StackContext,
    proxies: Mapping[str, rds.Proxy],
    primaries: Mapping[str, rds.Instance],
    readers: Mapping[str, list[rds.Instance]],
) -> dict[str, pulumi.Output[list[str]]]:
    """The application through the proxy, reports at the replicas, migrations at the instance itself."""
    ids: dict[str, list[pulumi.Output[str]]] = {
        **{
            role: [proxy.arn.apply(identifiers.proxy_resource_id) for proxy in proxies.values()]
            for role in THROUGH_PROXY
        },
        "erp_reader": [reader.resource_id for found in readers.values() for reader in found],
        "erp_migrator": [primary.resource_id for primary in primaries.values()],
    }
    return {role: _arns(context, role, found) for role, found in ids.items()}


def _arns(context: StackContext, role: str, ids: list[pulumi.Output[str]]) -> pulumi.Output[list[str]]:
    return pulumi.Output.all(*ids).apply(
        lambda found: [
            identifiers.connect_arn(one, role, account_id=context.aws_account_id, region=context.aws_region)
            for one in found
        ]
    )
