"""File names on the engine's command line: meant from the caller's folder, though the engine runs in another."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

# Every option of the engine's commands that takes the name of a file or folder. (-C is left to the engine.)
OPTIONS: Final = frozenset(
    {
        "--config-file",
        "--event-log",
        "--file",
        "--generate-resources",
        "--import-file",
        "--out",
        "--plan",
        "--policy-pack",
        "--policy-pack-config",
        "--profiling",
        "--save-plan",
    }
)
# Their short forms mean something else in other commands: `logs -f` follows.
OPTIONS_OF_IMPORT: Final = ("-f", "-o")


def made_absolute(command: Sequence[str], folder: Path) -> list[str]:
    """The engine's command with relative file names made absolute, from a folder."""
    importing = "import" in command
    made: list[str] = []
    words = iter(command)
    for word in words:
        if word == "--":
            made += [word, *words]
            break
        option, equals, value = word.partition("=")
        short = word[:2]
        if word in OPTIONS or (importing and word in OPTIONS_OF_IMPORT):
            made += [word, *(_absolute(value, folder) for value in _next(words))]
        elif option in OPTIONS and equals:
            made.append(f"{option}={_absolute(value, folder)}")
        elif importing and short in OPTIONS_OF_IMPORT:
            made.append(f"{short}={_absolute(word[2:].removeprefix('='), folder)}")
        else:
            made.append(word)
    return made


def _next(words: Iterator[str]) -> list[str]:
    return [word for word in (next(words, None),) if word is not None]


def _absolute(value: str, folder: Path) -> str:
    """One name, or several with commas between them, as `--policy-pack` takes them."""
    return ",".join(os.path.normpath(folder / name) if name else name for name in value.split(","))
