"""Pulumi's provider protocol: one servicer a package, each connection of the engine a provider of its own.

The engine opens one connection for each provider instance of the program; which account and region a call is for is
known from the connection it comes over (`context.peer()`).
"""

import json
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Self

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, plugin_pb2, provider_pb2, provider_pb2_grpc

from sandbox.connection import Connection
from sandbox.faults import ATTEMPTS, FaultInjected, Throttled
from sandbox.guard import No, guarded
from sandbox.naming import deletes_first
from sandbox.operations import Clouds, Refused
from sandbox.problems import Problem
from sandbox.properties import planned
from sandbox.values import decode, encode, has_unknown, reveal, secret_at, top_level

LOG_SECONDS: Final = 10.0
BOOKKEEPING: Final = ("__defaults", "__internal")


class CallLog:
    """One JSON line for each thing the engine asked for; tests and people read it."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file = file.open("a", encoding="utf-8", buffering=1)
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, **fields: object) -> None:
        """Add one line."""
        with self._lock:
            self._file.write(json.dumps(fields) + "\n")


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """One package's provider. Names of the methods are the protocol's."""

    def __init__(self, package: str, version: str, clouds: Clouds, log: CallLog) -> None:
        self._package = package
        self._version = version
        self._clouds = clouds
        self._log = log
        self._connections: dict[str, Connection] = {}
        self._engines: dict[str, engine_pb2_grpc.EngineStub] = {}
        self._unjudged: set[str] = set()

    # --- the connection ---

    def Handshake(  # noqa: N802
        self, request: provider_pb2.ProviderHandshakeRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ProviderHandshakeResponse:
        """Meet the engine: secrets come and go as secrets."""
        self._meet_engine(request.engine_address, context)
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True, accept_resources=False, accept_outputs=False)

    def Attach(self, request: plugin_pb2.PluginAttach, context: grpc.ServicerContext) -> empty_pb2.Empty:  # noqa: N802
        """Meet an engine that attaches to a running provider."""
        self._meet_engine(request.address, context)
        return empty_pb2.Empty()

    def GetPluginInfo(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:  # noqa: N802
        """Say which SDK version this provider speaks for."""
        return plugin_pb2.PluginInfo(version=self._version)

    @guarded
    def CheckConfig(  # noqa: N802
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        """Take a provider's configuration as it is; `Configure` reads it."""
        return provider_pb2.CheckResponse(inputs=request.news)

    @guarded
    def DiffConfig(  # noqa: N802
        self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext
    ) -> provider_pb2.DiffResponse:
        """A provider that moves to another account, subscription or region replaces everything it made."""
        olds, news = reveal(decode(request.olds)), reveal(decode(request.news))
        changed = request.olds != request.news
        unknown = has_unknown(news)
        return provider_pb2.DiffResponse(
            changes=provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE,
            replaces=[] if unknown else Connection.of(self._package, olds).moves(Connection.of(self._package, news)),
        )

    @guarded
    def Configure(  # noqa: N802
        self, request: provider_pb2.ConfigureRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ConfigureResponse:
        """Remember the account and region of this connection; refuse a configuration that does not say them."""
        connection = Connection.of(self._package, reveal(decode(request.args)))
        try:
            problems = self._clouds.configure(connection)
        except FaultInjected as silence:
            self._log.write(op="configure", package=self._package, region=connection.region, outcome="refused")
            raise No(f"the {self._package} provider cannot be configured: {silence}") from None
        if problems:
            told = "; ".join(str(problem) for problem in problems)
            raise No(f"the {self._package} provider cannot be configured: {told}")
        self._connections[context.peer()] = connection
        self._log.write(op="configure", package=self._package, account=connection.account, region=connection.region)
        return provider_pb2.ConfigureResponse(
            acceptSecrets=True, supportsPreview=True, acceptResources=False, acceptOutputs=False
        )

    def Cancel(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> empty_pb2.Empty:  # noqa: N802
        """Nothing to stop: every operation is short."""
        return empty_pb2.Empty()

    # --- what is not there ---

    @guarded
    def Invoke(  # noqa: N802
        self, request: provider_pb2.InvokeRequest, context: grpc.ServicerContext
    ) -> provider_pb2.InvokeResponse:
        """Refuse every look-up, by name: the program needs none, and a preview must not depend on one."""
        self._log.write(op="invoke", token=request.tok)
        raise No(f"the offline clouds answer no look-ups; this one was {request.tok}", grpc.StatusCode.UNIMPLEMENTED)

    # --- the life of a resource ---

    @guarded
    def Check(  # noqa: N802
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        """Judge inputs, fill names and tags in."""
        new = _without_bookkeeping(decode(request.news))
        old = _without_bookkeeping(decode(request.olds))
        token = _token(request.urn)
        checked = self._clouds.check(
            self._connection(context), token, request.urn.rsplit("::", 1)[-1], request.randomSeed, old, new
        )
        for sentence in checked.unjudged:
            if sentence not in self._unjudged:
                self._unjudged.add(sentence)
                self._say(context, request.urn, sentence)
        failures = [_failure(problem, checked.inputs) for problem in checked.problems]
        return provider_pb2.CheckResponse(inputs=encode(checked.inputs), failures=failures)

    @guarded
    def Diff(self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext) -> provider_pb2.DiffResponse:  # noqa: N802
        """Say what changes, and what of it replaces."""
        old = _without_bookkeeping(decode(request.old_inputs))
        new = _without_bookkeeping(decode(request.news))
        token = _token(request.urn)
        changes = self._clouds.diff(self._connection(context), token, old, new)
        kinds = provider_pb2.PropertyDiff
        detailed = {
            change.path: provider_pb2.PropertyDiff(
                kind=kinds.UPDATE_REPLACE if change.replace else kinds.UPDATE, inputDiff=True
            )
            for change in changes
        }
        # The engine wants whole paths in the details and top-level names elsewhere, as the bridge gives them.
        replaces = sorted({top_level(change.path) for change in changes if change.replace})
        name = request.urn.rsplit("::", 1)[-1]
        return provider_pb2.DiffResponse(
            changes=provider_pb2.DiffResponse.DIFF_SOME if changes else provider_pb2.DiffResponse.DIFF_NONE,
            replaces=replaces,
            deleteBeforeReplace=bool(replaces) and deletes_first(token, name, new),
            diffs=sorted({top_level(change.path) for change in changes}),
            detailedDiff=detailed,
            hasDetailedDiff=True,
        )

    @guarded
    def Create(  # noqa: N802
        self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CreateResponse:
        """Make a resource, or say in a preview what it will look like."""
        inputs = _without_bookkeeping(decode(request.properties))
        token = _token(request.urn)
        if request.preview:
            return provider_pb2.CreateResponse(properties=encode(planned(token, inputs)))
        connection = self._connection(context)
        made = self._run("create", request.urn, "", lambda: self._clouds.create(connection, token, request.urn, inputs))
        return provider_pb2.CreateResponse(id=made[0], properties=encode(made[1]))

    @guarded
    def Read(self, request: provider_pb2.ReadRequest, context: grpc.ServicerContext) -> provider_pb2.ReadResponse:  # noqa: N802
        """Look at a resource as it is now; one that is gone has no id."""
        inputs = _without_bookkeeping(decode(request.inputs))
        properties = decode(request.properties)
        token, connection = _token(request.urn), self._connection(context)
        found = self._run(
            "read",
            request.urn,
            request.id,
            lambda: self._clouds.read(connection, token, request.id, inputs, properties),
        )
        if found is None:
            return provider_pb2.ReadResponse()
        return provider_pb2.ReadResponse(id=request.id, inputs=encode(found[0]), properties=encode(found[1]))

    @guarded
    def Update(  # noqa: N802
        self, request: provider_pb2.UpdateRequest, context: grpc.ServicerContext
    ) -> provider_pb2.UpdateResponse:
        """Change a resource in place, or say in a preview what it will look like."""
        old_inputs = _without_bookkeeping(decode(request.old_inputs))
        new_inputs = _without_bookkeeping(decode(request.news))
        olds = decode(request.olds)
        if request.preview:
            kept = {key: value for key, value in olds.items() if key not in old_inputs}
            return provider_pb2.UpdateResponse(properties=encode({**kept, **new_inputs}))
        token, connection = _token(request.urn), self._connection(context)
        properties = self._run(
            "update",
            request.urn,
            request.id,
            lambda: self._clouds.update(connection, token, request.id, old_inputs, new_inputs, olds),
        )
        return provider_pb2.UpdateResponse(properties=encode(properties))

    @guarded
    def Delete(self, request: provider_pb2.DeleteRequest, context: grpc.ServicerContext) -> empty_pb2.Empty:  # noqa: N802
        """Take a resource away."""
        properties = decode(request.properties)
        token, connection = _token(request.urn), self._connection(context)
        self._run(
            "delete",
            request.urn,
            request.id,
            lambda: self._clouds.delete(connection, token, request.id, properties),
        )
        return empty_pb2.Empty()

    # --- helpers ---

    def _run(
        self,
        operation: str,
        urn: str,
        id: str,  # noqa: A002  the protocol's own word
        work: Callable[[], Any],
    ) -> Any:
        for left in reversed(range(ATTEMPTS.get(self._package, 1))):
            started = time.perf_counter()
            outcome = "broken"
            try:
                answer = work()
                outcome = "ok"
            except (Refused, FaultInjected) as refusal:
                outcome = "refused"
                raise No(str(refusal)) from None
            except Throttled as refusal:
                outcome = "throttled"
                if not left:
                    raise No(f"exceeded maximum number of attempts: {refusal}") from None
                continue
            finally:
                milliseconds = round((time.perf_counter() - started) * 1000, 2)
                self._log.write(op=operation, urn=urn, id=id, outcome=outcome, ms=milliseconds)
            return answer
        raise AssertionError("the last attempt ends in an answer or a refusal")

    def _connection(self, context: grpc.ServicerContext) -> Connection:
        connection = self._connections.get(context.peer())
        if connection is None:
            raise No(f"{self._package}: a call came over a connection that was never configured")
        return connection

    def _meet_engine(self, address: str, context: grpc.ServicerContext) -> None:
        if address:
            self._engines[context.peer()] = engine_pb2_grpc.EngineStub(grpc.insecure_channel(address))

    def _say(self, context: grpc.ServicerContext, urn: str, message: str) -> None:
        engine = self._engines.get(context.peer())
        if engine is not None:
            engine.Log(
                engine_pb2.LogRequest(severity=engine_pb2.WARNING, message=message, urn=urn), timeout=LOG_SECONDS
            )


def _failure(problem: Problem, inputs: Mapping[str, Any]) -> provider_pb2.CheckFailure:
    """Tell of a problem: the engine prints what it finds at the path, in plain, so a secret's stands in the reason."""
    if secret_at(inputs, problem.path):
        return provider_pb2.CheckFailure(reason=str(problem))
    return provider_pb2.CheckFailure(property=problem.path, reason=f"{problem.message} [{problem.fact}]")


def _token(urn: str) -> str:
    # urn:pulumi:stack::project::parent$type::name; the type is the last of the chain.
    return urn.split("::")[2].rsplit("$", 1)[-1]


def _without_bookkeeping(values: Mapping[str, Any]) -> dict[str, Any]:
    """Drop the keys that bridged providers keep among their inputs."""
    return {key: value for key, value in values.items() if key not in BOOKKEEPING}
