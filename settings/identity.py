"""What a stack is, and whether it owns its accounts (`erp:stack`, `erp:account`)."""

from typing import Annotated

from pydantic import Field

from settings.domain_types import Allowed, Environment, Model, TagValue


class EnvironmentSettings(Model):
    """`erp:stack`: the environment that a stack serves, and the tags that follow from it."""

    environment: Environment = Field(description="What the stack is for; production constraints hang on it.")
    project_tag: TagValue = Field(default="smart-education-erp", description="Value of the tag Project.")
    cost_center: TagValue = Field(description="Value of the tag CostCenter, as finance knows it.")


class AccountSettings(Model):
    """`erp:account`: who owns what exists once in an account or subscription, such as GuardDuty and Config."""

    owner: Annotated[bool, Allowed("true or false")] = Field(
        default=True,
        description="False only for a branch stack, which lives in dev's accounts and must leave them alone.",
    )
