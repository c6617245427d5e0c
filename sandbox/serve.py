"""The process that the engine attaches to: three providers on three ports, until standard input ends.

    python -m sandbox.serve --home DIR

prints one JSON line, {"aws": port, "azure-native": port, "cloudflare": port}, when it is ready.
"""

import argparse
import json
import os
import sqlite3
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Final

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from collector import pause_collector
from sandbox.cloud import UNREADABLE, unreadable
from sandbox.faults import BadFault, Faults
from sandbox.operations import Clouds
from sandbox.protocol import CallLog, Provider
from sandbox.store import Store
from sandbox.world import world

PACKAGES: Final = {"aws": "pulumi-aws", "azure-native": "pulumi-azure-native", "cloudflare": "pulumi-cloudflare"}
UNLIMITED: Final = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


def main() -> int:
    """Serve until standard input ends. Returns 2 when SANDBOX_FAULTS cannot be read, 70 when the store cannot."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.serve", description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="folder of the store and the logs")
    home: Path = parser.parse_args().home
    pause_collector()
    try:
        faults = Faults.from_environment(os.environ)
    except BadFault as error:
        print(error, file=sys.stderr)
        return 2
    file = home / "cloud.sqlite"
    try:
        store = Store(file)
    except sqlite3.DatabaseError as error:
        print(unreadable(file, error), file=sys.stderr)
        return UNREADABLE
    with store, CallLog(home / "calls.log") as log, ThreadPoolExecutor(8) as threads:
        clouds = Clouds(store, world(), faults)
        ports: dict[str, int] = {}
        servers: list[grpc.Server] = []
        for package, distribution in PACKAGES.items():
            server = grpc.server(threads, options=UNLIMITED)
            provider = Provider(package, version(distribution), clouds, log)
            provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
            ports[package] = server.add_insecure_port("127.0.0.1:0")
            server.start()
            servers.append(server)
        print(json.dumps(ports), flush=True)
        sys.stdin.read()
        for server in servers:
            server.stop(grace=1).wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
