"""Security groups and who may reach whom, as plain data. Pure.

One group per tier, and one for the interface endpoints. A reach becomes two rules, out of the source's group and into
the target's, each naming the other group; only the internet has none. What may enter from there comes with the load
balancer, which lets the edge's own addresses into its group (`compute/admission.py`).
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from components.network.nacl import INTERNET, REQUEST_PORT

Group: TypeAlias = Literal["public", "app", "data", "cache", "endpoints"]

GROUPS: dict[Group, str] = {
    "public": "Load balancer",
    "app": "Container hosts and their tasks",
    "data": "Databases, their proxy and file systems",
    "cache": "Redis and Memcached",
    "endpoints": "Interface endpoints of AWS services",
}
"""What each group is for. The text is the group's description, which cannot change without replacing the group."""

ANYWHERE = str(INTERNET)


@dataclass(frozen=True, slots=True)
class Reach:
    """Members of `source` may open TCP connections to `target` at ports `first` to `last`.

    what: the protocol's name, part of the rules' names: ports would read like an index.
    """

    source: Group
    target: Group | Literal["internet"]
    what: str
    first: int
    last: int
    why: str


REACHES: tuple[Reach, ...] = (
    Reach("public", "app", "requests", REQUEST_PORT, REQUEST_PORT, "requests and health checks to tasks"),
    Reach("app", "internet", "https", 443, 443, "interfaces of partners, and AWS services without an endpoint here"),
    Reach("app", "endpoints", "https", 443, 443, "AWS services without leaving the network"),
    Reach("app", "data", "postgres", 5432, 5432, "PostgreSQL and its proxy"),
    Reach("app", "data", "nfs", 2049, 2049, "file systems"),
    Reach("data", "data", "postgres", 5432, 5432, "proxy to database"),
    Reach("app", "cache", "redis", 6379, 6379, "Redis"),
    Reach("app", "cache", "memcached", 11211, 11211, "Memcached"),
)
