"""Judges Cloudflare's rule expressions by Cloudflare's own parser (PyPI octorules-wirefilter).

The parser knows fields, functions and types. What it does not know is judged here: that an expression is there at all,
its length, and that fields of the response are read only in phases that have one.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import version
from typing import Any, Final

from sandbox.facts.paths import every, look_through, split
from sandbox.problems import Problem

LONGEST: Final = 4096
"""Characters in an expression. Source: Cloudflare documentation, Ruleset Engine, expression limits."""

CONDITION: Final = "condition"  # true or false
VALUE: Final = "value"  # gives a text, such as a rewritten path

# Which property of which type; paths as in the facts.
EXPRESSIONS: Final[Mapping[str, Mapping[str, str]]] = {
    "cloudflare:index/cloudConnectorRules:CloudConnectorRules": {"rules[].expression": CONDITION},
    "cloudflare:index/filter:Filter": {"expression": CONDITION, "bodies[].expression": CONDITION},
    "cloudflare:index/firewallRule:FirewallRule": {"filter.expression": CONDITION},
    "cloudflare:index/loadBalancer:LoadBalancer": {"rules[].condition": CONDITION},
    "cloudflare:index/pageShieldPolicy:PageShieldPolicy": {"expression": CONDITION},
    "cloudflare:index/ruleset:Ruleset": {
        "rules[].expression": CONDITION,
        "rules[].ratelimit.countingExpression": CONDITION,
        "rules[].actionParameters.fromValue.targetUrl.expression": VALUE,
        "rules[].actionParameters.headers{}.expression": VALUE,
        "rules[].actionParameters.uri.path.expression": VALUE,
        "rules[].actionParameters.uri.query.expression": VALUE,
    },
    "cloudflare:index/snippetRules:SnippetRules": {"rules[].expression": CONDITION},
    "cloudflare:index/waitingRoomRules:WaitingRoomRules": {"rules[].expression": CONDITION},
}

# Phases of the network layer, with fields of their own.
_PACKET_PHASES: Final = ("magic_transit", "mitm")
# Phases that run when the response is there, and the one whose counting expression does.
_RESPONSE_PHASES: Final = ("http_response", "http_log_custom_fields", "http_custom_errors")
_TEXT: Final = re.compile(r'"(?:[^"\\]|\\.)*"\Z')
_RESPONSE_FIELDS: Final = ("http.response.", "raw.http.response.", "cf.response.")


def judge(token: str, inputs: Mapping[str, object]) -> list[Problem]:
    """Say which expressions in a resource Cloudflare would refuse; what is not known yet judges nothing."""
    given = look_through(inputs.get("phase"))
    phase = given if isinstance(given, str) else None
    found: list[Problem] = []
    for path, form in EXPRESSIONS.get(token, {}).items():
        counting = path.endswith("countingExpression")
        for place, value in every(inputs, split(path)):
            if isinstance(value, str):
                messages = _judged(value, form, phase, counting=counting)
                found += [Problem(place, message, _source()) for message in messages]
    return found


def paths(token: str) -> frozenset[str]:
    """Name the properties of a type that hold expressions, as facts paths."""
    return frozenset(EXPRESSIONS.get(token, ()))


@lru_cache(maxsize=1024)
def _judged(text: str, form: str, phase: str | None, *, counting: bool) -> tuple[str, ...]:
    text = text.strip()
    if not text:
        return ("must be an expression and is empty (`true` matches everything)",)
    if len(text) > LONGEST:
        return (f"must be an expression of at most {LONGEST} characters and not {len(text)}",)
    if text in ("true", "false") or (form == VALUE and _TEXT.match(text)):
        return ()
    # The parser reads conditions alone; a value is one side of a comparison.
    parsed = _parse(f'{text} eq ""' if form == VALUE else text, phase)
    error = parsed.get("error")
    if isinstance(error, str):
        return (f"must be an expression that Cloudflare can parse: {' '.join(error.split())}",)
    if form == VALUE or counting or phase is None or phase.startswith(_RESPONSE_PHASES):
        return ()
    early = [name for name in parsed["fields"] if name.startswith(_RESPONSE_FIELDS)]
    return tuple(f"must not read {name}: there is no response yet in phase {phase}" for name in early)


def _parse(text: str, phase: str | None) -> Mapping[str, Any]:
    from octorules_wirefilter import parse_expression  # a compiled module that only rules need

    if phase is not None and phase.startswith(_PACKET_PHASES):
        return parse_expression(text, scheme="magic_firewall")
    return parse_expression(text)


@lru_cache(maxsize=1)
def _source() -> str:
    return f"Cloudflare's wirefilter (octorules-wirefilter {version('octorules-wirefilter')})"
