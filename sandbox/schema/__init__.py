"""What the installed SDKs say about resource types: `load` a schema by token, `check` inputs against it."""

from sandbox.schema.cache import cache_folder, load
from sandbox.schema.check import check
from sandbox.schema.packages import UnknownType
from sandbox.schema.types import Kind, ObjectSpec, ResourceSchema, TypeSpec

__all__ = ["Kind", "ObjectSpec", "ResourceSchema", "TypeSpec", "UnknownType", "cache_folder", "check", "load"]
