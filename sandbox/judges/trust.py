"""Whom a role's trust policy admits."""

import json
from typing import Any


def trusted_services(document: Any) -> set[str]:
    """The services that a trust policy lets assume its role, conditions not looked at."""
    try:
        statements = json.loads(str(document or "{}")).get("Statement", [])
    except (json.JSONDecodeError, AttributeError):
        return set()
    services: set[str] = set()
    for statement in statements if isinstance(statements, list) else [statements]:
        principal = statement.get("Principal", {})
        service = principal.get("Service", []) if isinstance(principal, dict) else []
        if statement.get("Effect") == "Allow":
            services.update([service] if isinstance(service, str) else service)
    return services
