"""Where Cloudflare's servers connect from. Pure data: asking for it in a preview would be a call to a cloud.

Source: https://www.cloudflare.com/ips/ (the same lists stand at https://api.cloudflare.com/client/v4/ips). The lists
change rarely and only after notice; a range that is missing here is traffic that the load balancer drops without a
word, so compare them every quarter, and at once when Cloudflare announces a change.
"""

from datetime import date
from ipaddress import IPv4Network, IPv6Network

SOURCE = "https://www.cloudflare.com/ips/"
AS_OF = date(2026, 9, 29)
"""The day on which the lists stood like this."""

IPV4 = (
    IPv4Network("103.21.244.0/22"),
    IPv4Network("103.22.200.0/22"),
    IPv4Network("103.31.4.0/22"),
    IPv4Network("104.16.0.0/13"),
    IPv4Network("104.24.0.0/14"),
    IPv4Network("108.162.192.0/18"),
    IPv4Network("131.0.72.0/22"),
    IPv4Network("141.101.64.0/18"),
    IPv4Network("162.158.0.0/15"),
    IPv4Network("172.64.0.0/13"),
    IPv4Network("173.245.48.0/20"),
    IPv4Network("188.114.96.0/20"),
    IPv4Network("190.93.240.0/20"),
    IPv4Network("197.234.240.0/22"),
    IPv4Network("198.41.128.0/17"),
)

IPV6 = (
    IPv6Network("2400:cb00::/32"),
    IPv6Network("2405:8100::/32"),
    IPv6Network("2405:b500::/32"),
    IPv6Network("2606:4700::/32"),
    IPv6Network("2803:f800::/32"),
    IPv6Network("2a06:98c0::/29"),
    IPv6Network("2c0f:f248::/32"),
)
"""Not in use while the networks speak IPv4 only; kept with the others so that both are compared at once."""

MAX_ENTRIES = 20
"""Room in the prefix list: five ranges more than there are. Each rule that names the list counts as that many rules."""

PORTS = (80, 443)
"""Where the edge connects: HTTPS, and HTTP to be redirected."""

RULES_PER_GROUP = 60
"""Rules in one direction of a security group, AWS's default quota (VPC user guide, "Amazon VPC quotas")."""
