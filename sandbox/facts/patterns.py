"""Patterns as the vendors write them (Go's RE2, Java, ECMAScript), compiled for Python with the same meaning.

Meant for a search, as the facts are, unless they are anchored.
"""

import re
from functools import lru_cache
from typing import Final

# Unicode categories that the service models name, as members of a bracket; wide enough for what people write in names.
_CATEGORIES: Final = {
    "L": r"A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u1fff\u2c00-\ud7ff\uf900-\uffdc",
    "N": r"0-9\u00b2\u00b3\u00b9\u0660-\u0669",
    "Z": r" \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000",
}
_POSIX: Final = {
    "alpha": "A-Za-z",
    "alnum": "A-Za-z0-9",
    "digit": "0-9",
    "upper": "A-Z",
    "lower": "a-z",
    "space": r"\s",
    "word": r"\w",
}
_HEX: Final = re.compile(r"\\x\{([0-9A-Fa-f]{1,6})\}")
_FLAGS: Final = re.compile(r"^\^?(\(\?[ims]+\))")


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> re.Pattern[str]:
    """Compile a vendor's pattern; raises re.error where Python has no such pattern (`make facts` finds those)."""
    return re.compile(translate(pattern), re.ASCII)


def translate(pattern: str) -> str:
    r"""Write a vendor's pattern in Python's dialect.

    `$` and `\z` mean the very end (Python's `$` also matches before a last newline); `\p{..}`, `[:alpha:]` and `\x{..}`
    are spelled out.
    """
    pattern = _HEX.sub(lambda match: _code_point(int(match[1], 16)), pattern)
    flags = _FLAGS.match(pattern)
    if flags and pattern.startswith("^"):
        pattern = flags[1] + "^" + pattern[flags.end() :]
    out: list[str] = []
    inside = False
    position = 0
    while position < len(pattern):
        char = pattern[position]
        if char == "\\" and position + 1 < len(pattern):
            text, position = _escape(pattern, position, inside=inside)
            out.append(text)
            continue
        if inside and pattern.startswith("[:", position) and ":]" in pattern[position:]:
            end = pattern.index(":]", position)
            out.append(_POSIX[pattern[position + 2 : end]])
            position = end + 2
            continue
        if char == "[" and not inside:
            inside = True
            out.append(char)
            position += 1
            for first in ("^", "]"):  # a bracket right at the start stands for itself
                if pattern.startswith(first, position):
                    out.append(first if first == "^" else r"\]")
                    position += 1
            continue
        if char == "[":
            char = r"\["
        elif char == "]":
            inside = False
        elif char == "$" and not inside:
            char = r"\Z"
        out.append(char)
        position += 1
    return "".join(out)


def _code_point(number: int) -> str:
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"


def _escape(pattern: str, position: int, *, inside: bool) -> tuple[str, int]:
    """Translate the escape at a position; gives its text and the position after it."""
    kind = pattern[position + 1]
    if kind == "z" and not inside:
        return r"\Z", position + 2
    if kind == "p":
        name, end = pattern[position + 2], position + 3
        if name == "{":
            end = pattern.index("}", position) + 1
            name = pattern[position + 3 : end - 1]
        category = name[0]
        if category not in _CATEGORIES:
            raise re.error(f"no such category: {name}", pattern, position)
        return (_CATEGORIES[category] if inside else f"[{_CATEGORIES[category]}]"), end
    return pattern[position : position + 2], position + 2
