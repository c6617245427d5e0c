"""Stamps: how set-up knows that a step is done.

A stamp is a small file inside the step's product that holds a digest of everything the product was made from. It is
written last and in one move, so an interrupted step has none and runs again; and it goes when the product goes.
"""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path


def digest(*parts: str | Path) -> str:
    """A digest of texts and of files' contents, in order; a file that is not there counts as such."""
    sha = hashlib.sha256()
    for part in parts:
        content = content_of(part) if isinstance(part, Path) else part.encode()
        sha.update(f"{len(content)}:".encode())
        sha.update(content)
    return sha.hexdigest()


def content_of(file: Path) -> bytes:
    """What a file holds, and something that says so when it is not there."""
    return file.read_bytes() if file.is_file() else b"(not there)"


def is_fresh(stamp: Path, expected: str, products: Iterable[Path]) -> bool:
    """Whether the stamp holds the expected digest and every product is there (a dangling link is not)."""
    try:
        if stamp.read_text() != expected:
            return False
    except (FileNotFoundError, NotADirectoryError):
        return False
    return all(product.exists() for product in products)


def write(stamp: Path, value: str) -> None:
    """Write the stamp in one move, as the last act of its step."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    draft = stamp.with_name(f"{stamp.name}.{os.getpid()}")
    draft.write_text(value)
    draft.replace(stamp)


def forget(stamp: Path) -> None:
    """Take the stamp away before its product is touched."""
    stamp.unlink(missing_ok=True)
