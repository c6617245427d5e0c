"""The AWS networks of a stack (`erp:network`); their addresses are computed, see `addresses.py`."""

from typing import Annotated, Literal

from pydantic import Field

from settings.domain_types import Allowed, EndpointServices, LogRetentionDays, Model
from settings.vocabulary import INTERFACE_ENDPOINTS

Nat = Annotated[Literal["per_zone", "single"], Allowed('"per_zone" or "single"', ("per_zone", "single"))]


class NetworkSettings(Model):
    """`erp:network`: used for the primary and for the recovery region alike."""

    nat: Nat = Field(
        default="per_zone", description="A NAT gateway in each zone, or one for all: cheaper, and lost with its zone."
    )
    flow_log_retention_days: LogRetentionDays = Field(default=365, description="How long flow logs are kept.")
    flow_log_interval_seconds: Annotated[Literal[60, 600], Allowed("60 or 600 (seconds)")] = Field(
        default=60, description="Longest time over which flows are summed up into one record."
    )
    interface_endpoints: EndpointServices = Field(
        default=INTERFACE_ENDPOINTS,
        description="AWS services reached without leaving the network; each costs by zone and hour.",
    )
