"""Encryption at rest: one customer-managed KMS key per data class, with a replica in the recovery region."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
from pulumi_aws import kms

from components.base import ErpComponent
from components.key_policies import KEY_USES, KeyUse, key_policy
from components.names import ESTATE

if TYPE_CHECKING:
    from components.context import StackContext
    from components.tags import KeyClass
    from settings.encryption import EncryptionSettings


@dataclass(frozen=True, kw_only=True, slots=True)
class EncryptionArgs:
    """What the keys need to know.

    settings: days between a deletion and its effect, days between rotations.
    hosts_role_arn: the service-linked role by which Auto Scaling starts hosts with encrypted volumes.
    """

    context: StackContext
    settings: EncryptionSettings
    hosts_role_arn: pulumi.Input[str]


class Encryption(ErpComponent):
    """Keys for data, logs, secrets and backups (T1, T3).

    Every class is written in the recovery region too, so every key is a multi-Region key with one replica there. AWS
    services treat the two as separate keys: hand each service the key of its own region. In prod the keys are
    protected; a deletion elsewhere only schedules itself and can be cancelled for the days that the settings give.
    """

    keys: dict[str, pulumi.Output[str]]
    """ARN in the primary region, by class."""
    recovery_keys: dict[str, pulumi.Output[str]]
    """ARN of the replica in the recovery region, by class."""

    def __init__(self, name: str, args: EncryptionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("erp:security:Encryption", name, opts)
        keys = {data_class: self._key(data_class, use, args) for data_class, use in KEY_USES.items()}
        replicas = {data_class: self._replica(data_class, keys[data_class], args) for data_class in KEY_USES}
        self.register(
            keys={data_class: key.arn for data_class, key in keys.items()},
            recovery_keys={data_class: replica.arn for data_class, replica in replicas.items()},
        )

    def _key(self, data_class: KeyClass, use: KeyUse, args: EncryptionArgs) -> kms.Key:
        context = args.context
        key = kms.Key(
            self.logical("key", data_class),
            description=_description(use),
            multi_region=True,
            enable_key_rotation=True,
            rotation_period_in_days=args.settings.rotation_period_days,
            deletion_window_in_days=args.settings.deletion_window_days,
            policy=_policy(use, args, context.aws_region),
            tags=self.tags(data_class, Name=_alias(context, data_class)),
            opts=self.child(protect=context.protects_data),
        )
        kms.Alias(
            self.logical("alias", data_class),
            name=f"alias/{_alias(context, data_class)}",
            target_key_id=key.id,
            opts=self.child(),
        )
        return key

    def _replica(self, data_class: KeyClass, key: kms.Key, args: EncryptionArgs) -> kms.ReplicaKey:
        """The key's replica: rotation, spec and usage are the primary's, the policy is its own."""
        context = args.context
        use = KEY_USES[data_class]
        replica = kms.ReplicaKey(
            self.logical("replica", data_class),
            description=_description(use),
            primary_key_arn=key.arn,
            deletion_window_in_days=args.settings.deletion_window_days,
            policy=_policy(use, args, context.aws_recovery_region),
            tags=self.tags(data_class, Name=_alias(context, data_class)),
            opts=self.child(provider=context.aws_recovery, protect=context.protects_data),
        )
        kms.Alias(
            self.logical("replica-alias", data_class),
            name=f"alias/{_alias(context, data_class)}",
            target_key_id=replica.id,
            opts=self.child(provider=context.aws_recovery),
        )
        return replica


def _policy(use: KeyUse, args: EncryptionArgs, region: str) -> pulumi.Output[str]:
    context = args.context
    return pulumi.Output.from_input(args.hosts_role_arn).apply(
        lambda arn: key_policy(
            use,
            account_id=context.aws_account_id,
            region=region,
            regions=(context.aws_region, context.aws_recovery_region),
            hosts_role_arn=arn,
        )
    )


def _alias(context: StackContext, data_class: KeyClass) -> str:
    """The key's name for people and runbooks, the same in both regions.

    Written out rather than autonamed, since it is how a person finds the key; it carries the stack's name because
    branch stacks share an account.
    """
    return f"{ESTATE}-{context.stack}-{data_class}"


def _description(use: KeyUse) -> str:
    return f"Smart Education ERP: {use.what}"
