"""Secrets Manager for one secret, as its API reference describes versions and labels, in memory."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Final


class ResourceNotFoundException(Exception):
    """There is no such version, or it has no value yet."""


class ResourceExistsException(Exception):
    """A version's value never changes."""


ARN: Final = "arn:aws:secretsmanager:eu-central-1:111111111111:secret:erp-admin-AbCdEf"


@dataclass
class SecretsManager:
    """values, labels: by version.

    fails: names of calls that fail once, after they have done their work: the answer is lost.
    """

    values: dict[str, str] = field(default_factory=dict[str, str])
    labels: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    enabled: bool = True
    fails: list[str] = field(default_factory=list[str])
    exceptions: Any = field(
        default_factory=lambda: SimpleNamespace(ResourceNotFoundException=ResourceNotFoundException)
    )

    def begin(self, token: str) -> None:
        """What RotateSecret does before it calls the function: a pending version without a value."""
        self._label("AWSPENDING", token)

    def current(self) -> str:
        """The value in force."""
        return self.values[self._holder("AWSCURRENT") or ""]

    def describe_secret(self, **request: Any) -> dict[str, Any]:
        self._is_ours(request)
        return {"ARN": ARN, "RotationEnabled": self.enabled, "VersionIdsToStages": dict(self.labels)}

    def get_secret_value(self, **request: Any) -> dict[str, Any]:
        self._is_ours(request)
        holder = self._holder(request["VersionStage"])
        if holder is None or request.get("VersionId", holder) != holder or holder not in self.values:
            raise ResourceNotFoundException(f"no value for {request['VersionStage']}")
        return {"ARN": ARN, "VersionId": holder, "SecretString": self.values[holder]}

    def put_secret_value(self, **request: Any) -> dict[str, Any]:
        self._is_ours(request)
        token, value = request["ClientRequestToken"], request["SecretString"]
        if self.values.get(token, value) != value:
            raise ResourceExistsException(token)
        self.values[token] = value
        for label in request["VersionStages"]:
            self._label(label, token)
        return self._answer("put_secret_value")

    def update_secret_version_stage(self, **request: Any) -> dict[str, Any]:
        self._is_ours(request)
        label, target, before = request["VersionStage"], request["MoveToVersionId"], request["RemoveFromVersionId"]
        assert self._holder(label) == before, "the label is taken off where it is"
        self._label(label, target)
        if label == "AWSCURRENT":
            self._label("AWSPREVIOUS", before)
        return self._answer("update_secret_version_stage")

    def _answer(self, call: str) -> dict[str, Any]:
        if call in self.fails:
            self.fails.remove(call)
            raise ConnectionError(f"{call}: the answer was lost")
        return {"ARN": ARN}

    def _is_ours(self, request: dict[str, Any]) -> None:
        assert request["SecretId"] == ARN, "the function may use one secret only"

    def _holder(self, label: str) -> str | None:
        return next((version for version, labels in self.labels.items() if label in labels), None)

    def _label(self, label: str, version: str) -> None:
        before = self._holder(label)
        if before is not None:
            self.labels[before].remove(label)
        self.labels.setdefault(version, []).append(label)
