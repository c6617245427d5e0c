"""What a container host of each type can hold: processors, memory, network interfaces. Plain data and its arithmetic.

Every task has an address of its own (`awsvpc`), so it takes a network interface of its host, and the host keeps one for
itself. Types that can branch interfaces off a trunk do so only where an account turns trunking on, which is not done
here: `branch_interfaces` is what that would bring.

Sources: AWS's own table of interfaces (`pkg/aws/vpc/limits.go` of aws/amazon-vpc-resource-controller-k8s, October
2025); processors and memory as the EC2 user guide lists the families.
"""

from collections.abc import Mapping
from dataclasses import dataclass

CPU_UNITS = 1024
"""ECS's measure: so many units are one virtual processor."""

UNSEEN_PERCENT = 7.5
"""Share of the installed memory that firmware and kernel keep before ECS sees any.

ECS counts what the system reports (ECS developer guide, "Container instance memory management"), which differs by type
and image. Karpenter takes this share for all types (`vm-memory-overhead-percent`); what was measured lies below it.
"""

RESERVED_PERCENT = 5
"""Share of the installed memory that tasks may not have (`ECS_RESERVED_MEMORY`): agents, logs, container runtime.

AWS recommends a buffer of that share (AWS Batch user guide, "Reserve system memory").
"""


@dataclass(frozen=True, slots=True)
class InstanceType:
    """A type of host.

    vcpus: virtual processors. memory_mib: installed memory. interfaces: network interfaces, the host's own included.
    branch_interfaces: more of them under trunking; 0 where the type cannot trunk. burstable: earns CPU credits.
    """

    vcpus: int
    memory_mib: int
    interfaces: int
    branch_interfaces: int
    burstable: bool = False

    @property
    def cpu_units(self) -> int:
        """What tasks may ask for together; ECS keeps nothing of it back."""
        return self.vcpus * CPU_UNITS

    @property
    def reserved_memory_mib(self) -> int:
        """What the agent is told to keep from tasks (`ECS_RESERVED_MEMORY`)."""
        return self.memory_mib * RESERVED_PERCENT // 100

    @property
    def task_memory_mib(self) -> int:
        """What tasks may ask for together, on the safe side: the installed memory without both shares."""
        return int(self.memory_mib * (100 - UNSEEN_PERCENT) / 100) - self.reserved_memory_mib

    @property
    def task_slots(self) -> int:
        """How many tasks with an interface of their own fit, whatever processors and memory they leave."""
        return self.interfaces - 1


INSTANCE_TYPES: Mapping[str, InstanceType] = {
    # t3: cheapest at this size, and its credits suit a load that peaks in school hours. No t3 branches interfaces.
    "t3.medium": InstanceType(2, 4096, 3, 0, burstable=True),
    "t3.large": InstanceType(2, 8192, 3, 0, burstable=True),
    "t3.xlarge": InstanceType(4, 16384, 4, 0, burstable=True),
    "t3.2xlarge": InstanceType(8, 32768, 4, 0, burstable=True),
    # The same with AMD's processors: another pool of spot capacity.
    "t3a.medium": InstanceType(2, 4096, 3, 0, burstable=True),
    "t3a.large": InstanceType(2, 8192, 3, 0, burstable=True),
    "t3a.xlarge": InstanceType(4, 16384, 4, 0, burstable=True),
    "t3a.2xlarge": InstanceType(8, 32768, 4, 0, burstable=True),
    "m5.large": InstanceType(2, 8192, 3, 9),
    "m5.xlarge": InstanceType(4, 16384, 4, 18),
    "m5.2xlarge": InstanceType(8, 32768, 4, 38),
    "m5a.large": InstanceType(2, 8192, 3, 9),
    "m5a.xlarge": InstanceType(4, 16384, 4, 18),
    "m5a.2xlarge": InstanceType(8, 32768, 4, 38),
    "m6i.large": InstanceType(2, 8192, 3, 9),
    "m6i.xlarge": InstanceType(4, 16384, 4, 18),
    "m6i.2xlarge": InstanceType(8, 32768, 4, 38),
    "m7i.large": InstanceType(2, 8192, 3, 9),
    "m7i.xlarge": InstanceType(4, 16384, 4, 18),
    "m7i.2xlarge": InstanceType(8, 32768, 4, 38),
}
"""The types that a stack may choose: x86, on Nitro, of the families above."""
