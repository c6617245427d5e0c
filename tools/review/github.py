"""Writes the comment on a pull request: one a stack, found again by its first line and written over."""

import json
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, cast

PAGE: Final = 100
"""Comments in one answer, GitHub's most (REST API, "List issue comments")."""
SECONDS: Final = 30


class NoAnswer(Exception):
    """GitHub refused, or was not reached; the text says which."""


@dataclass(frozen=True, slots=True)
class GitHub:
    """GitHub's REST API for one repository. api: its address, without a slash at the end. repository: `owner/name`."""

    api: str
    repository: str
    token: str = field(repr=False)

    def put(self, number: int, text: str) -> str:
        """Make or replace the comment that begins with the same line; gives its address."""
        first = text.partition("\n")[0]
        old = next((one for one in self._comments(number) if str(one["body"]).partition("\n")[0] == first), None)
        if old is None:
            made = self._call("POST", f"issues/{number}/comments", {"body": text})
        else:
            made = self._call("PATCH", f"issues/comments/{old['id']}", {"body": text})
        return str(cast("dict[str, Any]", made)["html_url"])

    def labels(self, number: int) -> list[str]:
        """The labels of the pull request."""
        found = cast("list[dict[str, Any]]", self._call("GET", f"issues/{number}/labels?per_page={PAGE}"))
        return [str(label["name"]) for label in found]

    def _comments(self, number: int) -> Iterator[dict[str, Any]]:
        page = 1
        while True:
            path = f"issues/{number}/comments?per_page={PAGE}&page={page}"
            found = cast("list[dict[str, Any]]", self._call("GET", path))
            yield from found
            if len(found) < PAGE:
                return
            page += 1

    def _call(self, method: str, path: str, content: dict[str, str] | None = None) -> object:
        request = urllib.request.Request(  # noqa: S310  the address is the caller's, and checked there
            f"{self.api}/repos/{self.repository}/{path}",
            method=method,
            data=None if content is None else json.dumps(content).encode(),
            headers={
                "Accept": "application/vnd.github+json",
                "Authorization": f"Bearer {self.token}",
                "X-GitHub-Api-Version": "2022-11-28",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
                return json.loads(answer.read())
        except OSError as error:  # refused, unreachable, or cut off
            raise NoAnswer(f"{method} {path}: {error}") from error
