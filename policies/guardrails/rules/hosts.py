"""Hosts: EC2 instances, what they are started from, the groups that start them, and the clusters that they join."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Final

from guardrails.declare import (
    Enforcement,
    Environment,
    Finding,
    ResourceRule,
    Scope,
    Severity,
    StackRule,
    found,
)
from guardrails.model import Resource, Stack
from guardrails.values import Node

TEMPLATE: Final = "aws:ec2/launchTemplate:LaunchTemplate"
LAUNCH_CONFIGURATION: Final = "aws:ec2/launchConfiguration:LaunchConfiguration"
INSTANCES: Final = ("aws:ec2/instance:Instance", "aws:ec2/spotInstanceRequest:SpotInstanceRequest")
GROUP: Final = "aws:autoscaling/group:Group"
CLUSTER: Final = "aws:ecs/cluster:Cluster"
PROVIDER: Final = "aws:ecs/capacityProvider:CapacityProvider"
MANAGED_TAG: Final = "AmazonECSManaged"

# What a secret looks like in a script: an access key's id, a private key, a password in an address, a value given to a
# variable whose name says so. One that is fetched when the script runs ($(…), $NAME) is none.
_SECRET: Final = re.compile(
    r"\b(AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|[a-z][a-z0-9+.-]*://[^/@:\s]*:[^/@\s]+@"
    r"|\b[A-Z_]*(PASSWORD|PASSWD|SECRET|API_?KEY|ACCESS_?KEY|TOKEN)=[\"']?[^\s\"'$]",
    re.IGNORECASE,
)


def _guards_metadata(resource: Resource, _: Scope) -> Iterator[Finding]:
    options = resource.read("metadataOptions")
    if options.at("httpEndpoint").text(default="enabled") == "disabled":
        return
    tokens = options.at("httpTokens")
    if tokens.text(default="optional") not in {"required", None}:
        yield found(tokens, f'is {tokens.shown()}, expected "required"')
    hops = options.at("httpPutResponseHopLimit")
    limit = hops.number(default=1)
    if limit is not None and limit > 1:
        yield found(hops, f"is {hops.shown()}, expected 1: further hops reach into containers")


GUARD_METADATA = ResourceRule(
    id="require-imds-tokens",
    title="Hosts answer for their role only to those who can hold a session",
    types=(TEMPLATE, LAUNCH_CONFIGURATION, *INSTANCES),
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="Whatever on a host can be made to fetch an address reads the role's credentials there, if no token is asked.",
    mend="Require tokens, and let the answer travel one hop; tasks get their roles elsewhere.",
    example="""
aws.ec2.LaunchTemplate("hosts", ..., metadata_options={"http_tokens": "required", "http_put_response_hop_limit": 1})
""",
    check=_guards_metadata,
)


def _encrypts_disks(resource: Resource, _: Scope) -> Iterator[Finding]:
    if resource.type == TEMPLATE:
        mappings = resource.read("blockDeviceMappings")
        if mappings.is_absent:
            yield found(
                mappings, "is not set: the disk is as its image has it; expected one encrypted under a key of ours"
            )
        for mapping in mappings.items():
            yield from _encrypts(mapping.at("ebs"), mapping.at("ebs"))
        return
    root = resource.read("rootBlockDevice")
    yield from _encrypts(root, root)
    for disk in resource.read("ebsBlockDevices").items():
        yield from _encrypts(disk, disk)


def _encrypts(disk: Node, place: Node) -> Iterator[Finding]:
    if disk.is_unknown:
        return
    encrypted, key = disk.at("encrypted"), disk.at("kmsKeyId")
    if encrypted.flag(default=False) is False:
        yield found(place.at("encrypted"), f"is {encrypted.shown()}, expected true")
    elif key.is_absent:
        yield found(
            place.at("kmsKeyId"), "is not set, expected a key of ours: AWS's own has no policy that we can write"
        )


ENCRYPT_DISKS = ResourceRule(
    id="encrypt-host-disks",
    title="Disks of hosts are encrypted under a customer key",
    types=(TEMPLATE, *INSTANCES),
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="What containers write, and what their memory spills, stays on the disk after the host is gone.",
    mend="Encrypt each disk, the root too, and name the key; Auto Scaling's role has to be let into its policy.",
    example="""
aws.ec2.LaunchTemplate("hosts", ..., block_device_mappings=[
    {"device_name": "/dev/xvda", "ebs": {"encrypted": "true", "kms_key_id": key.arn}}])
""",
    check=_encrypts_disks,
)


def _has_no_key_pair(resource: Resource, _: Scope) -> Iterator[Finding]:
    key = resource.read("keyName")
    if not key.is_absent and not key.is_unknown:
        yield found(key, "is set, expected none")


REFUSE_KEY_PAIRS = ResourceRule(
    id="refuse-key-pairs",
    title="No host lets anybody in by a key pair",
    types=(TEMPLATE, LAUNCH_CONFIGURATION, *INSTANCES),
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="A key pair belongs to nobody, never expires, and what was done with it is written down nowhere.",
    mend="Leave it out and open shells through Session Manager, which asks IAM and keeps what was typed.",
    example='aws.ec2.LaunchTemplate("hosts", ...)  # no key_name',
    check=_has_no_key_pair,
)


def _is_monitored(resource: Resource, _: Scope) -> Iterator[Finding]:
    switch = resource.read("monitoring", "enabled") if resource.type == TEMPLATE else resource.read("monitoring")
    if switch.flag(default=False) is False:
        yield found(switch, f"is {switch.shown()}, expected true")


MONITOR = ResourceRule(
    id="require-host-metrics",
    title="Hosts are measured each minute",
    types=(TEMPLATE, *INSTANCES),
    severity=Severity.LOW,
    enforcement=Enforcement.BEYOND_DEV,
    why="Numbers of five minutes' age come too late to see a host run dry or be misused.",
    mend="Switch detailed monitoring on.",
    example='aws.ec2.LaunchTemplate("hosts", ..., monitoring={"enabled": True})',
    check=_is_monitored,
)


def _keeps_secrets_out(resource: Resource, _: Scope) -> Iterator[Finding]:
    for key in ("userData", "userDataBase64"):
        data = resource.read(key)
        text = data.text(default="")
        if text and _SECRET.search(_decoded(text)):
            yield found(data, "holds what looks like a secret")


def _decoded(text: str) -> str:
    """The script itself, where it is given in base64."""
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return text


NO_SECRETS = ResourceRule(
    id="refuse-secrets-in-user-data",
    title="No secret stands in what a host runs at its first start",
    types=(TEMPLATE, LAUNCH_CONFIGURATION, *INSTANCES),
    severity=Severity.CRITICAL,
    enforcement=Enforcement.ALWAYS,
    why="User data can be read by everything on the host, by who may describe instances, and in the state.",
    mend="Fetch the secret when the script runs, with the host's role, or hand it to the task alone.",
    example='aws.ecs.TaskDefinition(...)  # "secrets": [{"name": "KEY", "valueFrom": secret.arn}]',
    check=_keeps_secrets_out,
)


def _spreads(group: Resource, scope: Scope) -> Iterator[Finding]:
    least = 3 if scope.environment is Environment.PROD else 2
    subnets, zones = group.read("vpcZoneIdentifiers"), group.read("availabilityZones")
    place = subnets if zones.is_absent else zones
    if place.is_unknown:
        return
    count = sum(1 for _ in place.items())
    if count < least:
        yield found(place, f"names {count}, expected {least} or more, each in a zone of its own")


SPREAD = ResourceRule(
    id="spread-host-groups",
    title="Groups of hosts lie over several zones",
    types=(GROUP,),
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="A zone that fails takes its hosts along; the group can start others only where it has subnets.",
    mend="Give the group a subnet in each zone: two at least, three in production.",
    example='aws.autoscaling.Group("hosts", ..., vpc_zone_identifiers=[subnet.id for subnet in subnets])',
    check=_spreads,
)


def _propagates(group: Resource, _: Scope) -> Iterator[Finding]:
    for tag in group.read("tags").items():
        switch = tag.at("propagateAtLaunch")
        if switch.flag(default=False) is False:
            yield found(switch, f"is {switch.shown()}, expected true")


PROPAGATE = ResourceRule(
    id="tag-hosts",
    title="Groups hand their tags on to their hosts",
    types=(GROUP,),
    severity=Severity.LOW,
    enforcement=Enforcement.ALWAYS,
    why="The provider's default tags do not reach instances: without these a host says neither whose it is nor why.",
    mend="Propagate each tag at launch.",
    example='{"key": "Project", "value": "erp", "propagate_at_launch": True}',
    check=_propagates,
)


def _says_who_scales(stack: Stack, _: Scope) -> Iterator[Finding]:
    providers = tuple(stack.of_type(PROVIDER))
    for group in stack.of_type(GROUP):
        if not any(_sizes(provider, group) for provider in providers):
            continue
        tags = group.read("tags")
        keys = [tag.at("key").text() for tag in tags.items()] if not tags.is_unknown else [None]
        if MANAGED_TAG not in keys and None not in keys:
            yield Finding("tags", f"have no {MANAGED_TAG}, which ECS adds and the next update would strip", group.urn)


def _sizes(provider: Resource, group: Resource) -> bool:
    """Whether a provider surely scales a group: by the group's ARN, or by what its input was computed from."""
    named, own = provider.read("autoScalingGroupProvider", "autoScalingGroupArn"), group.read("arn")
    if isinstance(named.raw, str) and isinstance(own.raw, str):
        return named.raw == own.raw
    return group.urn in provider.links.get("autoScalingGroupProvider", frozenset())


MARK = StackRule(
    id="tag-ecs-groups",
    title="Groups that ECS scales carry its tag",
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ALWAYS,
    why="ECS tags the groups that it scales. An update that strips the tag stops the scaling, and nobody is told.",
    mend=f"Give the group the tag {MANAGED_TAG}, propagated at launch.",
    example=f'{{"key": "{MANAGED_TAG}", "value": "true", "propagate_at_launch": True}}',
    check=_says_who_scales,
)


def _lets_go(provider: Resource, scope: Scope) -> Iterator[Finding]:
    switch = provider.read("autoScalingGroupProvider", "managedTerminationProtection")
    if scope.environment is not Environment.PROD and switch.text(default="DISABLED") == "ENABLED":
        yield found(switch, 'is "ENABLED", expected "DISABLED" outside production')


LET_GO = ResourceRule(
    id="limit-host-protection",
    title="Outside production nothing holds hosts back from going",
    types=(PROVIDER,),
    severity=Severity.LOW,
    enforcement=Enforcement.ALWAYS,
    why="Protected hosts outlive the provider that protected them, and the stack's deletion waits for them.",
    mend="Leave managed termination protection to production; draining alone is graceful.",
    example="""
aws.ecs.CapacityProvider("hosts", auto_scaling_group_provider={"managed_termination_protection": "DISABLED"})
""",
    check=_lets_go,
)


def _is_watched(cluster: Resource, _: Scope) -> Iterator[Finding]:
    settings = cluster.read("settings")
    if settings.is_unknown:
        return
    values = [item.at("value") for item in settings.items() if item.at("name").text() in {"containerInsights", None}]
    if not values:
        yield found(settings, 'have no containerInsights, expected "enhanced" or "enabled"')
    for value in values:
        if value.text() == "disabled":
            yield found(value, 'is "disabled", expected "enhanced" or "enabled"')


WATCH = ResourceRule(
    id="require-cluster-metrics",
    title="Clusters measure their tasks",
    types=(CLUSTER,),
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ALWAYS,
    why="Without Container Insights nobody sees a task that restarts over and over, or one that is about to run dry.",
    mend="Switch Container Insights on.",
    example='aws.ecs.Cluster("main", settings=[{"name": "containerInsights", "value": "enhanced"}])',
    check=_is_watched,
)


def _logs_shells(cluster: Resource, _: Scope) -> Iterator[Finding]:
    shells = cluster.read("configuration", "executeCommandConfiguration")
    logging = shells.at("logging")
    if logging.text(default="DEFAULT") not in {"OVERRIDE", None}:
        yield found(logging, f'is {logging.shown()}, expected "OVERRIDE" with a log group or bucket of ours')
    if shells.at("kmsKeyId").is_absent:
        yield found(shells.at("kmsKeyId"), "is not set, expected the key that the session is encrypted under")
    logs = shells.at("logConfiguration")
    switches = [logs.at(name) for name in ("cloudWatchEncryptionEnabled", "s3BucketEncryptionEnabled")]
    if (
        logging.text() == "OVERRIDE"
        and not logs.is_unknown
        and all(one.flag(default=False) is False for one in switches)
    ):
        yield found(switches[0], f"is {switches[0].shown()}, expected true")


LOG_SHELLS = ResourceRule(
    id="log-cluster-shells",
    title="What is typed in containers' shells is kept, encrypted",
    types=(CLUSTER,),
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ALWAYS,
    why="A shell in a container has the task's rights; without its log nobody can tell what was done with them.",
    mend="Log to a group of your own with a key, and encrypt the session under one.",
    example="""
aws.ecs.Cluster("main", configuration={"execute_command_configuration": {
    "kms_key_id": key.arn, "logging": "OVERRIDE",
    "log_configuration": {"cloud_watch_log_group_name": logs.name, "cloud_watch_encryption_enabled": True}}})
""",
    check=_logs_shells,
)

RULES: Final = (
    GUARD_METADATA, ENCRYPT_DISKS, REFUSE_KEY_PAIRS, MONITOR, NO_SECRETS, SPREAD, PROPAGATE, MARK, LET_GO, WATCH,
    LOG_SHELLS,
)  # fmt: skip
