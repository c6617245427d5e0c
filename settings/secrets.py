"""The secrets that a stack needs: their names and how each is set. Values live encrypted in the stack file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from settings.errors import Fault, SettingsError, file_of

NAMESPACE = "erp-secrets"


@dataclass(frozen=True, slots=True)
class SecretSpec:
    """A secret by name.

    what: what it is, as the end of the sentence "it is ...".
    command: sets it, with `{stack}` for the stack's name; the value comes from a file, so no shell history keeps it.
    """

    name: str
    what: str
    command: str

    @property
    def key(self) -> str:
        """The key in the stack file."""
        return f"{NAMESPACE}:{self.name}"

    def command_for(self, stack: str) -> str:
        """The command that sets this secret in a stack."""
        return self.command.format(stack=stack)


def _pem(name: str, what: str) -> SecretSpec:
    return SecretSpec(name, what, f"pulumi config set --secret {NAMESPACE}:{name} -s {{stack}} < {name}.pem")


def _password(name: str, what: str) -> SecretSpec:
    return SecretSpec(name, what, f"openssl rand -hex 24 | pulumi config set --secret {NAMESPACE}:{name} -s {{stack}}")


SECRETS: Mapping[str, SecretSpec] = {
    spec.name: spec
    for spec in (
        _pem("origin-pull-ca", "the certificate (PEM) of the authority that signed the origin-pull certificate"),
        _pem("origin-pull-certificate", "the certificate (PEM) that Cloudflare shows to the load balancers"),
        _pem("origin-pull-key", "the private key (PEM) of the origin-pull certificate"),
        _pem("vpn-server-certificate", "the certificate (PEM) that the client VPN shows to staff"),
        _pem("vpn-server-key", "the private key (PEM) of the client VPN's certificate"),
        _pem("vpn-ca", "the authority's certificate (PEM) that signed the client VPN's and those of staff"),
        _password(
            "database-bootstrap-password", "the databases' first password, which is changed as soon as they are up"
        ),
    )
}
"""Every secret of the program by its name after `erp-secrets:`."""


def missing(stack: str, present: Iterable[str]) -> list[Fault]:
    """A fault for each secret that is not among the names in `present`, with the command that sets it."""
    known = frozenset(present)
    return [
        Fault(file_of(stack), spec.key, f"missing; it is {spec.what}; set it with: {spec.command_for(stack)}")
        for spec in SECRETS.values()
        if spec.name not in known
    ]


def require(stack: str, present: Iterable[str]) -> None:
    """Raise SettingsError when a stack lacks a secret; `present` holds the names that it has."""
    faults = missing(stack, present)
    if faults:
        raise SettingsError(faults)
