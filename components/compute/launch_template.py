"""Launch templates: how a host is made, whichever group makes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulumi_aws import ec2, iam

from components.compute.host_documents import host_permissions
from components.compute.user_data import user_data
from components.documents import plain_trust
from components.roles import make_role
from settings.instance_types import INSTANCE_TYPES

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pulumi
    from pulumi_aws import ecs

    from components.base import ErpComponent
    from components.compute.hosts import HostsArgs

IMAGE = "resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id"
"""AWS's parameter for the newest image for ECS; EC2 looks it up each time that a host starts."""

ROOT_DEVICE = "/dev/xvda"
"""The root device of Amazon Linux images."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HostIdentity:
    """Who hosts are, and what has to stand for as long as one of them lives."""

    profile: iam.InstanceProfile
    ready: list[pulumi.Resource]


def make_identity(owner: ErpComponent, args: HostsArgs, cluster: ecs.Cluster) -> HostIdentity:
    """The hosts' role and the profile that hands it to them."""
    made = make_role(
        owner,
        "host-role",
        context=args.context,
        description="Container hosts: register with their cluster, managed by Systems Manager",
        trust=plain_trust("ec2.amazonaws.com"),
        permissions=cluster.arn.apply(host_permissions),
    )
    profile = iam.InstanceProfile(
        owner.logical("host-profile"), role=made.role.name, tags=owner.tags(), opts=owner.child()
    )
    return HostIdentity(profile=profile, ready=[*made.ready, profile])


def make_template(
    owner: ErpComponent,
    args: HostsArgs,
    kind: str,
    types: Sequence[str],
    cluster: ecs.Cluster,
    identity: HostIdentity,
) -> ec2.LaunchTemplate:
    """The template of one kind of hosts.

    types: the instance types that the group may start; to a task they are alike. What to do
    without CPU credits is told only where all of them earn some (EC2 API: valid for T instances only).
    """
    first = INSTANCE_TYPES[types[0]]
    bursts = all(INSTANCE_TYPES[name].burstable for name in types)
    warm = kind == "on-demand" and args.settings.on_demand.warm_hosts > 0
    name = owner.logical("host", kind)
    return ec2.LaunchTemplate(
        owner.logical("launch-template", kind),
        description=f"Container hosts, {kind}",
        update_default_version=True,
        image_id=IMAGE,
        instance_type=types[0],
        iam_instance_profile={"arn": identity.profile.arn},
        vpc_security_group_ids=[args.security_group_id],
        # No key pair: shells come from Session Manager, which asks IAM; the trail says who opened one.
        metadata_options={
            "http_endpoint": "enabled",
            "http_tokens": "required",
            # One hop ends at the host: what a container behind a bridge asks does not come back.
            "http_put_response_hop_limit": 1,
            "instance_metadata_tags": "disabled",
        },
        block_device_mappings=[
            {
                "device_name": ROOT_DEVICE,
                "ebs": {
                    "volume_type": "gp3",
                    "volume_size": args.settings.root_volume_gib,
                    "encrypted": "true",
                    "kms_key_id": args.data_key_arn,
                    "delete_on_termination": "true",
                },
            }
        ],
        ebs_optimized="true",
        credit_specification={"cpu_credits": args.settings.cpu_credits} if bursts else None,
        monitoring={"enabled": True},
        user_data=cluster.name.apply(
            lambda cluster_name: user_data(cluster_name, reserved_memory_mib=first.reserved_memory_mib, warm=warm)
        ),
        # The provider's default tags stop at the template; the group tags the instances.
        tag_specifications=[
            {"resource_type": started, "tags": _all_tags(owner, args, name)}
            for started in ("volume", "network-interface")
        ],
        tags=owner.tags(Name=name),
        opts=owner.child(),
    )


def _all_tags(owner: ErpComponent, args: HostsArgs, name: str) -> dict[str, str]:
    return {**args.context.common_tags, **owner.tags("data", Name=name)}
