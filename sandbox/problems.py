"""One thing that is wrong with a resource, in words a person can act on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """A refusal.

    path: where, in Pulumi's spelling ("ingress[0].fromPort"); "" for the resource as a whole.
    message: what is wrong and what was expected, in one sentence; never the value of a secret.
    fact: where the rule comes from, e.g. "terraform-provider-aws internal/service/kms/key.go".
    """

    path: str
    message: str
    fact: str

    def __str__(self) -> str:
        where = f"{self.path}: " if self.path else ""
        return f"{where}{self.message} [{self.fact}]"
