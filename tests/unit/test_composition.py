"""The composition root, the stack context, the base of components, and how configuration gets in."""

import gc
import json
import runpy
from pathlib import Path
from typing import Any

import pulumi
import pytest

import collector
from components.base import ErpComponent
from settings.secrets import SECRETS
from tests.graph import Graph, compose
from tests.graph.stackfile import stack_config

ROOT = Path(__file__).parents[2]
AWS = "pulumi:providers:aws"


def compose_main(config: dict[str, str], secrets: list[str], *, stack: str = "prod") -> Graph:
    return compose(
        lambda: runpy.run_path(str(ROOT / "__main__.py"), run_name="__main__"),
        stack=stack,
        config=config,
        secret_keys=secrets,
    )


@pytest.fixture
def configuration() -> tuple[dict[str, str], list[str]]:
    return stack_config(ROOT, "prod", tuple(SECRETS))


# --- providers and tags


@pytest.mark.req("I1")
def test_aws_is_primary_in_the_region_and_account_of_the_settings(prod: Graph) -> None:
    provider = prod.one(AWS, "aws-primary")
    assert provider.value("region") == "eu-central-1"
    assert json.loads(provider.value("allowedAccountIds")) == ["333333333333"]
    components = [
        node.name
        for node in prod.components
        if any(prod.provider_of(c) == provider for c in prod.children(node) if c.custom)
    ]
    assert sorted(components) == [
        "access",
        "cache",
        "compute",
        "database",
        "domain",
        "encryption",
        "network",
        "storage",
    ]


@pytest.mark.req("I1")
def test_the_account_is_checked_where_a_lost_primary_cannot_stop_it(prod: Graph) -> None:
    for name in ("aws-primary", "aws-recovery"):
        provider = prod.one(AWS, name)
        assert provider.value("stsRegion") == "eu-west-1", "a failover would wait for the region that is gone"
        assert provider.value("skipMetadataApiCheck") == "true"


def test_the_recovery_region_has_a_provider_of_its_own(prod: Graph) -> None:
    provider = prod.one(AWS, "aws-recovery")
    assert provider.value("region") == "eu-west-1"
    assert json.loads(provider.value("allowedAccountIds")) == ["333333333333"]


def test_azure_is_pinned_to_the_subscription_of_the_settings(prod: Graph) -> None:
    provider = prod.one("pulumi:providers:azure-native")
    assert provider.value("subscriptionId") == "00000000-0000-4000-8000-000000000333"
    assert provider.value("location") == "westeurope"


def test_default_tags_name_the_stack_and_nothing_that_changes(graph: Graph) -> None:
    for provider in graph.some(AWS):
        tags = json.loads(provider.value("defaultTags"))["tags"]
        assert sorted(tags) == ["CostCenter", "Environment", "ManagedBy", "Project"]
        assert tags["Environment"] == graph.stack


def test_no_resource_repeats_a_default_tag(prod: Graph) -> None:
    for node in prod.resources:
        # A group's tags are those of its hosts, which the provider's default tags never reach.
        if node.type.startswith("aws:") and node.has("tags") and node.type != "aws:autoscaling/group:Group":
            assert not {"Project", "Environment", "CostCenter", "ManagedBy"} & set(node.value("tags")), (
                f"{node}: a tag that equals a default one shows as a difference in every preview"
            )
            assert {"Component", "DataClass"} <= set(node.value("tags"))


# --- the composition


@pytest.mark.req("P2")
def test_the_program_composes_the_whole_estate_without_asking_a_cloud(graph: Graph) -> None:
    assert [node.name for node in graph.components] == sorted(
        [
            "access",
            "encryption",
            "domain",
            "network",
            "network-recovery",
            "storage",
            "database",
            "cache",
            "compute",
            "recovery",
        ],
        key=lambda name: graph.node(name).key,
    )
    assert graph.log == (), "the program warns about its own doing"


def test_every_resource_has_a_component_and_an_explicit_provider(graph: Graph) -> None:
    for node in graph.resources:
        assert graph.component_of(node), f"{node} was made outside of any component"
        assert graph.provider_of(node)


def test_names_begin_with_their_component_and_keep_stack_and_region_out(graph: Graph) -> None:
    for node in graph.resources:
        component = graph.component_of(node)
        assert node.name.startswith(f"{component.name}-")
        assert not any(part in node.name for part in (graph.stack, "eu-central-1", "eu-west-1", "westeurope"))


def test_nothing_in_the_recovery_network_touches_the_primary_region(prod: Graph) -> None:
    for node in prod.descendants("network-recovery"):
        assert prod.region_of(node) == "eu-west-1"


def test_the_stack_hands_on_what_people_and_other_programs_need(graph: Graph) -> None:
    assert sorted(graph.outputs) == [
        "azure_resource_group_name",
        "azure_virtual_network_id",
        "balancer_dns_name",
        "bucket_names",
        "cache_connections",
        "cache_events_topic_arn",
        "certificate_arns",
        "cluster_name",
        "database_proxy_endpoints",
        "database_shard_map_name",
        "database_standby_ids",
        "dnssec_ds",
        "file_system_ids",
        "key_arns",
        "one_off_task_arns",
        "recovery_bucket_names",
        "recovery_key_arns",
        "service_names",
        "task_security_group_id",
        "task_subnet_ids",
        "vpc_ids",
        "zone_name_servers",
    ]
    assert sorted(graph.outputs["key_arns"]) == ["backups", "data", "logs", "secrets"]


# --- configuration


def test_a_wrong_setting_stops_the_program_with_its_text_alone(configuration: tuple[dict[str, str], list[str]]) -> None:
    config, secrets = configuration
    config["erp:netwrok"] = config.pop("erp:network", "{}")
    config["erp:encryption"] = json.dumps({"deletion_window_days": 3})
    with pytest.raises(pulumi.RunError) as refused:
        compose_main(config, secrets)
    text = str(refused.value)
    assert "netwrok" in text
    assert "deletion_window_days" in text, "all mistakes at once"


def test_a_missing_secret_stops_the_program_with_the_command_that_sets_it(
    configuration: tuple[dict[str, str], list[str]],
) -> None:
    config, _ = configuration
    for name in SECRETS:
        del config[f"erp-secrets:{name}"]
    with pytest.raises(pulumi.RunError) as refused:
        compose_main(config, [])
    text = str(refused.value)
    assert "pulumi config set --secret erp-secrets:origin-pull-key" in text
    assert "erp-secrets:origin-pull-certificate" in text, "each missing one is told"


def test_a_setting_that_is_no_json_is_refused_as_a_setting(configuration: tuple[dict[str, str], list[str]]) -> None:
    config, secrets = configuration
    config["erp:network"] = "per_zone"
    with pytest.raises(pulumi.RunError, match="erp:network"):
        compose_main(config, secrets)


def test_an_unsigned_zone_has_no_ds_record_and_each_name_its_proof() -> None:
    config, secrets = stack_config(ROOT, "dev", tuple(SECRETS))
    domain = json.loads(config["erp:domain"]) | {"dnssec": False, "hostnames": ["@", "*", "api", "*.api"]}
    config["erp:domain"] = json.dumps(domain)
    graph = compose_main(config, secrets, stack="dev")
    assert graph.all("cloudflare:index/zoneDnssec:ZoneDnssec") == []
    assert graph.outputs["dnssec_ds"] == ""
    proofs = graph.some("cloudflare:index/dnsRecord:DnsRecord", name="domain-validation-*")
    assert [node.name for node in proofs] == ["domain-validation-apex", "domain-validation-api"]


# --- the base of components


class Sample(ErpComponent):
    one: pulumi.Output[str]
    two: str

    def __init__(self, name: str, **outputs: Any) -> None:
        super().__init__("test:unit:Sample", name)
        self.register(**outputs)


class Wider(Sample):
    three: str


def test_registered_results_are_attributes_and_outputs() -> None:
    made: list[Sample] = []
    graph = compose(lambda: made.append(Wider("sample", one=pulumi.Output.from_input("x"), two="y", three="z")))
    assert made[0].two == "y"
    assert graph.node("sample").outputs == {"one": "x", "two": "y", "three": "z"}


def test_a_result_too_many_and_one_too_few_are_both_named() -> None:
    with pytest.raises(TypeError, match="results of Sample: other is not annotated, two is missing"):
        compose(lambda: Sample("sample", one="x", other="y"))


def test_a_child_is_named_by_instance_role_and_key() -> None:
    def program() -> None:
        sample = Sample("sample", one="x", two="y")
        assert sample.logical("endpoint", "ecr.api", "a") == "sample-endpoint-ecr-api-a"
        assert sample.tags("logs", Name="n") == {"Component": "sample", "DataClass": "logs", "Name": "n"}
        options = sample.child(protect=True)
        assert (options.parent, options.protect) == (sample, True)

    assert compose(program).node("sample")


# --- the collector


def test_the_collector_pauses_once(monkeypatch: pytest.MonkeyPatch) -> None:
    registered: list[Any] = []
    monkeypatch.setattr(collector.atexit, "register", registered.append)
    was_enabled = gc.isenabled()
    gc.enable()
    try:
        collector.pause_collector()
        collector.pause_collector()
        assert not gc.isenabled()
        assert registered == [gc.freeze]
    finally:
        if was_enabled:
            gc.enable()
