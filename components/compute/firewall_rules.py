"""The rules of the web application firewall as plain data, and what they cost in capacity units. Pure.

AWS WAF counts a rule by what it does (AWS WAF developer guide, "Using rule statements" and the list of managed rule
groups): the price of an ACL includes 1,500 units, and 5,000 are the most. Text transformations count ten each, here at
every use, although AWS counts the same one on the same field of an ACL once: an upper bound.

Rules that judge an address by its reputation are left out on purpose. AWS's groups look at the address that the
connection comes from, which is Cloudflare's for every visitor; its edge knows the visitor's and judges it there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from settings.compute.balancer import RateLimitsSettings

Transformation: TypeAlias = Literal["URL_DECODE", "NORMALIZE_PATH"]

VISITOR_HEADER = "CF-Connecting-IP"
"""The visitor's address. Cloudflare sets it anew on each request, whatever the visitor sent, and mutual TLS says that
the request comes from our zone at Cloudflare; without that a header could be anybody's word."""

INCLUDED_UNITS = 1500
"""Units that the price of an ACL includes."""

WINDOW_SECONDS = 300
"""The time over which requests are counted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ManagedGroup:
    """A rule group that AWS writes and keeps up to date.

    counted: rules of it that only count; `why` says what the group is for.
    """

    key: str
    name: str
    units: int
    why: str
    counted: Sequence[str] = ()


SIZE_RULE = "SizeRestrictions_BODY"
SIZE_LABEL = "awswaf:managed:aws:core-rule-set:SizeRestrictions_Body"

MANAGED_GROUPS = (
    ManagedGroup(
        key="common",
        name="AWSManagedRulesCommonRuleSet",
        units=700,
        why="what is tried against every web application: scripts in input, files of the server, too large requests",
        # It blocks bodies above 8 KB, the part that WAF reads at a load balancer. Documents are larger: a rule of our
        # own blocks what this one finds, except where documents are uploaded.
        counted=(SIZE_RULE,),
    ),
    ManagedGroup(
        key="known-bad-inputs",
        name="AWSManagedRulesKnownBadInputsRuleSet",
        units=200,
        why="requests that belong to known exploits (Log4j, deserialisation)",
    ),
    ManagedGroup(
        key="sql",
        name="AWSManagedRulesSQLiRuleSet",
        units=200,
        why="SQL in input: the application stands on PostgreSQL",
    ),
    ManagedGroup(
        key="linux",
        name="AWSManagedRulesLinuxRuleSet",
        units=200,
        why="files of Linux, which the containers run on",
    ),
    ManagedGroup(
        key="posix",
        name="AWSManagedRulesUnixRuleSet",
        units=100,
        why="shell commands in input; AWS wants it beside the group for Linux",
    ),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Paths:
    """A class of paths.

    pattern: a regular expression over the path. transformations: how a path is read before; those that matter most
    are read as a server may read them, so that `/%6Cogin` and `/x/../login` are `/login`.
    """

    pattern: str
    transformations: Sequence[Transformation]

    @property
    def units(self) -> int:
        """A regular expression costs 3, each transformation 10."""
        return 3 + 10 * len(self.transformations)


READ_CLOSELY: Sequence[Transformation] = ("URL_DECODE", "NORMALIZE_PATH")

LOGIN = Paths(pattern="^/(login|password|api/(session|token))(/|$)", transformations=READ_CLOSELY)
API = Paths(pattern="^/api/", transformations=("NORMALIZE_PATH",))
EXPORTS = Paths(pattern="^/(api/)?(exports|reports)(/|$)", transformations=("NORMALIZE_PATH",))
UPLOADS = Paths(pattern="^/(api/)?(documents|imports)(/|$)", transformations=READ_CLOSELY)
"""Where a body may be larger than 8 KB."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RateLimit:
    """How many requests in WINDOW_SECONDS one visitor's address may make; paths: which count, None for all."""

    key: str
    limit: int
    paths: Paths | None

    @property
    def units(self) -> int:
        """A rate costs 2, and what its scope costs."""
        return 2 + (self.paths.units if self.paths else 0)


def rate_limits(settings: RateLimitsSettings) -> Sequence[RateLimit]:
    """The limits, narrowest first: the first one that is reached names the log entry."""
    return (
        RateLimit(key="login", limit=settings.login_requests, paths=LOGIN),
        RateLimit(key="exports", limit=settings.export_requests, paths=EXPORTS),
        RateLimit(key="api", limit=settings.api_requests, paths=API),
        RateLimit(key="all", limit=settings.all_requests, paths=None),
    )


NAMES_VISITOR_UNITS = 1
"""A size constraint without transformation: whether the visitor's header says something."""
LABEL_UNITS = 1


def units(settings: RateLimitsSettings) -> int:
    """Capacity units of all rules together, at most."""
    limits = sum(limit.units for limit in rate_limits(settings))
    managed = sum(group.units for group in MANAGED_GROUPS)
    uploads, large_bodies, from_edge = NAMES_VISITOR_UNITS + UPLOADS.units, LABEL_UNITS, NAMES_VISITOR_UNITS
    return limits + managed + uploads + large_bodies + from_edge
