"""The exceptions, one for each class of status of the library."""

from __future__ import annotations

from . import native


class Pc15Error(RuntimeError):
    """A call of the library failed. `status` is its number and `name` the name of the constant."""

    def __init__(self, message: str, status: int = native.PC15_ERROR_INTERNAL) -> None:
        super().__init__(message)
        self.status = status
        self.name: str = native.pc15_status_name(status)

    def __reduce__(self) -> tuple[type[Pc15Error], tuple[str, int]]:
        return type(self), (str(self), self.status)


class UsageError(Pc15Error, ValueError):
    """An argument is wrong."""


class DataError(Pc15Error, ValueError):
    """The file is not what it should be: not PC15, of another version, truncated, damaged."""


class ResourceError(Pc15Error):
    """A limit refused the work."""


class OutOfMemoryError(ResourceError, MemoryError):
    """There was not enough memory."""


class DeviceError(Pc15Error):
    """A device is missing or failed."""


class InternalError(Pc15Error):
    """A defect of the library: please report it."""


class CancelledError(Pc15Error):
    """The progress callback asked to stop."""


class BusyError(Pc15Error):
    """The handle is in use by another thread."""

    def __init__(self, message: str, status: int = native.PC15_ERROR_WRONG_STATE) -> None:
        super().__init__(message, status)


def error_class(status: int) -> type[Pc15Error]:
    """The exception for a status that is neither success nor a note to act on."""
    if status == native.PC15_NOTE_CANCELLED:
        return CancelledError
    if status == native.PC15_ERROR_NO_MEMORY:
        return OutOfMemoryError
    for floor, kind in ((-99, UsageError), (-199, DataError), (-299, ResourceError), (-399, DeviceError)):
        if 0 > status >= floor:
            return kind
    return InternalError


def check(status: int, message: str = "") -> None:
    """Raises unless the status is success."""
    if status != native.PC15_OK:
        text = message or native.pc15_status_doc(status)
        raise error_class(status)(f"{native.pc15_status_name(status)}: {text}", status)
