"""Rules across the settings of one stack: each with its reason, and each with what still passes."""
# ruff: noqa: E501  (expected messages read best whole)

from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest

from settings import Settings, SettingsError, load
from settings.errors import Fault
from settings.judging import Draft, judge
from settings.model import SECTIONS
from settings.rules import DEMANDS, RULES
from tests.unit.settings_files import ROOT, STACKS, Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


ECS_ONLY = ["ecr.api", "ecr.dkr", "ecs", "ecs-agent", "ecs-telemetry", "logs", "secretsmanager"]

NARROWER: list[tuple[str, str, Any, str]] = [
    ("prod", "network.nat", "single",
     ('"single" is not allowed in prod; allowed: "per_zone", because with a single NAT gateway the loss of its zone cuts '
     "all zones off")),
    ("prod", "network.flow_log_retention_days", 180,
     "180 is not allowed in prod; allowed: 365 or more, because PCI DSS 10.5.1 asks for a year of audit history"),
    ("prod", "network.interface_endpoints", ["ecs", "ecr.api"],
     ('["ecs", "ecr.api"] is not allowed in prod; allowed: the full list (leave the key out), because calls to AWS stay off '
     "the internet there, and staging tests prod's network")),
    ("staging", "network.interface_endpoints", ECS_ONLY,
     ("a list is not allowed in staging; allowed: the full list (leave the key out), because calls to AWS stay off the "
     "internet there, and staging tests prod's network")),
    *((stack, "network.client_vpn.enabled", False,
       (f"false is not allowed in {stack}; allowed: true, because without it staff would need a way to the databases over the "
        "internet")) for stack in ("staging", "prod")),
    *((stack, "network.vpn_gateway.enabled", False,
       (f"false is not allowed in {stack}; allowed: true, because the standby in Azure is fed through it, and staging "
        "rehearses a failover")) for stack in ("staging", "prod")),
    ("prod", "network.client_vpn.log_retention_days", 180,
     "180 is not allowed in prod; allowed: 365 or more, because PCI DSS 10.5.1 asks for a year of audit history"),
    ("prod", "aws.zones", ["a", "b"],
     '["a", "b"] is not allowed in prod; allowed: three zones or more, because two zones leave a single one when one is lost'),
    ("staging", "aws.zones", ["a", "b"],
     ('["a", "b"] is not allowed in staging; allowed: three zones or more, because two zones leave a single one when one is '
     "lost")),
    ("prod", "aws.recovery_zones", ["b", "c"],
     ('["b", "c"] is not allowed in prod; allowed: three zones or more, because the recovery region has to carry the same '
     "load as the primary")),
    ("staging", "aws.recovery_zones", ["b", "c"],
     ('["b", "c"] is not allowed in staging; allowed: three zones or more, because the recovery region has to carry the same '
     "load as the primary")),
    *((stack, "compute.balancer.mutual_tls", "passthrough",
       (f'"passthrough" is not allowed in {stack}; allowed: "verify", because without it every customer of Cloudflare reaches '
       "the load balancer around our zone's rules"))
      for stack in ("staging", "prod")),
    ("prod", "compute.balancer.firewall_log_retention_days", 180,
     "180 is not allowed in prod; allowed: 365 or more, because PCI DSS 10.5.1 asks for a year of audit history"),
    ("prod", "domain.dnssec", False,
     "false is not allowed in prod; allowed: true, because unsigned answers can be forged on their way to the user"),
    ("staging", "domain.dnssec", False,
     "false is not allowed in staging; allowed: true, because unsigned answers can be forged on their way to the user"),
    ("prod", "encryption.deletion_window_days", 29,
     "29 is not allowed in prod; allowed: 30, because a lost key is lost data, so there has to be the longest time to notice"),
    ("prod", "encryption.rotation_period_days", 366,
     ("366 is not allowed in prod; allowed: 365 or less, because PCI DSS 3.7.4 asks for a fixed cryptoperiod, which is a year "
     "here")),
    ("prod", "storage.replication", False,
     ("false is not allowed in prod; allowed: true, because a store without a replica is lost with its region, and staging "
     "rehearses that loss")),
    ("staging", "storage.replication", False,
     ("false is not allowed in staging; allowed: true, because a store without a replica is lost with its region, and "
     "staging rehearses that loss")),
    *(("prod", f"storage.{bucket}.lock_mode", "governance",
       ('"governance" is not allowed in prod; allowed: "compliance", because an administrator could lift a governance lock, '
       "and the records with it")) for bucket in ("archives", "audit")),
    ("prod", "storage.audit.lock_days", 200,
     "200 is not allowed in prod; allowed: 365 or more, because PCI DSS 10.5.1 asks for a year of audit history"),
    ("prod", "storage.access_logs.retention_days", 364,
     "364 is not allowed in prod; allowed: 365 or more, because PCI DSS 10.5.1 asks for a year of audit history"),
    ("prod", "storage.documents.erasure_days", 26,
     ("26 is not allowed in prod; allowed: 25 or less, because GDPR Art. 12(3) gives a month, in February 28 days, and S3 "
     "deletes a day or two later than it is told")),
    *(("prod", f"cache.{cache}.node_type", "cache.t4g.medium",
       ('"cache.t4g.medium" is not allowed in prod; allowed: a type of another family than t3 and t4g, because a burstable node '
        "falls back to a share of a core when its credits are used up, on the busiest day")) for cache in ("redis", "memcached")),
    *((stack, "cache.redis.replicas_per_shard", 0,
       (f"0 is not allowed in {stack}; allowed: 1 or more, because Multi-AZ needs a replica in another zone, and a shard without "
        "one is down until AWS has made a new node")) for stack in ("staging", "prod")),
    *((stack, "cache.memcached.nodes", 1,
       (f"1 is not allowed in {stack}; allowed: 2 or more, because AWS spreads a cluster over zones only from two nodes on"))
      for stack in ("staging", "prod")),
    *((stack, "cache.redis.snapshot_retention_days", 0,
       (f"0 is not allowed in {stack}; allowed: 1 or more, because a group that is rebuilt without a snapshot logs everybody out "
        "at once")) for stack in ("staging", "prod")),
    ("prod", "cache.redis.log_retention_days", 180,
     "180 is not allowed in prod; allowed: 365 or more, because PCI DSS 10.5.1 asks for a year of audit history"),
    *((stack, "database.multi_az", False,
       ("false is not allowed in " + stack + "; allowed: true, because without a standby the loss of a zone takes the schools of "
       "a shard off for hours")) for stack in ("staging", "prod")),
    *((stack, "database.cross_region.replica", False,
       ("false is not allowed in " + stack + "; allowed: true, because only a replica in the recovery region can take over within "
       "four hours")) for stack in ("staging", "prod")),
    *((stack, "database.cross_region.backups", False,
       ("false is not allowed in " + stack + "; allowed: true, because a replica repeats every mistake at once; a copied backup "
       "brings back what was before it")) for stack in ("staging", "prod")),
    *((stack, "database.replicas", 0,
       ("0 is not allowed in " + stack + "; allowed: 1 or more, because reports read from a replica, or they slow down lessons"))
      for stack in ("staging", "prod")),
    ("prod", "database.backup_retention_days", 34,
     ("34 is not allowed in prod; allowed: 35, because a fault that shows at the monthly closing has to be within reach, and "
     "RDS keeps no more")),
    ("prod", "database.log_retention_days", 180,
     "180 is not allowed in prod; allowed: 365 or more, because PCI DSS 10.5.1 asks for a year of audit history"),
    ("prod", "database.instance_class", "db.t4g.medium",
     ('"db.t4g.medium" is not allowed in prod; allowed: a class that is not burstable (db.t...), because its CPU credits run '
     "out in the busiest hour")),
    ("prod", "compute.hosts.on_demand.min_hosts", 1,
     ("1 is not allowed in prod; allowed: 3 or more, because a host in each zone answers at any hour; only dev and staging "
     "are scaled down to nothing")),
    ("prod", "compute.hosts.on_demand.base_tasks", 1,
     ("1 is not allowed in prod; allowed: 3 or more, because AWS may take all spot hosts back at once, and a task in each "
     "zone has to be left")),
    ("prod", "compute.hosts.max_instance_lifetime_days", 31,
     ("31 is not allowed in prod; allowed: 30 or less, because PCI DSS 6.3.3 wants critical patches in within a month, and a "
     "host gets them by being replaced")),
    ("prod", "compute.hosts.exec_log_retention_days", 180,
     "180 is not allowed in prod; allowed: 365 or more, because PCI DSS 10.5.1 asks for a year of audit history"),
    *((stack, f"compute.services.{image}", "registry.example/erp:1.2",
       (f'"registry.example/erp:1.2" is not allowed in {stack}; allowed: an image by its digest: registry/name@sha256: and 64 '
        "hexadecimal digits, because a tag can be moved, and a rollback would then start something else than what ran before"))
      for image in ("image", "grants.image") for stack in ("staging", "prod")),
    ("prod", "compute.services.web.night_min", 0,
     ("0 is not allowed in prod; allowed: 2 or more, because one task is lost with its zone; only dev and staging are scaled "
      "down to nothing")),
    ("prod", "compute.services.web.on_demand_base", 1,
     "1 is not allowed in prod; allowed: 2 or more, because AWS may take all spot hosts back at once"),
    ("prod", "compute.services.log_retention_days", 180,
     "180 is not allowed in prod; allowed: 365 or more, because PCI DSS 10.5.1 asks for a year of audit history"),
]  # fmt: skip

# What only prod may have: nobody could undo it.
FOR_PROD_ALONE: list[tuple[str, str, Any, str]] = [
    (stack, f"storage.{bucket}.lock_mode", "compliance",
     (f'"compliance" is not allowed in {stack}; allowed: "governance", because nobody can shorten a compliance lock, so what '
     "is tried out would stay and cost until it ends"))
    for stack in ("dev", "staging")
    for bucket in ("archives", "audit")
]  # fmt: skip


def _set(project: Project, stack: str, path: str, value: Any) -> None:
    project.set(stack, **{"erp__" + path.replace(".", "__"): value})


@pytest.mark.parametrize(("stack", "path", "value", "said"), [*NARROWER, *FOR_PROD_ALONE])
def test_an_environment_narrows_what_is_allowed_and_says_why(
    project: Project, stack: str, path: str, value: Any, said: str
) -> None:
    _set(project, stack, path, value)
    assert project.complaints(stack) == [f"Pulumi.{stack}.yaml: erp:{path}: {said}"]


@pytest.mark.parametrize(("stack", "path", "value", "said"), NARROWER)
def test_dev_may_be_smaller(project: Project, stack: str, path: str, value: Any, said: str) -> None:
    _set(project, "dev", path, value)
    assert project.check("dev").code == 0, f"{said} was said of dev"


@pytest.mark.parametrize(
    ("path", "value"), [("network.nat", "single"), ("network.flow_log_retention_days", 1), ("encryption.deletion_window_days", 7)]
)  # fmt: skip
def test_staging_may_be_smaller_in_size_and_count(project: Project, path: str, value: Any) -> None:
    _set(project, "staging", path, value)
    assert project.check("staging").code == 0


def test_each_demand_is_tested_in_each_of_its_environments() -> None:
    tested = {(stack, path) for stack, path, _, _ in [*NARROWER, *FOR_PROD_ALONE]}
    assert tested == {(environment, demand.field) for demand in DEMANDS for environment in demand.environments}


@pytest.mark.parametrize("path", [demand.field for demand in DEMANDS])
def test_the_defaults_are_good_enough_for_production(path: str) -> None:
    settings: Any = load("prod", ROOT)
    section, *fields = path.split(".")
    attribute, model = SECTIONS[section]
    found = model.model_fields[fields[0]]
    for field in fields[1:]:
        inner: Any = found.annotation  # an object without defaults of its own still has some in its fields
        found = inner.model_fields[field]
    if not found.is_required():
        assert attrgetter(".".join([attribute, *fields]))(settings) == found.default


@pytest.mark.parametrize("rule", RULES, ids=[",".join(sorted(rule.needs)) for rule in RULES])
def test_a_rule_reads_no_more_than_it_says(rule: Any) -> None:
    whole = load("prod", ROOT)
    parts: dict[str, Any] = {}
    for attribute, model in SECTIONS.values():
        fields = {name for name in model.model_fields if f"{attribute}.{name}" in rule.needs}
        part: Any = model.model_construct(None)
        for name in model.model_fields:
            part.__dict__.pop(name, None)
        part.__dict__.update({name: getattr(getattr(whole, attribute), name) for name in fields})
        parts[attribute] = part
    assert list(rule.check(Settings.model_construct(None, stack="prod", **parts))) == []


def test_a_stack_named_after_an_environment_is_of_it(project: Project) -> None:
    project.set("staging", erp__stack__environment="prod", erp__network={})
    assert project.complaints("staging")[0] == (
        'Pulumi.staging.yaml: erp:stack.environment: "prod" is not allowed; allowed: "staging", because the stack goes by '
        "that name"
    )


def test_an_authority_of_amazon_stays_among_the_issuers(project: Project) -> None:
    project.set("dev", erp__domain__caa_issuers=["letsencrypt.org"])
    assert project.complaints("dev") == [
        (
            'Pulumi.dev.yaml: erp:domain.caa_issuers: ["letsencrypt.org"] is not allowed; allowed: a list with one of '
            "amazon.com, amazonaws.com, amazontrust.com, awstrust.com in it, because AWS issues the load balancers' certificates"
        )
    ]
    project.set("dev", erp__domain__caa_issuers=["letsencrypt.org", "amazontrust.com"])
    assert project.check("dev").code == 0


@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_of_its_own_owns_its_account(project: Project, stack: str) -> None:
    project.set(stack, erp__account__owner=False)
    assert project.complaints(stack) == [
        (
            f"Pulumi.{stack}.yaml: erp:account.owner: false is not allowed; allowed: true, because only a branch stack of dev "
            "leaves GuardDuty, Config and the like to another stack"
        )
    ]


def test_the_recovery_region_is_another(project: Project) -> None:
    project.set("prod", erp__aws__region="eu-west-1")
    about_regions = [line for line in project.complaints("prod") if "erp:compute" not in line]
    assert about_regions == [
        (
            'Pulumi.prod.yaml: erp:aws.recovery_region: "eu-west-1" is not allowed; allowed: any region other than '
            "erp:aws.region (eu-west-1), because it has to outlive the loss of the primary"
        )
    ], "beside it only images are refused: their registry is in the region that was"


@pytest.mark.parametrize(
    ("taken", "inside"),
    [
        ("172.16.0.0/13", ["172.17.0.0/16 inside (Docker's default bridge lies there on every container host)"]),
        (
            "172.24.0.0/13",
            [
                "172.30.0.0/16 inside (Azure Container Apps reserves it)",
                "172.31.0.0/16 inside (Azure Container Apps reserves it, and AWS's default VPC lies there)",
            ],
        ),
    ],
)
def test_reserved_addresses_are_refused_with_who_reserves_them(project: Project, taken: str, inside: list[str]) -> None:
    project.set("dev", erp__addresses__range=taken)
    assert project.complaints("dev") == [
        f'Pulumi.dev.yaml: erp:addresses.range: "{taken}" is not allowed with {said}; allowed: a private /13 that does not '
        "touch it, for instance 10.64.0.0/13"
        for said in inside
    ]


def test_a_certificate_name_fits_what_acm_and_dns_take(project: Project) -> None:
    label = "a" * 40
    project.set("dev", erp__domain__hostnames=[label, f"{label}.{label}"])
    assert project.complaints("dev") == [
        (
            f'Pulumi.dev.yaml: erp:domain.hostnames[0]: "{label}" is not allowed; allowed: at most 64 characters with the zone; '
            f"{label}.dev.smart-school.example has 65"
        )
    ]
    project.set("dev", erp__domain__hostnames=["@", label])
    assert project.check("dev").code == 0


def test_a_draft_of_nothing_knows_only_defaults() -> None:
    draft = judge("dev", {})
    assert isinstance(draft, Draft)
    assert draft.known >= {"network.nat", "account.owner"}
    assert not {field for field in draft.known if field.startswith(("aws.", "azure.", "domain."))}


@pytest.mark.req("G3")
@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("archives.deep_archive_after_days", 119, "120 or more, because Glacier bills at least 90 days"),
        ("archives.retention_days", 544, "545 or more, because Deep Archive bills at least 180 days"),
        ("audit.infrequent_after_days", 29, "30 or more, because S3 moves nothing to Infrequent Access before day 30"),
        ("audit.glacier_after_days", 59,
         "60 or more, because S3 wants 30 days between the moves to Infrequent Access and to Glacier"),
        ("audit.retention_days", 209, "210 or more, because Glacier bills at least 90 days"),
        ("archives.lock_days", 546, "erp:storage.archives.lock_days (546) or more, because a locked object can't be deleted"),
    ],
)  # fmt: skip
def test_a_move_that_costs_more_than_it_saves_is_refused(project: Project, path: str, value: int, said: str) -> None:
    project.set("staging", **{f"erp__storage__{path.replace('.', '__')}": value})
    blamed, shown = ("archives.retention_days", 545) if path == "archives.lock_days" else (path, value)
    assert project.complaints("staging") == [
        f"Pulumi.staging.yaml: erp:storage.{blamed}: {shown} is not allowed; allowed: {said}"
    ]


@pytest.mark.req("G3")
@pytest.mark.parametrize(
    ("path", "value"),
    [("archives.deep_archive_after_days", 120), ("audit.infrequent_after_days", 31), ("audit.glacier_after_days", 60)],
)
def test_a_move_that_just_pays_is_taken(project: Project, path: str, value: int) -> None:
    project.set("staging", **{f"erp__storage__{path.replace('.', '__')}": value})
    assert project.check("staging").code == 0


def test_an_error_without_a_file_is_its_message_alone() -> None:
    assert str(Fault("", "", "nothing is here")) == "nothing is here"
    assert str(SettingsError([Fault("a", "b", "c"), Fault("a", "", "d")])) == "a: b: c\na: d"


@pytest.mark.req("P4")
def test_stacks_differ_only_where_this_list_says() -> None:
    """Identities and places differ by nature; the rest is size and count, and what dev leaves out in kind is one thing."""
    prod = load("prod", ROOT).model_dump()
    by_nature = {
        "stack",
        "environment.environment",
        "environment.cost_center",
        "aws.account_id",
        "azure.subscription_id",
        "addresses.range",
        "domain.zone",
    }
    size_and_count = {
        "encryption.deletion_window_days",
        "network.flow_log_retention_days",
        "storage.archives.retention_days",
        "storage.archives.lock_mode",
        "storage.archives.lock_days",
        "storage.audit.retention_days",
        "storage.audit.lock_mode",
        "storage.audit.lock_days",
        "storage.access_logs.retention_days",
        "cache.apply_immediately",
        "cache.redis.node_type",
        "cache.redis.log_retention_days",
        "cache.memcached.node_type",
        "database.instance_class",
        "database.replica_class",
        "database.allocated_storage_gib",
        "database.max_allocated_storage_gib",
        "database.backup_retention_days",
        "database.insights",
        "database.monitoring_interval_seconds",
        "database.log_retention_days",
        "compute.hosts.instance_type",
        "compute.hosts.exec_log_retention_days",
        "compute.hosts.on_demand.min_hosts",
        "compute.hosts.on_demand.busy_hosts",
        "compute.hosts.on_demand.max_hosts",
        "compute.hosts.spot.max_hosts",
        "compute.hosts.spot.types",
        "compute.services.image",
        "compute.services.grants.image",
        "compute.services.log_retention_days",
        "compute.services.web.cpu_units",
        "compute.services.web.memory_mib",
        "compute.services.web.max",
        "compute.services.web.night_min",
        "compute.services.web.night_max",
        "compute.services.worker.cpu_units",
        "compute.services.worker.memory_mib",
        "compute.services.worker.night_min",
        "compute.services.worker.night_max",
    }
    dev_size_and_count = size_and_count | {
        "network.nat",
        "network.flow_log_interval_seconds",
        "storage.archives.glacier_after_days",
        "storage.archives.deep_archive_after_days",
        "cache.redis.shards",
        "cache.redis.replicas_per_shard",
        "cache.redis.snapshot_retention_days",
        "cache.memcached.nodes",
        "database.shards",
        "database.multi_az",
        "compute.hosts.cpu_credits",
        "compute.hosts.target_capacity_percent",
        "compute.hosts.on_demand.base_tasks",
        "compute.services.user",
        "compute.services.web.command",
        "compute.services.web.health_command",
        "compute.services.web.health_path",
        "compute.services.web.desired",
        "compute.services.web.min",
        "compute.services.web.on_demand_base",
        "compute.services.web.bake_minutes",
        "compute.services.worker.command",
        "compute.services.worker.health_command",
        "compute.services.worker.desired",
        "compute.services.worker.min",
        "compute.services.worker.max",
        "compute.services.worker.on_demand_base",
        "compute.services.worker.spot_percent",
        "compute.services.scheduler.cpu_units",
        "compute.services.scheduler.memory_mib",
        "compute.services.scheduler.command",
        "compute.services.scheduler.health_command",
        "compute.services.migrate.cpu_units",
        "compute.services.migrate.memory_mib",
    }
    dev_leaves_out = {
        "network.interface_endpoints",
        "network.client_vpn.enabled",
        "network.vpn_gateway.enabled",
        "storage.replication",
        "database.cross_region.replica",
        "database.cross_region.backups",
    }
    staging_keeps = {"network.client_vpn.log_retention_days"}  # dev has no such logs
    assert _differences(load("staging", ROOT).model_dump(), prod) == by_nature | size_and_count | staging_keeps
    assert _differences(load("dev", ROOT).model_dump(), prod) == by_nature | dev_size_and_count | dev_leaves_out


def _differences(one: dict[str, Any], other: dict[str, Any], prefix: str = "") -> set[str]:
    found: set[str] = set()
    for key in one.keys() | other.keys():
        mine, theirs = one.get(key), other.get(key)
        if isinstance(mine, dict) and isinstance(theirs, dict):
            found |= _differences(mine, theirs, f"{prefix}{key}.")
        elif mine != theirs:
            found.add(prefix + key)
    return found


@pytest.mark.parametrize("field", ["saml_metadata", "saml_group"])
def test_saml_wants_its_provider_and_its_group_and_certificates_neither(project: Project, field: str) -> None:
    given = {"saml_metadata": "<EntityDescriptor/>", "saml_group": "administrators"}
    project.set("prod", erp__network__client_vpn={"authentication": "saml", **given})
    assert project.check("prod").code == 0
    project.set("prod", erp__network__client_vpn={"authentication": "saml", **given, field: ""})
    [line] = project.complaints("prod")
    assert line.startswith(
        f'Pulumi.prod.yaml: erp:network.client_vpn.{field}: "" is not allowed; allowed: a text that is'
    )
    project.set("prod", erp__network__client_vpn={field: given[field]})
    [line] = project.complaints("prod")
    assert line.startswith(f"Pulumi.prod.yaml: erp:network.client_vpn.{field}: ")
    assert "nobody looks at it" in line


@pytest.mark.parametrize(
    ("values", "path", "said"),
    [
        ({"max_allocated_storage_gib": 109}, "max_allocated_storage_gib",
         ("109 is not allowed; allowed: 110 or more (10 per cent above allocated_storage_gib), because RDS refuses a limit that "
          "is nearer to the size")),
        ({"iops": 12000}, "iops", "12000 is not allowed with 100 GiB; allowed: 0, because RDS lets nobody choose it below 400 GiB"),
        ({"throughput_mibps": 500}, "throughput_mibps",
         "500 is not allowed with 100 GiB; allowed: 0, because RDS lets nobody choose it below 400 GiB"),
        ({"replicas": 15}, "replicas",
         ("15 is not allowed; allowed: at most 14 beside the one in the recovery region, because a source takes 15 replicas")),
        ({"replica_class": "db.m6g.large"}, "replica_class",
         ('"db.m6g.large" is not allowed; allowed: a class as good as db.r6g.large: not burstable, 2 vCPUs and 16 GiB or more, '
          "because a replica that takes less than its source does not start, and one day it is the primary")),
        ({"instance_class": "db.m6g.large", "replica_class": "db.t4g.large"}, "replica_class",
         ('"db.t4g.large" is not allowed; allowed: a class as good as db.m6g.large: not burstable, 2 vCPUs and 8 GiB or more, '
          "because a replica that takes less than its source does not start, and one day it is the primary")),
        ({"backup_window": "02:30-03:30"}, "maintenance_window",
         ('"sun:02:00-sun:03:00" is not allowed; allowed: a time outside of backup_window (02:30-03:30), because RDS takes no '
          "windows that overlap")),
        ({"backup_window": "23:45-00:14"}, "backup_window",
         '"23:45-00:14" is not allowed; allowed: a window of 30 minutes or more, because RDS takes no shorter one'),
    ],
)  # fmt: skip
def test_what_rds_refuses_together_is_refused_here(
    project: Project, values: dict[str, Any], path: str, said: str
) -> None:
    project.set("staging", **{f"erp__database__{field}": value for field, value in values.items()})
    assert project.complaints("staging") == [f"Pulumi.staging.yaml: erp:database.{path}: {said}"]


@pytest.mark.parametrize(
    "values",
    [
        {"max_allocated_storage_gib": 110},
        {"allocated_storage_gib": 400, "max_allocated_storage_gib": 440, "iops": 12000, "throughput_mibps": 500},
        {"replicas": 14},
        {"replica_class": "db.r7g.large"},
        {"instance_class": "db.t4g.large", "replica_class": "db.t4g.large"},
        {"backup_window": "03:00-03:30"},
        {"backup_window": "23:45-00:15"},
    ],
)
def test_what_rds_just_takes_is_taken(project: Project, values: dict[str, Any]) -> None:
    project.set("staging", **{f"erp__database__{field}": value for field, value in values.items()})
    assert project.check("staging").code == 0


HALVES = [{"key": "s1", "first_slot": 0, "last_slot": 2047}, {"key": "s2", "first_slot": 2048, "last_slot": 4095}]


@pytest.mark.req("H2")
@pytest.mark.parametrize(
    "shards",
    [
        [],
        HALVES[:1],
        [HALVES[0], {**HALVES[1], "first_slot": 2049}],
        [HALVES[0], {**HALVES[1], "first_slot": 2047}],
        [HALVES[0], {**HALVES[1], "key": "s1"}],
        [*HALVES, {"key": "s3", "first_slot": 10, "last_slot": 5}],
    ],
    ids=["none", "gap at the end", "gap", "overlap", "same key", "backwards"],
)
def test_shards_cover_every_slot_once(project: Project, shards: list[dict[str, Any]]) -> None:
    project.set("prod", erp__database__shards=shards)
    (line,) = project.complaints("prod")
    assert line.startswith("Pulumi.prod.yaml: erp:database.shards: ")
    assert "whose slots cover 0 to 4095 without a gap or an overlap" in line


def test_the_order_of_shards_says_nothing(project: Project) -> None:
    project.set("prod", erp__database__shards=[*reversed(HALVES)])
    assert project.check("prod").code == 0


def test_a_misspelt_key_of_a_shard_is_named_by_its_place(project: Project) -> None:
    project.set("prod", erp__database__shards=[HALVES[0], {"key": "s2", "frist_slot": 2048, "last_slot": 4095}])
    (line,) = project.complaints("prod")
    assert line.startswith('Pulumi.prod.yaml: erp:database.shards[1].frist_slot: unknown (did you mean "first_slot"?)')


@pytest.mark.parametrize("generations", [[], [2, 1], [1, 1], [0]])
def test_generations_only_grow(project: Project, generations: list[int]) -> None:
    project.set("prod", erp__database__replica_generations=generations)
    assert project.check("prod").code == 2


@pytest.mark.req("C4")
@pytest.mark.parametrize("registry", ["111111111111.dkr.ecr.eu-central-1", "333333333333.dkr.ecr.us-east-1"])
@pytest.mark.parametrize("image", ["image", "grants__image"])
def test_a_registry_that_tasks_can_t_pull_from_is_refused(project: Project, registry: str, image: str) -> None:
    digest = f"@sha256:{'0' * 64}"
    for within in ("333333333333.dkr.ecr.eu-central-1.amazonaws.com", "333333333333.dkr.ecr.eu-west-1.amazonaws.com"):
        project.set("prod", **{f"erp__compute__services__{image}": f"{within}/erp{digest}"})
        assert project.check("prod").code == 0
    project.set("prod", **{f"erp__compute__services__{image}": f"{registry}.amazonaws.com/erp{digest}"})
    (complaint,) = project.complaints("prod")
    assert complaint.startswith(f"Pulumi.prod.yaml: erp:compute.services.{image.replace('__', '.')}: ")
    assert "from the stack's own account and regions alone" in complaint
