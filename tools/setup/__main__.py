"""`python -m tools.setup`: bring this checkout up to date with its pins.

    python -m tools.setup          virtual environment and engine (what every make target needs)
    python -m tools.setup tests    what only tests need: a PostgreSQL server
    python -m tools.setup facts    the second virtual environment, for `make facts`
    python -m tools.setup lock     compile the requirement files from their .in files (--upgrade: newest versions)

Exit codes: 0 done, 1 a step failed, 2 a prerequisite is missing or the words are wrong, 130 interrupted.
"""

import signal
import sys

from tools.setup import checkout, locking
from tools.setup.errors import MissingPrerequisiteError, SetupError
from tools.setup.layout import here


def main(arguments: list[str]) -> int:
    """Do what the words say."""
    layout = here()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        match arguments:
            case []:
                checkout.make(layout)
            case ["tests"]:
                checkout.make_tests(layout)
            case ["facts"]:
                checkout.make_facts(layout)
            case ["lock"]:
                locking.lock(layout, upgrade=False)
            case ["lock", "--upgrade"]:
                locking.lock(layout, upgrade=True)
            case _:
                print(__doc__, file=sys.stderr)
                return 2
    except MissingPrerequisiteError as error:
        print(error, file=sys.stderr)
        return 2
    except (SetupError, OSError) as error:
        print(
            f"set-up failed: {error}\nWhat is done stays done: run the same command again to continue.", file=sys.stderr
        )
        return 1
    except KeyboardInterrupt:
        print("set-up interrupted: what is done stays done, run the same command again to continue", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
