"""The engine's side of a composition under mocks: records every registration, refuses what no cloud would accept."""

from collections.abc import Iterable
from typing import Any, Final, NoReturn

from google.protobuf import empty_pb2, json_format
from pulumi.runtime.mocks import MockCallArgs, MockMonitor, MockResourceArgs, Mocks
from pulumi.runtime.proto import engine_pb2, resource_pb2

from sandbox import schema
from sandbox.values import Secret, decode, encode, has_unknown
from tests.graph.answers import answer
from tests.graph.nodes import STACK_TYPE, Node, Options

ANSWERS: Final = "tests/graph/answers.py"


class NobodyMocked(AssertionError):
    """The program asked a cloud for something while composing."""


class _Nothing(Mocks):
    """The interface that the SDK's monitor wants; ours answers before it is asked."""

    def call(self, args: MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        raise NobodyMocked(args.token)

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        raise NobodyMocked(args.typ)


class RecordingMonitor(MockMonitor):
    """Keeps each request as a node. Called from one thread only.

    nodes: by URN, in the order of registration. problems: what the schemas refuse, one line each.
    """

    def __init__(self, project: str, stack: str, *, preview: bool) -> None:
        super().__init__(_Nothing())
        self._project = project
        self._stack = stack
        self._preview = preview
        self.nodes: dict[str, Node] = {}
        self.outputs: dict[str, dict[str, Any]] = {}
        self.problems: list[str] = []

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """Write the URN as the real engine does: the stack's own type is not part of its children's."""
        chain = parent.split("::")[2] if parent else ""
        qualified = type_ if chain in ("", STACK_TYPE) else f"{chain}${type_}"
        return f"urn:pulumi:{self._stack}::{self._project}::{qualified}::{name}"

    def RegisterResource(self, request: Any) -> resource_pb2.RegisterResourceResponse:  # noqa: N802 gRPC's name
        urn = self.make_urn(request.parent, request.type, request.name)
        inputs = decode(request.object)
        if urn in self.nodes:
            self.problems.append(f"{request.type} {request.name!r}: there are two resources of this type and name")
        outputs: dict[str, Any] = {}
        if request.custom:
            outputs = self._answer(request, inputs)
        self.nodes[urn] = Node(
            key=urn,
            type=request.type,
            name=request.name,
            parent=request.parent,
            custom=request.custom,
            inputs=inputs,
            outputs=outputs,
            options=_options(request),
        )
        return resource_pb2.RegisterResourceResponse(
            urn=urn,
            id=outputs.get("id", ""),
            object=encode({name: value for name, value in outputs.items() if name != "id"}),
            unknown=request.custom,  # an output that is not answered stays unknown instead of turning into None
        )

    def RegisterResourceOutputs(self, request: Any) -> empty_pb2.Empty:  # noqa: N802 gRPC's name
        self.outputs[request.urn] = decode(request.outputs)
        return empty_pb2.Empty()

    def Invoke(self, request: Any) -> NoReturn:  # noqa: N802 gRPC's name
        raise NobodyMocked(f"the program calls {request.tok}: no cloud is asked while composing, and nobody mocked it")

    def Call(self, request: Any) -> NoReturn:  # noqa: N802 gRPC's name
        raise NobodyMocked(f"the program calls {request.tok}: no cloud is asked while composing, and nobody mocked it")

    def ReadResource(self, request: Any) -> NoReturn:  # noqa: N802 gRPC's name
        raise NobodyMocked(f"the program reads {request.type} {request.name!r}: nothing is looked up while composing")

    def _answer(self, request: Any, inputs: dict[str, Any]) -> dict[str, Any]:
        try:
            known = schema.load(request.type)
        except schema.UnknownType as error:
            self.problems.append(f"{request.type} {request.name!r}: {error}")
            return {}
        self.problems += [f"{request.type} {request.name!r}: {found}" for found in schema.check(known, inputs)]
        if self._preview:
            return dict(inputs)
        self._refuse_unknowns(request, inputs)
        outputs = answer(known, request.name, inputs)
        for name in request.additionalSecretOutputs:
            if name in outputs and not isinstance(outputs[name], Secret):
                outputs[name] = Secret(outputs[name])
        return outputs

    def _refuse_unknowns(self, request: Any, inputs: dict[str, Any]) -> None:
        for name, value in inputs.items():
            if has_unknown(value):
                sources = sorted(urn.split("::", 2)[2] for urn in request.propertyDependencies[name].urns)
                self.problems.append(
                    f"{request.type} {request.name!r}: {name} needs an output of {' or '.join(sources) or 'something'} "
                    f"that the mocks do not give; add it to {ANSWERS}"
                )


class RecordingEngine:
    """Takes the program's messages; keeps warnings and errors."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def Log(self, request: Any) -> empty_pb2.Empty:  # noqa: N802 gRPC's name
        if request.severity in (engine_pb2.WARNING, engine_pb2.ERROR):
            self.messages.append(request.message)
        return empty_pb2.Empty()


def _options(request: Any) -> Options:
    return Options(
        protect=request.protect,
        retain_on_delete=request.retainOnDelete,
        delete_before_replace=request.deleteBeforeReplace,
        ignore_changes=tuple(request.ignoreChanges),
        replace_on_changes=tuple(request.replaceOnChanges),
        additional_secret_outputs=tuple(request.additionalSecretOutputs),
        aliases=tuple(_messages(request.aliases)),
        deleted_with=request.deletedWith,
        import_id=request.importId,
        provider=request.provider.rpartition("::")[0],
        before_update=tuple(request.hooks.before_update),
        dependencies=frozenset(request.dependencies),
        properties={name: frozenset(deps.urns) for name, deps in request.propertyDependencies.items()},
    )


def _messages(messages: Iterable[Any]) -> Iterable[dict[str, Any]]:
    for message in messages:
        yield json_format.MessageToDict(message)
