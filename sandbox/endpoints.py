"""Which region's endpoints an operation needs, and what the provider says when one of them does not answer.

AWS keeps its regions apart, but for services that are steered from one place for all of them: IAM's roles can be
changed while a region of ours is lost, and not while us-east-1 is. What already stands goes on working either way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sandbox.behaviours.general import service_of
from sandbox.connection import Connection
from sandbox.faults import ATTEMPTS
from sandbox.world import world

BUCKET: Final = "aws:s3/bucket:Bucket"
# Where the endpoint has another name than the ARN (botocore 1.44.8, data/endpoints.json).
_PREFIXES: Final = {"cloudwatch": "monitoring"}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a request goes: the service, and the region that answers for it."""

    service: str
    region: str
    host: str

    @property
    def silence(self) -> str:
        """How the AWS SDK for Go ends when it has asked as often as the provider lets it and nobody answered."""
        return (
            f"exceeded maximum number of attempts, {ATTEMPTS['aws']}, https response error StatusCode: 0, RequestID: , "
            f'request send failed, Post "https://{self.host}/": dial tcp: i/o timeout'
        )


def endpoints(operation: str, connection: Connection, token: str, region: object) -> Sequence[Endpoint]:
    """The endpoints that an operation on a type needs; none for clouds whose regions are not modelled.

    region: the resource's own, where it says one.
    """
    if connection.package != "aws":
        return ()
    service = service_of(token)
    home = world().values("aws", "global_services").get(service)
    found = [
        _at(service, str(region or connection.region))
        if home is None
        else Endpoint(service, home["region"], home["host"])
    ]
    if token == BUCKET and operation in {"create", "delete"}:
        # A bucket's name is unique in the whole partition, and one region keeps the list of them.
        found.append(_at(service, world().values("aws", "name_keepers")["s3"]))
    return found


def sign_in(connection: Connection) -> Sequence[Endpoint]:
    """Whom a provider asks for its account before it does anything."""
    return [_at("sts", connection.sts_region)] if connection.package == "aws" else ()


def _at(service: str, region: str) -> Endpoint:
    return Endpoint(service, region, f"{_PREFIXES.get(service, service)}.{region}.amazonaws.com")
