"""What runs the application: load balancer with its firewall, container hosts, services.

Nothing is imported here, so that the pure modules load without an SDK.
"""
