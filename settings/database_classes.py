"""The instance classes of Amazon RDS that a shard may take, with what each one has. Plain data.

vCPUs and memory: Amazon RDS User Guide, "DB instance classes", hardware specifications. Every class here runs
PostgreSQL 17. Memory is in GiB and includes what the operating system and RDS's own processes take, so a formula over
`DBInstanceClassMemory` sees somewhat less. Burstable classes end at `large`: more load than that wants a steady one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

GIB_PER_VCPU = {"t4g": 4, "m6g": 4, "m7g": 4, "m6i": 4, "r6g": 8, "r7g": 8, "r6i": 8}
"""Memory for each vCPU of a family; the two smallest burstable classes have less."""

_VCPUS = {
    "large": 2,
    "xlarge": 4,
    "2xlarge": 8,
    "4xlarge": 16,
    "8xlarge": 32,
    "12xlarge": 48,
    "16xlarge": 64,
    "24xlarge": 96,
    "32xlarge": 128,
}
_GRAVITON_SIZES = ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge")
_INTEL_SIZES = (*_GRAVITON_SIZES, "24xlarge", "32xlarge")


@dataclass(frozen=True, slots=True)
class Hardware:
    """What an instance class has: vCPUs, and memory in GiB."""

    vcpu: int
    memory_gib: int


def _family(name: str, sizes: tuple[str, ...]) -> dict[str, Hardware]:
    return {f"db.{name}.{size}": Hardware(_VCPUS[size], _VCPUS[size] * GIB_PER_VCPU[name]) for size in sizes}


INSTANCE_CLASSES: Mapping[str, Hardware] = {
    "db.t4g.micro": Hardware(2, 1),
    "db.t4g.small": Hardware(2, 2),
    "db.t4g.medium": Hardware(2, 4),
    "db.t4g.large": Hardware(2, 8),
    **_family("m6g", _GRAVITON_SIZES),
    **_family("m7g", _GRAVITON_SIZES),
    **_family("r6g", _GRAVITON_SIZES),
    **_family("r7g", _GRAVITON_SIZES),
    **_family("m6i", _INTEL_SIZES),
    **_family("r6i", _INTEL_SIZES),
}
"""Every class that a shard may take, by name."""


def is_burstable(instance_class: str) -> bool:
    """Whether a class lives on CPU credits: fast for a while, then slow."""
    return instance_class.startswith("db.t")
