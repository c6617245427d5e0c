"""What the ERP runs on: hosts and their cluster, load balancer with its firewall, services.

`component.py` is the component; the other modules make its parts. Nothing is imported here, so that the pure modules
load without an SDK.
"""
