"""The rules, one module a concern; each module lists its own in RULES."""
