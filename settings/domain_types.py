"""Domain types of the settings: each says what it takes, in one phrase that every error and the JSON schema repeat."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema

from settings.vocabulary import (
    AWS_REGIONS,
    AZURE_LOCATIONS,
    INTERFACE_ENDPOINTS,
    LOG_RETENTION_DAYS,
    PRIVATE_SPACE,
    RANGE_LENGTH,
)

T = TypeVar("T")


class Model(BaseModel):
    """Base of every settings object: frozen, and a key that it does not know is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a type takes, as the end of the sentence `allowed: ...`; choices are what "did you mean" picks from."""

    text: str
    choices: tuple[str, ...] = ()


def _one_of(known: Collection[T]) -> Callable[[T], T]:
    def check(value: T) -> T:
        if value not in known:
            raise ValueError(value)
        return value

    return check


def _no_repeats(values: tuple[T, ...]) -> tuple[T, ...]:
    if len(set(values)) < len(values):
        raise ValueError(values)
    return values


def _network(value: object) -> IPv4Network:
    """Only `address/length` with no bits set beyond it: `ipaddress` alone would also take netmasks and integers."""
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,3}){3}/[0-9]{1,2}", value):
        raise ValueError(value)
    return IPv4Network(value)


def _private_range(network: IPv4Network) -> IPv4Network:
    if network.prefixlen != RANGE_LENGTH or not any(network.subnet_of(space) for space in PRIVATE_SPACE):
        raise ValueError(network)
    return network


_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"

Environment = Annotated[
    Literal["dev", "staging", "prod"], Allowed('"dev", "staging" or "prod"', ("dev", "staging", "prod"))
]
"""What a stack is for. The production constraints follow from it, not from the stack's name."""

Region = Annotated[
    str,
    AfterValidator(_one_of(AWS_REGIONS)),
    Allowed("an AWS region, for instance eu-central-1", AWS_REGIONS),
    WithJsonSchema({"type": "string", "enum": list(AWS_REGIONS)}),
]
"""A region of AWS's commercial partition."""

AzureLocation = Annotated[
    str,
    AfterValidator(_one_of(AZURE_LOCATIONS)),
    Allowed("an Azure location in its short form, for instance westeurope", AZURE_LOCATIONS),
    WithJsonSchema({"type": "string", "enum": list(AZURE_LOCATIONS)}),
]
"""A location of Azure's public cloud."""

ZoneLetter = Annotated[Literal["a", "b", "c", "d"], Allowed('a zone letter: "a", "b", "c" or "d"')]
"""The letter of an availability zone; the region's name goes before it (eu-central-1a).

The address plan keeps a place for each of the four, so a zone keeps its addresses whichever others are in use.
"""

Zones = Annotated[
    tuple[ZoneLetter, ...],
    Field(min_length=2, max_length=4, json_schema_extra={"uniqueItems": True}),
    AfterValidator(_no_repeats),
    Allowed('two to four different zone letters from "a" to "d" (a database or a load balancer needs two zones)'),
]

AccountId = Annotated[str, Field(pattern=r"^[0-9]{12}$"), Allowed("an AWS account id: twelve digits, in quotes")]

Guid = Annotated[
    str,
    Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"),
    Allowed("a GUID in lower case, for instance 00000000-0000-4000-8000-000000000001"),
]

CloudflareAccountId = Annotated[
    str,
    Field(pattern=r"^[0-9a-f]{32}$"),
    Allowed("a Cloudflare account id: 32 hexadecimal digits in lower case, in quotes"),
]

CloudflarePlan = Annotated[
    Literal["free", "pro", "business", "enterprise"],
    Allowed('"free", "pro", "business" or "enterprise"', ("free", "pro", "business", "enterprise")),
]

Cidr = Annotated[
    IPv4Network,
    PlainValidator(_network),
    Allowed("an IPv4 network, for instance 10.64.0.0/13, with no bits set beyond its length"),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]{1,3}(\.[0-9]{1,3}){3}/[0-9]{1,2}$"}),
]

PrivateRange = Annotated[
    Cidr,
    AfterValidator(_private_range),
    Allowed("an aligned private /13, for instance 10.64.0.0/13 (the second number a multiple of 8, then zeros)"),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]{1,3}\.[0-9]{1,3}\.0\.0/13$"}),
]

Fqdn = Annotated[
    str,
    Field(pattern=rf"^({_LABEL}\.)+[a-z][a-z0-9-]{{0,61}}[a-z0-9]$", max_length=253),
    Allowed("a domain name in lower case without a final dot, for instance smart-school.example"),
]

Hostname = Annotated[
    str,
    Field(pattern=rf"^(@|\*|(\*\.)?{_LABEL}(\.{_LABEL})*)$", max_length=253),
    Allowed('a name below the zone, in lower case: "@" for the zone itself, "*", or labels such as "api" or "*.api"'),
]

Email = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$", max_length=254),
    Allowed("a mail address"),
]

TagValue = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 _.:/=+@-]{0,63}$"),
    Allowed("a tag value: 1 to 64 of letters, digits, blanks and _ . : / = + @ -, with a letter or digit first"),
]
"""Narrower than each cloud's own rule, so that one value serves AWS and Azure."""

LogRetentionDays = Annotated[
    int,
    AfterValidator(_one_of(LOG_RETENTION_DAYS)),
    Allowed(f"a number of days that CloudWatch Logs knows: {', '.join(map(str, LOG_RETENTION_DAYS))}"),
    WithJsonSchema({"type": "integer", "enum": list(LOG_RETENTION_DAYS)}),
]

EndpointService = Annotated[
    str,
    AfterValidator(_one_of(INTERFACE_ENDPOINTS)),
    Allowed(f"one of {', '.join(INTERFACE_ENDPOINTS)}", INTERFACE_ENDPOINTS),
    WithJsonSchema({"type": "string", "enum": list(INTERFACE_ENDPOINTS)}),
]
"""The last part of an interface endpoint's service name, `com.amazonaws.<region>.<service>`."""

EndpointServices = Annotated[
    tuple[EndpointService, ...],
    Field(json_schema_extra={"uniqueItems": True}),
    AfterValidator(_no_repeats),
    Allowed(f"a list without repeats of {', '.join(INTERFACE_ENDPOINTS)}"),
]

Hostnames = Annotated[
    tuple[Hostname, ...],
    Field(min_length=1, max_length=10, json_schema_extra={"uniqueItems": True}),
    AfterValidator(_no_repeats),
    Allowed('one to ten different names below the zone, for instance ["@", "*"] (ten names is ACM\'s default quota)'),
]

Issuers = Annotated[
    tuple[Fqdn, ...],
    Field(min_length=1, json_schema_extra={"uniqueItems": True}),
    AfterValidator(_no_repeats),
    Allowed('a list without repeats of certificate authorities by the domain they go by in CAA, such as "amazon.com"'),
]
