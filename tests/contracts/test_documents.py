"""The documents: what they link to exists, and the commands that they name are there."""

import re
from pathlib import Path
from typing import Final

import pytest

from tests.contracts.sources import ROOT

FOLDERS: Final = ("docs", "policies", "sandbox", "settings", "tests", "tools")
PAGES: Final = sorted([*ROOT.glob("*.md"), *(page for folder in FOLDERS for page in (ROOT / folder).rglob("*.md"))])
LINK: Final = re.compile(r"\]\(([^)\s]+)\)")
FENCE: Final = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
COMMAND: Final = re.compile(r"\bmake ([a-z]+)")
CODE: Final = re.compile(r"`([^`\n]+)`")
FILE: Final = re.compile(r"(?:components|docs|policies|sandbox|settings|tests|tools|bin)/[\w./-]*\w")
MODULE: Final = re.compile(r"python -m ((?:settings|sandbox|tools|tests)[\w.]*)")


def prose(page: Path) -> str:
    """Give a page without its blocks of code."""
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """Give the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    kept = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.replace(" ", "-") for heading in kept}


def targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    broken: list[str] = []
    for link in LINK.findall(prose(page)):
        path, _, anchor = link.partition("#")
        if "://" in link or link.startswith("mailto:"):
            continue
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_and_module_that_a_page_names_is_there(page: Path) -> None:
    missing: list[str] = []
    for code in CODE.findall(prose(page)):
        if "<" in code or "*" in code or "…" in code:
            continue
        missing += [name for name in FILE.findall(code) if code.startswith(name) and not (ROOT / name).exists()]
    for module in MODULE.findall(page.read_text(encoding="utf-8")):
        path = ROOT / module.replace(".", "/")
        if not (path.with_suffix(".py").exists() or (path / "__main__.py").exists()):
            missing.append(module)
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_make_target_that_a_page_names_is_there(page: Path) -> None:
    code = "\n".join([*CODE.findall(prose(page)), *FENCE.findall(page.read_text(encoding="utf-8"))])
    named = set(COMMAND.findall(code))
    assert named <= targets(), sorted(named - targets())


def test_the_readme_fits_on_a_screen() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 90


def test_every_decision_stands_in_the_index() -> None:
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    assert [page.name for page in sorted(folder.glob("0*.md")) if f"({page.name})" not in index] == []
