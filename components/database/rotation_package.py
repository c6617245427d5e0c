"""What goes into the rotation function's archive: our own files and the driver, as they stand. Pure.

The sources of the locked packages are taken one by one from where they are installed, so that nothing else comes along:
bytecode, whose text depends on the machine, or what somebody has put beside them. Names and contents are then the same
wherever the program runs, and so is the archive's hash, by which the engine tells whether anything changed.
"""

from importlib import metadata
from pathlib import Path
from typing import Final

CODE: Final = Path(__file__).with_name("rotation_function")
HANDLER: Final = f"{CODE.name}.handler.handle"
ROOTS: Final = "rds-roots.pem"
"""Name of the certificates inside the archive."""

PACKAGES: Final = ("asn1crypto", "pg8000", "python-dateutil", "scramp", "six")
"""The driver and all that it requires."""


def sources() -> dict[str, Path]:
    """The files, by their name inside the archive; LookupError when a package is not installed."""
    found = {f"{CODE.name}/{file.name}": file for file in CODE.glob("*.py")}
    for package in PACKAGES:
        listed = metadata.files(package)
        if listed is None:
            raise LookupError(f"{package} was installed without a list of its files")
        # Some ask for their own version when they are imported, which stands in their METADATA.
        kept = [file for file in listed if file.suffix == ".py" or file.name == "METADATA"]
        found |= {str(file): Path(str(file.locate())) for file in kept}
    return dict(sorted(found.items()))
