"""Differences that are none for load balancers: what their type, protocol or an action's type makes meaningless.

Source: the suppressing functions of terraform-provider-aws internal/service/elbv2.
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from sandbox.values import UNKNOWN

if TYPE_CHECKING:
    from sandbox.facts.same import Comparison, Sides

ACTIONS: Final = ("authenticate-cognito", "authenticate-oidc", "fixed-response", "forward", "redirect")
TRANSFORMS: Final = ("host-header-rewrite", "url-rewrite")


def _other_type(types: tuple[str, ...], _old: Any, _new: Any, sides: "Sides") -> bool:
    """The load balancer is of none of these types."""
    kind = sides.value("loadBalancerType")
    return kind is not UNKNOWN and (kind or "application") not in types


def _other_protocol(protocols: tuple[str, ...], _old: Any, _new: Any, sides: "Sides") -> bool:
    """The listener speaks none of these protocols; left out, the certificate says which."""
    given = sides.value("protocol")
    if given is UNKNOWN:
        return False
    protocol = str(given).upper() if given else ("HTTPS" if sides.value("certificateArn") else "HTTP")
    return protocol not in protocols


def _off(logs: str, _old: Any, _new: Any, sides: "Sides") -> bool:
    """These logs are switched off."""
    asked = sides.value(logs)
    return isinstance(asked, dict) and asked.get("enabled") in (None, False)


def _none_of(keys: tuple[str, ...], kind: str, _old: Any, _new: Any, sides: "Sides") -> bool:
    """No action (or transform) is of this type."""
    for key in keys:
        listed = sides.value(key)
        if listed is UNKNOWN:
            return False
        for one in listed if isinstance(listed, list) else []:
            if not isinstance(one, dict) or one.get("type") is UNKNOWN or str(one.get("type")).lower() == kind:
                return False
    return True


def _named(make: Callable[[str], "Comparison"], form: str, kinds: tuple[str, ...]) -> dict[str, "Comparison"]:
    return {form.format(kind): make(kind) for kind in kinds}


SAME: Final[dict[str, "Comparison"]] = {
    "no application balancer": partial(_other_type, ("application",)),
    "no network balancer": partial(_other_type, ("network",)),
    "neither application nor network": partial(_other_type, ("application", "network")),
    "application balancer": partial(_other_type, ("network", "gateway")),
    "no https": partial(_other_protocol, ("HTTPS",)),
    "no http": partial(_other_protocol, ("HTTP", "HTTPS")),
    "no tcp": partial(_other_protocol, ("TCP", "GENEVE")),
    "accessLogs off": partial(_off, "accessLogs"),
    "connectionLogs off": partial(_off, "connectionLogs"),
    **_named(lambda kind: partial(_none_of, ("defaultActions", "actions"), kind), "no action {}", ACTIONS),
    **_named(lambda kind: partial(_none_of, ("transforms",), kind), "no transform {}", TRANSFORMS),
}
