"""Starts the policy pack; the engine runs this file, the rules live in `guardrails`."""

import atexit
import gc
from pathlib import Path


def main() -> None:
    """Serve the pack until the engine stops this process."""
    # The cyclic collector walks every loaded module and every decoded resource again and again and finds nothing: the
    # pack keeps no cycles, and the process ends with the run. So it is off before the heavy imports, and what is left
    # is not walked once more at exit.
    gc.disable()
    atexit.register(gc.freeze)

    from guardrails.pack import serve

    serve(Path(__file__).resolve().parent)


if __name__ == "__main__":
    main()
