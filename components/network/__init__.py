"""A VPC with its zones, tiers, gateways, filters, endpoints and flow logs.

Nothing is imported here, so that the pure modules load without an SDK.
"""
