"""Ends the program without a traceback when the engine stops it."""

import signal
import threading


def end_quietly_when_interrupted() -> None:
    """Let SIGINT end this process as the system would, instead of raising KeyboardInterrupt.

    The engine interrupts the program when a check or a policy has refused a resource, and when somebody stops the
    update. There is nothing to clean up here, and a traceback of the event loop would stand in front of the reason.
    Does nothing outside the main thread, where Python lets nobody set a signal's handler.
    """
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_DFL)
