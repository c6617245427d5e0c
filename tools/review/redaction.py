"""Takes out of an error's text what no comment may show: a cloud repeats what it was sent when it refuses it."""

import re
from typing import Final

HIDDEN: Final = "[hidden]"

_SHAPES: Final = (
    re.compile(r"-----BEGIN [A-Z ]+-----.*?(-----END [A-Z ]+-----|\Z)", re.DOTALL),
    re.compile(r"\b(AKIA|ASIA)[A-Z0-9]{16}\b"),
    re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"),
    re.compile(r"(?i)\b(pulumi|ghp|gho|ghs|github_pat|xox[abp])[-_][A-Za-z0-9_-]{16,}\b"),
    re.compile(
        r"(?i)((?:password|passwd|secret|token|private[_-]?key|access[_-]?key|credential)\w*[\"']?\s*[:=]\s*)\S+"
    ),
    re.compile(r"(?i)(\w+://[^/\s:@]+:)[^@\s/]+(?=@)"),
)
"""Keys in PEM, AWS access keys, JSON web tokens, vendors' tokens, what is assigned to a telling name, and passwords in
addresses."""


def redacted(text: str) -> str:
    """The text without them; the engine has already taken out what it knows to be secret."""
    for shape in _SHAPES:
        text = shape.sub(lambda match: (match[1] if _keeps_head(match) else "") + HIDDEN, text)
    return text


def _keeps_head(match: re.Match[str]) -> bool:
    """Whether the first group is what stands before a secret, and not a part of one."""
    return bool(match.re.groups) and match[1] is not None and match[1].rstrip().endswith((":", "="))
