"""Enhanced monitoring: the role by which RDS writes the operating system's measurements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components import documents
from components.roles import MadeRole, make_role

if TYPE_CHECKING:
    from components.base import ErpComponent
    from components.context import StackContext

MANAGED = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
"""Writes to the log group RDSOSMetrics and nowhere else; the group is the account's, made by RDS."""


def make_monitoring_role(owner: ErpComponent, context: StackContext) -> MadeRole:
    """One role for the instances of both regions, as IAM knows no regions."""
    return make_role(
        owner,
        "monitoring-role",
        context=context,
        description="Writes measurements of the databases' operating systems",
        trust=documents.service_trust(
            "monitoring.rds.amazonaws.com",
            account_id=context.aws_account_id,
            source_arn=f"arn:aws:rds:*:{context.aws_account_id}:db:*",
        ),
        managed=[MANAGED],
    )
