"""How a call of the engine ends when it cannot be answered: with a refusal's own words, or as a fault of ours."""

import functools
import sys
import traceback
from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

import grpc

from sandbox.values import decode, has_secret

# The parts of the protocol's requests that hold a resource's values.
_VALUES: Final = ("args", "news", "olds", "old_inputs", "inputs", "properties")

Method = TypeVar("Method", bound=Callable[..., Any])


class No(Exception):
    """The answer to a call is no; the text is for the engine's user."""

    def __init__(self, message: str, code: grpc.StatusCode = grpc.StatusCode.FAILED_PRECONDITION) -> None:
        super().__init__(message)
        self.code = code


def guarded(method: Method) -> Method:
    """End a method of the protocol in words that its caller can use, whatever happens in it."""

    @functools.wraps(method)
    def ended(provider: Any, request: Any, context: grpc.ServicerContext) -> Any:
        try:
            return method(provider, request, context)
        except No as no:
            code, message = no.code, str(no)
        # Anything: what is not caught here reaches the user as "Exception calling application: 'publicIp'", which names
        # neither the resource nor whose fault it is.
        except Exception as fault:  # noqa: BLE001
            code, message = grpc.StatusCode.INTERNAL, _fault(method.__name__.lower(), request, fault)
        return context.abort(code, message)  # which raises

    return cast("Method", ended)


def _fault(operation: str, request: Any, fault: Exception) -> str:
    """Write the traceback to standard error, which is serve.log, and say whose fault it is.

    An exception's own text may hold a piece of a value; with a secret among them only its class is told. The engine's
    user gets the class alone in any case.
    """
    urn = str(getattr(request, "urn", ""))
    what = f"{operation} of {urn.split('::')[2].rsplit('$', 1)[-1]} ({urn})" if urn.count("::") > 2 else operation
    secret = any(has_secret(decode(getattr(request, part))) for part in _VALUES if hasattr(request, part))
    frames = "".join(traceback.format_tb(fault.__traceback__))
    told = f"{frames}{type(fault).__name__}\n" if secret else "".join(traceback.format_exception(fault))
    sys.stderr.write(f"{what}:\n{told}")
    sys.stderr.flush()
    return (
        f"{what} ended in {type(fault).__name__}: a fault of the sandbox, not of the program; "
        "the traceback stands in serve.log"
    )
