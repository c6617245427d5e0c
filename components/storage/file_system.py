"""The shared file system (EFS): its generations in both regions, with all that belongs to each.

No `efs.BackupPolicy`: backups have one owner, AWS Backup's own plans, which come with the backup component. The policy
here would make a second, daily one that nobody chose.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
from pulumi_aws import efs

from components.after import after
from components.storage import file_systems
from components.storage.file_systems import DIRECTORIES, FilePurpose, Generation, Region

if TYPE_CHECKING:
    from components.base import ErpComponent
    from components.context import StackContext
    from settings.storage import StorageSettings


@dataclass(frozen=True, kw_only=True, slots=True)
class Shore:
    """Where file systems of a region are made and mounted.

    subnet_ids: of the data tier, by zone. security_group_id: of the data tier, which lets the app tier in by NFS.
    key_arn: of class data.
    """

    region: str
    provider: pulumi.ProviderResource
    key_arn: pulumi.Input[str]
    subnet_ids: Mapping[str, pulumi.Input[str]]
    security_group_id: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class MadeFileSystem:
    """A file system, its access points by purpose, and what has to stand before somebody mounts it."""

    generation: Generation
    file_system: efs.FileSystem
    access_points: Mapping[FilePurpose, efs.AccessPoint]
    ready: list[pulumi.Resource]

    @property
    def ready_id(self) -> pulumi.Output[str]:
        """The file system's id, known once it can be mounted; so its mount targets outlive whoever mounts them."""
        return after(self.file_system.id, *(resource.urn for resource in self.ready))


def make_file_systems(
    owner: ErpComponent, context: StackContext, settings: StorageSettings, shores: Mapping[Region, Shore]
) -> list[MadeFileSystem]:
    """Make every generation, oldest first, and the replications between them."""
    generations = file_systems.chain(settings.file_system, replicated=settings.replication)
    made = {
        generation.number: _make(owner, context, settings, generation, shores[generation.region])
        for generation in generations
    }
    for generation in generations:
        if generation.source is not None:
            _replicate(owner, context, made[generation.source], made[generation.number], shores)
    return list(made.values())


def latest(made: Sequence[MadeFileSystem], region: Region) -> MadeFileSystem | None:
    """What clients of a region mount: the newest file system that stands there; None where none does."""
    there = [one for one in made if one.generation.region == region]
    return there[-1] if there else None


def _make(
    owner: ErpComponent, context: StackContext, settings: StorageSettings, generation: Generation, shore: Shore
) -> MadeFileSystem:
    key = generation.key
    file_system = efs.FileSystem(
        owner.logical("file-system", key),
        encrypted=True,
        kms_key_id=shore.key_arn,
        performance_mode="generalPurpose",
        # Paid by what is read and written, with no credits that run out; Archive asks for it. A replica has it from the
        # start, so that it can take the load at once when it is promoted.
        throughput_mode="elastic",
        # Of a replica its replication decides; None leaves it unsaid.
        lifecycle_policies=_moves(settings) if generation.ages else None,
        protection={"replication_overwrite": "DISABLED"} if generation.opened else None,
        tags=owner.tags("data", Name=owner.logical("file-system", key)),
        opts=owner.child(provider=shore.provider, protect=context.protects_data),
    )
    policy = efs.FileSystemPolicy(
        owner.logical("file-system-policy", key),
        file_system_id=file_system.id,
        policy=file_system.arn.apply(
            lambda arn: file_systems.mount_policy(arn, account_id=context.aws_account_id, region=shore.region)
        ),
        opts=owner.child(provider=shore.provider),
    )
    targets = [
        efs.MountTarget(
            owner.logical("mount-target", key, zone),
            file_system_id=file_system.id,
            subnet_id=subnet_id,
            security_groups=[shore.security_group_id],
            # Nobody can mount before the policy says who may.
            opts=owner.child(provider=shore.provider, depends_on=[policy]),
        )
        for zone, subnet_id in shore.subnet_ids.items()
    ]
    points: dict[FilePurpose, efs.AccessPoint] = {
        purpose: efs.AccessPoint(
            owner.logical("access-point", key, purpose),
            file_system_id=file_system.id,
            posix_user={"uid": directory.user, "gid": directory.group},
            root_directory={
                "path": directory.path,
                "creation_info": {
                    "owner_uid": directory.user,
                    "owner_gid": directory.group,
                    "permissions": directory.permissions,
                },
            },
            tags=owner.tags("data", Name=owner.logical(purpose, key)),
            opts=owner.child(provider=shore.provider),
        )
        for purpose, directory in DIRECTORIES.items()
    }
    ready: list[pulumi.Resource] = [policy, *targets]
    return MadeFileSystem(generation=generation, file_system=file_system, access_points=points, ready=ready)


def _moves(settings: StorageSettings) -> list[efs.FileSystemLifecyclePolicyArgs]:
    return [efs.FileSystemLifecyclePolicyArgs(**move) for move in file_systems.moves(settings.file_system)]


def _replicate(
    owner: ErpComponent,
    context: StackContext,
    source: MadeFileSystem,
    target: MadeFileSystem,
    shores: Mapping[Region, Shore],
) -> None:
    """Have a file system follow another: most changes arrive within a quarter of an hour.

    Ending it is the failover, and a person's act in the region that lives. So in prod the program never ends one: what
    leaves the settings leaves the state alone, and asks nothing of a region that may be lost. Elsewhere it ends with
    the stack, since EFS deletes no file system that is part of a replication.
    """
    efs.ReplicationConfiguration(
        owner.logical("file-replication", target.generation.key),
        source_file_system_id=source.file_system.id,
        destination={"file_system_id": target.file_system.id, "region": shores[target.generation.region].region},
        opts=owner.child(provider=shores[source.generation.region].provider, retain_on_delete=context.protects_data),
    )
