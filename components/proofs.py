"""The DNS records by which a certificate's names are proved. Pure: ACM's answer in, record out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class ValidationOption(Protocol):
    """One entry of a certificate's `domain_validation_options`."""

    @property
    def domain_name(self) -> str | None:
        """A name on the certificate."""
        ...

    @property
    def resource_record_name(self) -> str | None:
        """Name of the record that proves it."""
        ...

    @property
    def resource_record_value(self) -> str | None:
        """Content of that record."""
        ...


@dataclass(frozen=True, slots=True)
class Proof:
    """Name and content of a proving record, without the final dots that would show as a difference in each preview."""

    name: str
    content: str


def proof_of(options: Sequence[ValidationOption], domain: str) -> Proof:
    """The record that proves a domain, found by name: the order of the options is not ours to know."""
    for option in options:
        name, content = option.resource_record_name, option.resource_record_value
        if (option.domain_name or "").removeprefix("*.") == domain and name and content:
            return Proof(name.rstrip("."), content.rstrip("."))
    known = ", ".join(option.domain_name or "?" for option in options) or "nothing"
    raise ValueError(f"the certificate asks for no record of {domain}; it asks for {known}")


def key_of(hostname: str) -> str:
    """The logical key of a hostname below the zone: `apex` for the zone and its wildcard, else the labels."""
    return "apex" if hostname in ("@", "*") else hostname.removeprefix("*.")
