"""Measure a preview of prod against its floor, and print each ratio with its parts.

    bin/sandbox python -m tools.bench [--rounds N]

The floor registers as many resources, of the same types, without any SDK class. Ratios are of this one run; seconds are
this machine's and only there to show where the time goes.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import yaml

from tools.bench import programs

ROOT: Final = Path(__file__).parents[2]
# Package by package as the program uses them: the SDKs load a module at the first use of one of its classes.
IMPORTS: Final = {
    "pulumi": "Output",
    "settings": "load",
    "pulumi_aws.kms": "Key",
    "pulumi_aws.ec2": "Vpc",
    "pulumi_aws.vpc": "SecurityGroupIngressRule",
    "pulumi_aws.iam": "Role",
    "pulumi_aws.cloudwatch": "LogGroup",
    "pulumi_aws.acm": "Certificate",
    "pulumi_aws.s3": "Bucket",
    "pulumi_azure_native.network": "VirtualNetwork",
    "pulumi_azure_native.resources": "ResourceGroup",
    "pulumi_cloudflare": "Zone",
}
# The engine writes its whole state after every step; the numbers here are of previews, so this up may do without.
FAST: Final = {"PULUMI_EXPERIMENTAL": "true", "PULUMI_SKIP_CHECKPOINTS": "true"}
# What the design promises (docs/decisions); a run that misses one says so and ends with 1.
MOST_FLOORS: Final = 2.5
MOST_FLOORS_MORE: Final = 1.25
MOST_PACK: Final = 1.15


def main() -> int:
    """Measure and print. Returns 1 when a bound is missed."""
    parser = argparse.ArgumentParser(
        prog="make bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3, help="runs of each command; the median counts (default: 3)")
    rounds: int = parser.parse_args().rounds
    home = Path(os.environ["SANDBOX_HOME"])
    with tempfile.TemporaryDirectory() as temporary:
        return _measure(Path(temporary), home, rounds)


def _measure(folder: Path, home: Path, rounds: int) -> int:
    python = sys.executable
    ours = home / "project"
    config = _config(ours / "Pulumi.prod.yaml")
    say(f"measuring, {rounds} rounds each")
    deployment = _deployed(ours)
    start = _median([python, "-c", "pass"], rounds)
    imports = _imports(python, rounds)
    composition = _median([python, "-c", _COMPOSE], rounds)
    nothing = _preview(programs.write(folder, "nothing", programs.NOTHING, {}), rounds)
    floor_project, count = programs.floor(folder, deployment)
    floor = _preview(floor_project, rounds)
    plain = _preview(ours, rounds)
    judged = _preview(ours, rounds, "--policy-pack", str(ROOT / "policies"))
    grown = [(times, *_grown(folder, times - 1, config, rounds)) for times in (4, 16)]

    brought = sum(imports.values())
    print(f"\nprod preview: {count} resources, {plain:.2f} s; the floor {floor:.2f} s\n")
    print("where the time goes (seconds; ratio to the floor)")
    rows = [
        ("python start", start),
        *((f"import {name}", seconds) for name, seconds in imports.items()),
        ("composition under mocks, without imports", composition - brought - start),
        ("engine and language host, empty program", nothing - start),
        ("registration, engine and clouds, the rest", plain - composition - nothing + start),
        ("policies", judged - plain),
    ]
    for name, seconds in rows:
        print(f"  {name:<64}{seconds:7.2f}  {seconds / floor:6.2f}")
    one_more = (floor - nothing) / count
    more = [(times, (total - plain) / added) for times, total, added in grown]
    bounds = [
        ("preview to floor", plain / floor, MOST_FLOORS),
        ("preview with the pack to preview without", judged / plain, MOST_PACK),
        *(
            (f"a further resource to the floor's, networks {n} times", it / one_more, MOST_FLOORS_MORE)
            for n, it in more
        ),
    ]
    each = ", ".join(f"{seconds * 1000:.1f} ms" for _, seconds in more)
    print(f"  a further resource, networks 4 and 16 times: {each}")
    print("\nratios of this run (bound)")
    missed = 0
    for name, value, most in bounds:
        missed += value > most
        print(f"  {name:<64}{value:7.2f}  {'ok' if value <= most else 'MISSED'} (at most {most})")
    return 1 if missed else 0


_COMPOSE: Final = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from collector import pause_collector
pause_collector()
from tests.graph import composed
composed("prod")
"""


def _deployed(ours: Path) -> dict[str, Any]:
    """Bring prod up, keep what its state says, and forget the stack again: what is measured starts from nothing."""
    say("up of prod, for the floor's inputs")
    pulumi = ["pulumi", "-C", str(ours)]
    _run([*pulumi, "up", "-s", "prod", "--yes", "--skip-preview", "--non-interactive"], extra=FAST)
    exported = json.loads(_run([*pulumi, "stack", "export", "-s", "prod", "--show-secrets"]).stdout)
    _run([*pulumi, "stack", "rm", "prod", "--yes", "--force", "--preserve-config"])
    return exported


def _config(file: Path) -> dict[str, Any]:
    return yaml.safe_load(file.read_text())


def _imports(python: str, rounds: int) -> dict[str, float]:
    runs = [json.loads(_run([python, "-c", programs.parts(IMPORTS)]).stdout) for _ in range(rounds)]
    return {name: statistics.median(run[name] for run in runs) for name in IMPORTS}


def _grown(folder: Path, copies: int, config: dict[str, Any], rounds: int) -> tuple[float, int]:
    project, added = programs.grown(folder, copies, config)
    return _preview(project, rounds), added


def _preview(project: Path, rounds: int, *arguments: str) -> float:
    say(f"preview of {project.name}{' with policies' if arguments else ''}")
    _run(["pulumi", "-C", str(project), "stack", "select", "--create", "prod"], check=False)
    return _median(["pulumi", "-C", str(project), "preview", "-s", "prod", "--non-interactive", *arguments], rounds)


def _median(command: Sequence[str], rounds: int) -> float:
    taken: list[float] = []
    for _ in range(rounds):
        started = time.perf_counter()
        _run(command)
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def _run(
    command: Sequence[str], *, check: bool = True, extra: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **(extra or {})}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if check and done.returncode:
        print(done.stdout[-3000:] + done.stderr[-3000:], file=sys.stderr)
        raise SystemExit(f"{' '.join(command)[:120]} failed with {done.returncode}")
    return done


def say(text: str) -> None:
    """Progress, apart from the results."""
    print(f"  … {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
