"""Cases: client VPN."""

from __future__ import annotations

from typing import Any, Final

from tests.policies.cases import Case, case
from tests.policies.harness import TAGS, UNKNOWN

ENDPOINT: Final = "aws:ec2clientvpn/endpoint:Endpoint"
RULE: Final = "aws:ec2clientvpn/authorizationRule:AuthorizationRule"


def endpoint(**changes: Any) -> dict[str, Any]:
    logs = {"enabled": True, "cloudwatchLogGroup": "vpn"}
    return {"connectionLogOptions": logs, "sessionTimeoutHours": 8, "tags": TAGS, **changes}


CASES: Final[tuple[Case, ...]] = (
    case("log-vpn-connections", "pass", "logged to a group", ENDPOINT, endpoint()),
    case("log-vpn-connections", "fail", "switched off", ENDPOINT, endpoint(connectionLogOptions={"enabled": False}),
         "connectionLogOptions.enabled: is false, expected true with a log group"),
    case("log-vpn-connections", "fail", "to nowhere", ENDPOINT, endpoint(connectionLogOptions={"enabled": True}),
         "connectionLogOptions.cloudwatchLogGroup: is not set, expected a log group"),
    case("log-vpn-connections", "unknown", "switch", ENDPOINT, endpoint(connectionLogOptions={"enabled": UNKNOWN})),
    case("log-vpn-connections", "unknown", "group", ENDPOINT,
         endpoint(connectionLogOptions={"enabled": True, "cloudwatchLogGroup": UNKNOWN})),

    case("limit-vpn-sessions", "pass", "the longest", ENDPOINT, endpoint(sessionTimeoutHours=12)),
    case("limit-vpn-sessions", "fail", "a day", ENDPOINT, endpoint(sessionTimeoutHours=24),
         "sessionTimeoutHours: is 24, expected at most 12 hours"),
    case("limit-vpn-sessions", "fail", "left out", ENDPOINT,
         {key: value for key, value in endpoint().items() if key != "sessionTimeoutHours"},
         "sessionTimeoutHours: is not set, expected at most 12 hours"),
    case("limit-vpn-sessions", "unknown", "hours", ENDPOINT, endpoint(sessionTimeoutHours=UNKNOWN)),

    case("restrict-vpn-authorization", "pass", "one network", RULE, {"targetNetworkCidr": "10.0.4.0/22"}),
    case("restrict-vpn-authorization", "fail", "everything", RULE, {"targetNetworkCidr": "0.0.0.0/0"},
         'targetNetworkCidr: is "0.0.0.0/0", expected the networks that staff work with'),
    case("restrict-vpn-authorization", "unknown", "target", RULE, {"targetNetworkCidr": UNKNOWN}),
)  # fmt: skip
