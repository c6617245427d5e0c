"""What exists already and becomes this stack's (`erp:adopt`): what an earlier life of the stack left behind."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from settings.domain_types import Allowed, Model

LogicalName = Annotated[
    str,
    Field(pattern=r"^[a-z][a-z0-9-]{0,99}$"),
    Allowed("a resource's logical name, for instance storage-bucket-documents"),
]
ImportId = Annotated[
    str, Field(pattern=r"^[!-~]{1,512}$"), Allowed("the id by which the provider imports it, as destroy printed it")
]


class AdoptSettings(Model):
    """`erp:adopt`: resources that the next update takes over instead of making them anew."""

    resources: Annotated[
        Mapping[LogicalName, ImportId],
        Allowed("an object of ids by logical name, for instance {encryption-key-data: mrk-1}"),
    ] = Field(
        default={},
        description="Ids by logical name. Leave them out again once the update is done: the state knows then.",
    )
