"""What each cache node type holds, and what it can't do. Plain data.

Memory is what the vendor gives to data: `maxmemory` in bytes for Redis and Valkey, `max_cache_memory` in MiB for
Memcached, before what is reserved (ElastiCache user guide, "Engine specific parameters", the node-type specific tables,
read in November 2026). Types of earlier generations (t2, m4, r4) are left out. Where the table of Memcached holds a
number that its neighbours contradict, the type is left out for it (c7gn.12xlarge) or has what its twin has (t3.medium).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CacheNode:
    """What a node type gives to data, in bytes; None for an engine that it is not listed for."""

    redis: int | None
    valkey: int | None
    memcached: int | None


MIB = 1024 * 1024
BURSTABLE_FAMILIES = frozenset({"t3", "t4g"})
"""Families that earn CPU credits and fall back to a share of a core when these are used up."""
TIERED_FAMILIES = frozenset({"r6gd"})
"""Families that keep part of the data on disk, which is fixed when a group is made (`dataTieringEnabled` replaces)."""


def _both(bytes_: int, mib: int | None) -> CacheNode:
    return CacheNode(redis=bytes_, valkey=bytes_, memcached=None if mib is None else mib * MIB)


def _valkey(bytes_: int, mib: int) -> CacheNode:
    return CacheNode(redis=None, valkey=bytes_, memcached=mib * MIB)


NODE_TYPES: dict[str, CacheNode] = {
    **{
        f"cache.{family}.{size}": _both(bytes_, mib)
        for family in ("t3", "t4g")
        for size, bytes_, mib in (
            ("micro", 536870912, 512),
            ("small", 1471026299, 1402),
            ("medium", 3317862236, 3164),
        )
    },
    **{
        f"cache.{family}.{size}": _both(bytes_, mib)
        for family in ("m5", "m6g", "m7g")
        for size, bytes_, mib in (
            ("large", 6854542746, 6537),
            ("xlarge", 13891921715, 13248),
            ("2xlarge", 27966669210, 26671),
            ("4xlarge", 56116178125, 53516),
            ("12xlarge", 168715971994, 160900),
        )
    },
    "cache.m5.24xlarge": _both(337500562842, 321865),
    **{
        f"cache.{family}.{size}": _both(bytes_, mib)
        for family in ("m6g", "m7g")
        for size, bytes_, mib in (("8xlarge", 111325552312, 107000), ("16xlarge", 225000375228, 214577))
    },
    **{
        f"cache.{family}.{size}": _both(bytes_, mib)
        for family in ("r5", "r6g", "r7g")
        for size, bytes_, mib in (
            ("large", 14037181030, 13387),
            ("xlarge", 28261849702, 26953),
            ("2xlarge", 56711183565, 54084),
            ("4xlarge", 113609865216, 108347),
            ("12xlarge", 341206346547, 325400),
        )
    },
    "cache.r5.24xlarge": _both(682485973811, 650869),
    **{
        f"cache.{family}.{size}": _both(bytes_, mib)
        for family in ("r6g", "r7g")
        for size, bytes_, mib in (("8xlarge", 225000375228, 214577), ("16xlarge", 450000750456, 429154))
    },
    **{
        f"cache.r6gd.{size}": _both(bytes_, None)
        for size, bytes_ in (
            ("xlarge", 28261849702),
            ("2xlarge", 56711183565),
            ("4xlarge", 113609865216),
            ("8xlarge", 225000375228),
            ("12xlarge", 341206346547),
            ("16xlarge", 450000750456),
        )
    },
    **{
        f"cache.c7gn.{size}": _both(bytes_, mib)
        for size, bytes_, mib in (
            ("large", 3317862236, 3164),
            ("xlarge", 6854542746, 6537),
            ("2xlarge", 13891921715, 13248),
            ("4xlarge", 27966669210, 26671),
            ("8xlarge", 56116178125, 53516),
            ("12xlarge", 84357985997, None),
            ("16xlarge", 113609865216, 108347),
        )
    },
    **{
        f"cache.{family}.{size}": _valkey(bytes_, mib)
        for family, sizes in (
            (
                "m8g",
                (
                    ("large", 7294178820, 6956),
                    ("xlarge", 15222495510, 14517),
                    ("2xlarge", 31866224640, 30390),
                    ("4xlarge", 65856864256, 62806),
                    ("8xlarge", 133838143488, 127638),
                    ("12xlarge", 201819422720, 192470),
                    ("16xlarge", 269800701952, 257302),
                ),
            ),
            (
                "r8g",
                (
                    ("large", 15222495510, 14517),
                    ("xlarge", 31866224640, 30390),
                    ("2xlarge", 65856864256, 62806),
                    ("4xlarge", 133838143488, 127638),
                    ("8xlarge", 269800701952, 257302),
                    ("12xlarge", 405763260416, 386966),
                    ("16xlarge", 541725818880, 516630),
                ),
            ),
            (
                "c8gn",
                (
                    ("large", 3330020474, 3176),
                    ("xlarge", 7294178820, 6956),
                    ("2xlarge", 15222495510, 14517),
                    ("4xlarge", 31866224640, 30390),
                    ("8xlarge", 65856864256, 62806),
                    ("12xlarge", 99847503872, 95222),
                    ("16xlarge", 133838143488, 127638),
                ),
            ),
        )
        for size, bytes_, mib in sizes
    },
}
"""Every current node type by its name."""


def family(node_type: str) -> str:
    """The family of a node type: `m7g` of `cache.m7g.large`."""
    return node_type.split(".")[1]


def is_burstable(node_type: str) -> bool:
    """Whether it lives on CPU credits."""
    return family(node_type) in BURSTABLE_FAMILIES
