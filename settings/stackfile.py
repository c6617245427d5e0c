"""A stack file as a whole: what Pulumi itself reads and the secrets, around the settings that `judging` reads."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from settings.domain_types import Allowed
from settings.errors import Fault, file_of
from settings.judging import Draft, judge
from settings.keys import DEFAULT_PROVIDERS_KEY, SECTION_KEYS
from settings.model import Settings
from settings.reading import UnreadableError, read
from settings.secrets import SECRETS
from settings.wording import did_you_mean, guess, listed, named, not_allowed, not_an_object, unknown_key

TOP_KEYS = ("config", "encryptedkey", "secretsprovider")
SECRETS_PROVIDER = r"^awskms://alias/[A-Za-z0-9/_-]+\?region=[a-z0-9-]+$"

_FILE = Allowed(f"an object of {listed(TOP_KEYS)}")
_CONFIG = Allowed(f"an object of {listed((DEFAULT_PROVIDERS_KEY, *SECTION_KEYS))}")
_PROVIDER = Allowed("awskms://alias/<alias>?region=<the recovery region>")
_NO_DEFAULT_PROVIDERS = Allowed('["*"]')


def read_stack(stack: str, root: Path) -> Draft:
    """Read `Pulumi.<stack>.yaml` in a folder and judge all of it but what concerns other stacks."""
    file = file_of(stack)
    try:
        content = read(root / file)
    except UnreadableError as error:
        return _unread(stack, *(Fault(file, "", problem) for problem in error.problems))
    if not isinstance(content, Mapping):
        return _unread(stack, Fault(file, "", not_an_object(content, _FILE)))
    return judge_file(stack, content)  # pyright: ignore[reportUnknownArgumentType] (the reader makes text keys only)


def judge_file(stack: str, content: Mapping[str, object]) -> Draft:
    """Judge the content of a stack file."""
    config = content.get("config")
    if not isinstance(config, Mapping):
        said = not_an_object(config, _CONFIG) if "config" in content else f"missing; allowed: {_CONFIG.text}"
        wrong = () if "config" in _misspelt(content) else (Fault(file_of(stack), "config", said),)
        return _unread(stack, *_top_level(stack, content, None), *wrong)
    values: dict[str, object] = dict(config)  # pyright: ignore[reportUnknownArgumentType] (text keys, see above)
    draft = judge(stack, values)
    settings = draft.settings if "aws.recovery_region" in draft.known else None
    faults = (
        *_top_level(stack, content, settings),
        *_default_providers(stack, values),
        *_secrets(stack, values),
        *draft.faults,
    )
    return Draft(stack, draft.settings, draft.known, faults)


def _unread(stack: str, *faults: Fault) -> Draft:
    return Draft(stack, judge(stack, {}).settings, frozenset(), faults)


def _misspelt(content: Mapping[str, object]) -> set[str | None]:
    return {guess(key, TOP_KEYS) for key in content if key not in TOP_KEYS}


def _top_level(stack: str, content: Mapping[str, object], settings: Settings | None) -> Iterator[Fault]:
    """settings: for the recovery region, when it is known."""
    file = file_of(stack)
    for key in content:
        if key == "encryptionsalt":
            yield Fault(file, key, "remove it: secrets are encrypted by secretsprovider's KMS key, not by a passphrase")
        elif key not in TOP_KEYS:
            yield Fault(file, named(key), unknown_key(key, TOP_KEYS))
    if not isinstance(content.get("encryptedkey", ""), str):
        yield Fault(file, "encryptedkey", "it has to be the text that Pulumi wrote")
    provider = content.get("secretsprovider")
    if "secretsprovider" not in content:
        if "secretsprovider" not in _misspelt(content):
            yield Fault(file, "secretsprovider", f"missing; allowed: {_PROVIDER.text}")
    elif not isinstance(provider, str) or not re.fullmatch(SECRETS_PROVIDER, provider):
        yield Fault(file, "secretsprovider", not_allowed(provider, _PROVIDER))
    elif settings and not provider.endswith(f"?region={settings.aws.recovery_region}"):
        allowed = Allowed(f"an alias in erp:aws.recovery_region, so ?region={settings.aws.recovery_region} at its end")
        because = "the loss of the primary region must not take the secrets with it"
        yield Fault(file, "secretsprovider", not_allowed(provider, allowed, because=because))


def _default_providers(stack: str, values: Mapping[str, object]) -> Iterator[Fault]:
    because = "a resource without a provider of ours would go to whatever account the shell is logged in to"
    if DEFAULT_PROVIDERS_KEY not in values:
        if not any(did_you_mean(key, (DEFAULT_PROVIDERS_KEY,)) for key in values):
            said = f"missing; allowed: {_NO_DEFAULT_PROVIDERS.text}, because {because}"
            yield Fault(file_of(stack), DEFAULT_PROVIDERS_KEY, said)
    elif values[DEFAULT_PROVIDERS_KEY] != ["*"]:
        said = not_allowed(values[DEFAULT_PROVIDERS_KEY], _NO_DEFAULT_PROVIDERS, because=because)
        yield Fault(file_of(stack), DEFAULT_PROVIDERS_KEY, said)


def _secrets(stack: str, values: Mapping[str, object]) -> Iterator[Fault]:
    """A secret in plain text is refused, without showing it."""
    for spec in SECRETS.values():
        if spec.key in values and not _is_encrypted(values[spec.key]):
            said = f"not encrypted; replace this secret, and set it with: {spec.command_for(stack)}"
            yield Fault(file_of(stack), spec.key, said)


def _is_encrypted(value: object) -> bool:
    return isinstance(value, dict) and value.keys() == {"secure"} and isinstance(value["secure"], str)
