"""Who may import what, and which provider modules a run loads: the SDKs are most of a program's start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contracts.sources import ROOT, imports, python_files

SDKS = ("pulumi_aws", "pulumi_azure_native", "pulumi_cloudflare")
OURS = ("components", "settings", "sandbox", "policies", "tools", "tests", "guardrails", "collector", "__main__")

# Importing pulumi_cloudflare costs a second, because the package is flat; so only these modules do.
CLOUDFLARE_USERS = {Path("components/domain.py")}

# The service modules that a whole run of prod may load, each of which is paid for on every preview.
LOADED = {
    "pulumi_aws.acm",
    "pulumi_aws.autoscaling",
    "pulumi_aws.appautoscaling",
    "pulumi_aws.cloudwatch",
    "pulumi_aws.ec2",
    "pulumi_aws.ec2clientvpn",
    "pulumi_aws.ecs",
    "pulumi_aws.efs",
    "pulumi_aws.elasticache",
    "pulumi_aws.iam",
    "pulumi_aws.kms",
    "pulumi_aws.lambda_",
    "pulumi_aws.lb",
    "pulumi_aws.rds",
    "pulumi_aws.s3",
    "pulumi_aws.secretsmanager",
    "pulumi_aws.sns",
    "pulumi_aws.ssm",
    "pulumi_aws.vpc",
    "pulumi_aws.wafv2",
    "pulumi_azure_native.network",
    "pulumi_azure_native.resources",
}


def top(name: str) -> str:
    return name.partition(".")[0]


def violations(folders: tuple[str, ...], forbidden: tuple[str, ...], *, for_types: bool = True) -> list[str]:
    files = python_files(*folders)
    assert files, folders
    return [
        f"{file} imports {name}"
        for file in files
        for name in sorted(imports(file, for_types=for_types))
        if top(name) in forbidden
    ]


@pytest.mark.parametrize(
    ("folders", "forbidden"),
    [
        (("settings",), ("pulumi", *SDKS, "components", "sandbox", "policies", "guardrails", "tools", "tests")),
        (("components",), ("__main__", "sandbox", "policies", "guardrails", "tools", "tests")),
        (("policies",), (*SDKS, *(name for name in OURS if name not in ("guardrails", "policies")))),
        (("sandbox",), ("components", "settings", "policies", "guardrails", "tests", "__main__")),
        (("tools/setup", "tools/requirements", "tools/facts"), ("pulumi", *SDKS, "components", "tests", "__main__")),
        (("__main__.py",), ("sandbox", "policies", "guardrails", "tools", "tests")),
        (("collector.py",), ("pulumi", *SDKS, *(name for name in OURS if name != "collector"))),
    ],
    ids=lambda value: "" if len(value) > 1 else value[0],
)
def test_a_part_imports_only_what_it_may(folders: tuple[str, ...], forbidden: tuple[str, ...]) -> None:
    assert violations(folders, forbidden) == []


def test_nobody_but_the_edge_imports_cloudflare() -> None:
    users = {file for file in python_files("components", "__main__.py") if "pulumi_cloudflare" in imports(file)}
    assert users == CLOUDFLARE_USERS


def test_pure_modules_import_no_pulumi() -> None:
    pure = ("settings", "components/key_policies.py", "components/documents.py", "components/names.py")
    assert violations(pure, ("pulumi", *SDKS)) == []


RUN = """
import sys
from tests.graph import composed
composed("prod")
for name, module in sorted(sys.modules.items()):
    if name.startswith("pulumi_") and name.count(".") < 2 and type(module).__name__ != "_LazyModule":
        if module.__spec__.submodule_search_locations:
            print(name)
"""


def test_a_run_loads_only_the_service_modules_it_needs() -> None:
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) == {*SDKS, *LOADED}
