"""Physical names: where a person or another system must know them, or where the autonamer breaks a cloud's rules.

A name ends in a generation number, because clouds keep deleted names back (a soft-deleted Azure vault, a resource
group that is still being emptied): raising the generation gives a fresh name. A name that does not fit is cut and gets
a digest of the whole, so that two long names with the same beginning stay apart.
"""

import hashlib
import re
from dataclasses import dataclass

ESTATE = "erp"
"""The first part of every name that we write ourselves."""

DIGEST_LENGTH = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class NameRule:
    """What a cloud takes as the name of one kind of resource.

    maximum: characters, at least 16, so that a digest and a generation always fit.
    separator: stands between the parts; empty where the cloud takes letters and digits only.
    digest: always put a digest in, because the name is unique beyond our own subscription.
    """

    maximum: int
    separator: str = "-"
    digest: bool = False


RESOURCE_GROUP = NameRule(maximum=90)
"""Azure resource group: unique in the subscription, 1 to 90 characters (Azure naming rules)."""


def physical(rule: NameRule, *parts: str, generation: int) -> str:
    """A lower-case name of the parts, within the rule; the same input gives the same name.

    parts: from the general to the particular, for instance project, stack, purpose; what is no letter, digit or hyphen
    is dropped, and a part that is left empty is an error (ValueError).
    generation: 1 or more; part of the digest as well as of the name.
    """
    if generation < 1:
        raise ValueError(f"a name's generation starts at 1, not {generation}")
    cleaned = [re.sub(r"[^a-z0-9]+", rule.separator, part.lower()).strip(rule.separator or None) for part in parts]
    if not cleaned or not all(cleaned):
        raise ValueError(f"a name needs parts with letters or digits, not {parts!r}")
    base = rule.separator.join(cleaned)
    ending = f"{rule.separator}g{generation}"
    if not rule.digest and len(base) + len(ending) <= rule.maximum:
        return base + ending
    digest = hashlib.sha256("\0".join([*parts, str(generation)]).encode()).hexdigest()[:DIGEST_LENGTH]
    ending = f"{rule.separator}{digest}{ending}"
    head = base[: rule.maximum - len(ending)].rstrip(rule.separator or None)
    return head + ending
