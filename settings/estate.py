"""Rules over all stack files: what two stacks must not share.

Another stack's file is read as far as it is right: a mistake elsewhere in it hides no clash, and stops no other stack.
"""

from collections.abc import Callable, Iterable, Iterator
from ipaddress import IPv4Network

from settings.errors import Fault, file_of
from settings.judging import Draft

FREE_SPACE = IPv4Network("10.0.0.0/8")


def clashes(drafts: Iterable[Draft], about: str | None = None) -> Iterator[Fault]:
    """What stacks must not share, pair by pair: each pair once, or only the pairs of one stack, from its side."""
    every = list(drafts)
    for place, mine in enumerate(every):
        if about is None:
            others = every[:place]
        elif mine.stack == about:
            others = [draft for draft in every if draft is not mine]
        else:
            continue
        for other in others:
            yield from _one_range_each(mine, other, every)
            for owned in (_AWS_ACCOUNT, _AZURE_SUBSCRIPTION):
                yield from _one_owner(mine, other, *owned)
            yield from _one_zone_each(mine, other)
        for other in every:
            yield from _a_zone_below_another(mine, other)


def _known(field: str, *drafts: Draft) -> bool:
    return all(field in draft.known for draft in drafts)


def _one_range_each(mine: Draft, other: Draft, every: Iterable[Draft]) -> Iterator[Fault]:
    if not _known("addresses.range", mine, other):
        return
    taken, theirs = mine.settings.addresses.range, other.settings.addresses.range
    if taken.overlaps(theirs):
        ranges = [draft.settings.addresses.range for draft in every if _known("addresses.range", draft)]
        said = f"{taken} overlaps with {theirs} of {file_of(other.stack)}; allowed: a range that no other stack uses"
        yield Fault(file_of(mine.stack), "erp:addresses.range", said + _free_range(ranges, taken.prefixlen))


def _free_range(taken: Iterable[IPv4Network], length: int) -> str:
    """The first free range, from the second number 64 on: home routers use the low ones, and staff sit behind them."""
    candidates = [*FREE_SPACE.subnets(new_prefix=length)]
    first = len(candidates) // 4
    for candidate in candidates[first:] + candidates[:first]:
        if not any(candidate.overlaps(other) for other in taken):
            return f", for instance {candidate}"
    return ""


_AWS_ACCOUNT: tuple[str, str, Callable[[Draft], str]] = (
    "aws.account_id",
    "AWS account",
    lambda draft: draft.settings.aws.account_id,
)
_AZURE_SUBSCRIPTION: tuple[str, str, Callable[[Draft], str]] = (
    "azure.subscription_id",
    "Azure subscription",
    lambda draft: draft.settings.azure.subscription_id,
)


def _one_owner(mine: Draft, other: Draft, field: str, kind: str, read: Callable[[Draft], str]) -> Iterator[Fault]:
    if not (_known(field, mine, other) and _known("account.owner", mine, other)):
        return
    both_own = mine.settings.account.owner and other.settings.account.owner
    if both_own and read(mine) == read(other):
        said = (
            f"true is not allowed, since {file_of(other.stack)} owns {kind} {read(mine)} too; allowed: another "
            f"erp:{field}, or false in a branch stack, because two owners delete each other's GuardDuty and the like"
        )
        yield Fault(file_of(mine.stack), "erp:account.owner", said)


def _one_zone_each(mine: Draft, other: Draft) -> Iterator[Fault]:
    if _known("domain.zone", mine, other) and mine.settings.domain.zone == other.settings.domain.zone:
        said = (
            f'"{mine.settings.domain.zone}" is the zone of {file_of(other.stack)} too; allowed: a zone of its own, '
            "because a zone has one ruleset a phase and the stacks would overwrite each other's"
        )
        yield Fault(file_of(mine.stack), "erp:domain.zone", said)


def _a_zone_below_another(mine: Draft, other: Draft) -> Iterator[Fault]:
    if not (_known("domain.zone", mine, other) and _known("cloudflare.plan", mine)):
        return
    zone, above, plan = mine.settings.domain.zone, other.settings.domain.zone, mine.settings.cloudflare.plan
    if zone.endswith(f".{above}") and plan != "enterprise":
        said = (
            f'"{plan}" is not allowed with a zone below another ({zone} below {above} of {file_of(other.stack)}); '
            'allowed: "enterprise", because Cloudflare has subdomain zones in that plan only'
        )
        yield Fault(file_of(mine.stack), "erp:cloudflare.plan", said)
