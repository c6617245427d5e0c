"""What a host does at its first start: it tells the ECS agent its cluster and its limits. Pure.

The cluster's name comes from the cluster itself, so that the engine deletes the hosts' group before the cluster: a
cluster with a host in it stays, and everything under it waits.
"""

import base64
from collections.abc import Mapping

STOP_SECONDS = 90
"""How long a container may take to end after SIGTERM: AWS takes a spot host two minutes after it says so."""


def agent_settings(cluster_name: str, *, reserved_memory_mib: int, warm: bool) -> Mapping[str, str]:
    """The agent's settings (ECS developer guide, "Amazon ECS container agent configuration").

    reserved_memory_mib: what tasks may not have of the host. warm: whether the host may first wait in a warm pool.
    """
    settings = {
        "ECS_CLUSTER": cluster_name,
        # Tasks have roles of their own; through the host's metadata a container would take the host's role instead.
        "ECS_AWSVPC_BLOCK_IMDS": "true",
        # Nothing that we run needs the host's devices or kernel.
        "ECS_DISABLE_PRIVILEGED": "true",
        # Logs leave the host at once: what it kept would be lost with it, and its disk would fill.
        "ECS_AVAILABLE_LOGGING_DRIVERS": '["awslogs"]',
        # On-demand hosts are never told to go, so this says nothing there.
        "ECS_ENABLE_SPOT_INSTANCE_DRAINING": "true",
        "ECS_CONTAINER_STOP_TIMEOUT": f"{STOP_SECONDS}s",
        # Ask the registry, and take the copy on the host when it does not answer.
        "ECS_IMAGE_PULL_BEHAVIOR": "default",
        "ECS_ENGINE_TASK_CLEANUP_WAIT_DURATION": "1h",
        "ECS_RESERVED_MEMORY": str(reserved_memory_mib),
        "ECS_LOG_ROLLOVER_TYPE": "size",
        "ECS_LOG_MAX_FILE_SIZE_MB": "10",
        "ECS_LOG_MAX_ROLL_COUNT": "5",
    }
    return {**settings, "ECS_WARM_POOLS_CHECK": "true"} if warm else settings


def script(settings: Mapping[str, str]) -> str:
    """A shell script that writes the settings before the agent starts."""
    lines = "".join(f"{key}={value}\n" for key, value in sorted(settings.items()))
    return f"#!/bin/bash\nset -euo pipefail\ncat > /etc/ecs/ecs.config <<'SETTINGS'\n{lines}SETTINGS\n"


def user_data(cluster_name: str, *, reserved_memory_mib: int, warm: bool = False) -> str:
    """The script in base64, as a launch template takes it."""
    settings = agent_settings(cluster_name, reserved_memory_mib=reserved_memory_mib, warm=warm)
    return base64.b64encode(script(settings).encode()).decode()
