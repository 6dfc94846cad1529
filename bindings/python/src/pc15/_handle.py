"""What encoder and decoder handles have in common: parameters, progress, messages, one thread at a time."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from types import TracebackType
from typing import Any, ClassVar, TypeVar

from . import native
from ._errors import BusyError, DataError, InternalError, Pc15Error, UsageError, error_class
from ._params import find, integer_value
from ._run import Progress, interruptible

Self = TypeVar("Self", bound="Handle")


class Handle:
    """A handle of the library. Use it from one thread at a time; a second one gets BusyError. `cancel` may come
    from any thread."""

    _kind: ClassVar[str]

    def __init__(self, **params: Any) -> None:
        status, pointer = self._function("create")()
        if status != native.PC15_OK:
            raise error_class(status)(native.pc15_status_doc(status), status)
        self._pointer = pointer
        self._lock = threading.Lock()
        self._finalizer = weakref.finalize(self, self._function("destroy"), pointer)
        try:
            self.set(**params)
        except BaseException:
            self.close()
            raise

    @classmethod
    def _function(cls, verb: str) -> Callable[..., Any]:
        function: Callable[..., Any] = getattr(native, f"pc15_{cls._kind}_{verb}")
        return function

    def close(self) -> None:
        """Frees the handle; later calls raise ValueError. Waits for nothing: BusyError while a call runs."""
        if self._finalizer.alive:
            with self._exclusive():
                self._finalizer()

    def __enter__(self: Self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _exclusive(self) -> _Exclusive:
        return _Exclusive(self)

    def _check(self, status: int, *notes: int) -> int:
        """Raises with the handle's message unless the status is success or one of the notes."""
        if status == native.PC15_OK or status in notes:
            return status
        message = self._message()
        name = native.pc15_status_name(status)
        text = message or native.pc15_status_doc(status)
        if error_class(status) in (DataError, InternalError):
            self._reset()  # it is poisoned; the next call starts afresh
        raise error_class(status)(f"{name}: {text}", status)

    def _message(self) -> str:
        """What the handle says of the last call that failed."""
        _, message = self._function("last_error")(self._pointer)
        return str(message)

    def _reset(self) -> None:
        self._function("reset")(self._pointer)

    def _set_one(self, name: str, value: object) -> None:
        parameter = find(name, encoder=self._kind == "encoder")
        number = integer_value(parameter, value)
        verb = "set_param_f64" if parameter.kind == "real" else "set_param"
        try:
            self._check(self._function(verb)(self._pointer, parameter.id, number))
        except OverflowError:
            raise UsageError(f"{parameter.name} {number} is no 64-bit number", native.PC15_ERROR_OUT_OF_RANGE) from None

    def set(self, **params: Any) -> None:
        """Sets parameters by name; see pc15.parameters(). `lambda_` stands for lambda. None leaves one as it is."""
        with self._exclusive():
            for name, value in params.items():
                if value is not None:
                    self._set_one(name, value)

    def get(self, name: str) -> float | int:
        """The value of a parameter, reals in the units of the user."""
        parameter = find(name, encoder=self._kind == "encoder")
        verb = "get_param_f64" if parameter.kind == "real" else "get_param"
        with self._exclusive():
            status, value = self._function(verb)(self._pointer, parameter.id)
            self._check(status)
        result: float | int = value
        return result

    def cancel(self) -> None:
        """Ends the running call, or the next one when none is running, with CancelledError. Any thread."""
        if self._finalizer.alive:
            self._function("cancel")(self._pointer)

    def _work(self, call: Callable[[], Any], progress: Callable[[int, int], object] | None, pixels: int) -> Any:
        """Runs a long call, which Ctrl-C and the callback can end."""
        report = Progress(progress) if progress is not None else None
        pointer = self._pointer
        if report is not None:
            self._function("set_progress")(pointer, report)
        try:
            return interruptible(call, lambda: self._function("cancel")(pointer), pixels)
        except BaseException:
            self._reset()
            raise
        finally:
            if report is not None:
                self._function("set_progress")(pointer, None)
                if report.failure is not None:
                    self._reset()
                    raise report.failure


class _Exclusive:
    """Keeps other threads out of a handle for the length of a call."""

    def __init__(self, handle: Handle) -> None:
        self._handle = handle

    def __enter__(self) -> None:
        handle = self._handle
        if not handle._lock.acquire(blocking=False):
            raise BusyError("the handle is in use by another thread")
        if not handle._finalizer.alive:
            handle._lock.release()
            raise ValueError("the handle is closed")

    def __exit__(self, *_: object) -> None:
        self._handle._lock.release()


__all__ = ["Handle", "Pc15Error"]
