"""The three stacks on the real engine: up, unchanged, refreshed, drifted, gone."""

from collections import Counter
from collections.abc import Callable

import pytest

from tests.engine.machine import Machine

STACKS = ("dev", "staging", "prod")
Up = Callable[[str], Machine]
CLOUDS = {"aws", "azure-native", "cloudflare"}


@pytest.mark.req("E1", "P2", "P4")
@pytest.mark.parametrize("stack", STACKS)
def test_state_and_clouds_hold_the_same_resources_after_up(stack: str, stack_up: Up) -> None:
    machine = stack_up(stack)
    machine.same_everywhere(stack)
    assert {resource.package for resource in machine.clouds()} == CLOUDS


@pytest.mark.parametrize("stack", STACKS)
def test_a_second_preview_has_nothing_to_do(stack: str, stack_up: Up) -> None:
    machine = stack_up(stack)
    assert machine.plan(stack) == []


def settle(machine: Machine, stack: str) -> None:
    """The second step of a first update: nothing is said any more of what replication decides; no cloud is called."""
    machine.setting(stack, "erp:storage", file_system={"settled_generations": [1]})
    assert machine.plan(stack) == []
    machine.up(stack).expect()


@pytest.mark.parametrize("stack", STACKS)
def test_a_refresh_finds_no_drift(stack: str, stack_up: Up) -> None:
    machine = stack_up(stack)
    if stack != "dev":  # which has no replica
        settle(machine, stack)
    machine.pulumi("refresh", "-s", stack, "--yes", "--skip-preview", "--expect-no-changes").expect()


def test_a_proxy_in_the_environment_is_not_asked_for_what_is_on_this_machine(machine: Machine) -> None:
    names: tuple[str, ...] = ("http_proxy", "https_proxy", "grpc_proxy")
    machine.pulumi("preview", "-s", "dev", extra=dict.fromkeys(names, "http://127.0.0.1:9")).expect()


def test_drift_at_the_console_is_found_and_mended(dev_up: Machine) -> None:
    with dev_up.store() as store:
        vpc = store.all("aws:ec2/vpc:Vpc")[0]
        store.edit(vpc.serial, {"enableDnsHostnames": False})
    refresh = ("refresh", "-s", "dev", "--yes", "--skip-preview")
    assert dev_up.pulumi(*refresh, "--expect-no-changes").code != 0, "the edit was not seen"
    assert [(step["op"], step["urn"].split("::")[-1]) for step in dev_up.plan("dev")] == [
        ("update", vpc.urn.split("::")[-1])
    ]
    dev_up.up("dev").expect()
    with dev_up.store() as store:
        assert store.by_serial(vpc.serial).properties["enableDnsHostnames"] is True
    dev_up.pulumi(*refresh, "--expect-no-changes").expect()


def test_a_resource_deleted_at_the_console_is_made_again(dev_up: Machine) -> None:
    with dev_up.store() as store:
        flow_log = store.all("aws:ec2/flowLog:FlowLog")[0]
        store.remove(flow_log.serial)
    dev_up.pulumi("refresh", "-s", "dev", "--yes", "--skip-preview").expect()
    dev_up.up("dev").expect()
    dev_up.same_everywhere("dev")
    assert flow_log.urn in {resource.urn for resource in dev_up.clouds()}


@pytest.mark.parametrize("stack", ["dev", "staging"])
def test_destroy_leaves_nothing_in_the_clouds(stack: str, stack_up: Up) -> None:
    machine = stack_up(stack)
    # Dev's secrets go at once: it is torn down every day.
    kept = {"aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey"}
    kept |= {"aws:secretsmanager/secret:Secret"} if stack == "staging" else set()
    late = {resource.id for resource in machine.clouds() if resource.token in kept}
    machine.pulumi("destroy", "-s", stack, "--yes", "--skip-preview").expect()
    assert machine.resources(stack) == []
    assert machine.clouds() == []
    with machine.store() as store:
        waiting = {resource.id for resource in store.all(pending_deletion=True)}
    assert waiting == late, "AWS deletes keys and secrets only after their waiting period, and nothing else waits"


def test_prod_is_destroyed_only_after_somebody_unprotects_it(prod_up: Machine) -> None:
    before = Counter(resource.token for resource in prod_up.clouds())
    refused = prod_up.pulumi("destroy", "-s", "prod", "--yes", "--skip-preview")
    assert refused.code != 0
    assert "protected" in refused.output
    kept = Counter(resource.token for resource in prod_up.clouds())
    for token in ("aws:kms/key:Key", "cloudflare:index/zone:Zone"):
        assert kept[token] == before[token], f"a protected {token} was deleted"
    # What a failover does, too; until then EFS deletes neither of the two file systems.
    prod_up.run("cloud", "delete", "storage-file-replication-g1").expect()
    prod_up.run("cloud", "set", "compute-balancer", "enableDeletionProtection", "false").expect()
    for shard in ("s1", "s2"):
        for kind in (f"primary-{shard}", f"reader-{shard}-r1", f"standby-{shard}-g1"):
            prod_up.run("cloud", "set", f"database-{kind}", "deletionProtection", "false").expect()
    prod_up.pulumi("state", "unprotect", "--all", "-s", "prod", "--yes").expect()
    prod_up.pulumi("destroy", "-s", "prod", "--yes", "--skip-preview").expect()
    left = sorted(resource.id for resource in prod_up.clouds())
    assert left == ["erp-prod-s1-primary-g1-final-1", "erp-prod-s2-primary-g1-final-1"], "each shard's final snapshot"


def test_staging_has_every_type_that_prod_has(stack_up: Up) -> None:
    types = {stack: {resource.token for resource in stack_up(stack).clouds()} for stack in ("staging", "prod")}
    assert types["staging"] == types["prod"]


@pytest.mark.parametrize("secret", ["origin-pull-key", "database-bootstrap-password"])
def test_state_clouds_and_logs_hold_no_secret_in_plain_form(secret: str, dev_up: Machine) -> None:
    shown = dev_up.pulumi("config", "get", f"erp-secrets:{secret}", "-s", "dev").expect().output
    body = [line for line in shown.splitlines() if line and "-----" not in line]
    assert body, "the sandbox minted none"
    for file in dev_up.home.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert not any(line.encode() in content for line in body), f"{file} holds it in plain form"
