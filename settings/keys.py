"""The keys that a stack's configuration may hold, and what to say of any other."""

from collections.abc import Iterable, Iterator

from settings.model import SECTIONS
from settings.secrets import SECRETS
from settings.wording import unknown_key

SECTION_KEYS = tuple(f"erp:{name}" for name in SECTIONS)
SECRET_KEYS = tuple(spec.key for spec in SECRETS.values())
DEFAULT_PROVIDERS_KEY = "pulumi:disable-default-providers"
PULUMI_PREFIX = "pulumi:"

CONFIG_KEYS = (DEFAULT_PROVIDERS_KEY, *SECTION_KEYS, *SECRET_KEYS)


def strangers(keys: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each key that nobody reads, with what to say of it.

    Known keys are listed from the same namespace, or all of them when the namespace itself is unknown: a provider's own
    (`aws:region`) is refused too, since providers take what they need from `erp:`.
    """
    for key in keys:
        if key not in CONFIG_KEYS:
            namespace = key.partition(":")[0] + ":"
            neighbours = [known for known in CONFIG_KEYS if known.startswith(namespace)]
            yield key, unknown_key(key, neighbours or CONFIG_KEYS)
