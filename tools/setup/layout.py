"""Where set-up puts things."""

from pathlib import Path
from typing import NamedTuple


class Layout(NamedTuple):
    """Folders of one checkout.

    root: absolute path of the checkout.
    """

    root: Path

    @property
    def venv(self) -> Path:
        """The virtual environment that runs program, policies, sandbox and tests."""
        return self.root / ".venv"

    @property
    def facts_venv(self) -> Path:
        """A second one, with the vendors' models, for the maker of facts alone."""
        return self.root / ".venv-facts"

    @property
    def engine(self) -> Path:
        """The engine's programs stand in `bin` below it."""
        return self.root / ".engine"

    @property
    def postgres(self) -> Path:
        """The database server that the tests start."""
        return self.root / ".postgres"

    @property
    def pins(self) -> Path:
        """The Go modules that pin the engine, one folder each."""
        return self.root / "tools" / "engine"

    @property
    def cache(self) -> Path:
        """Everything that may be deleted at any time: logs, the lock of set-up, the toolchain while it builds."""
        return self.root / ".cache"

    @property
    def go_cache(self) -> Path:
        """Modules, build cache and toolchain of the engine's build: gigabytes, deleted after it."""
        return self.cache / "go"


def python_of(venv: Path) -> Path:
    """The interpreter of a virtual environment."""
    return venv / "bin" / "python"


def here() -> Layout:
    """The checkout that this file belongs to."""
    return Layout(Path(__file__).resolve().parents[2])
