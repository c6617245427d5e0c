"""How the keys at rest are kept (`erp:encryption`)."""

from typing import Annotated

from pydantic import Field

from settings.domain_types import Allowed, Model


class EncryptionSettings(Model):
    """`erp:encryption`: lifetimes of the customer-managed KMS keys, the same for every data class."""

    deletion_window_days: Annotated[int, Field(ge=7, le=30), Allowed("a whole number of days from 7 to 30")] = Field(
        default=30, description="How long a key marked for deletion can still be saved; KMS takes 7 to 30."
    )
    rotation_period_days: Annotated[int, Field(ge=90, le=2560), Allowed("a whole number of days from 90 to 2560")] = (
        Field(default=365, description="How often KMS makes new key material; KMS takes 90 to 2560.")
    )
