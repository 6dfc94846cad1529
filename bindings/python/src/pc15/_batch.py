"""Many pictures in one call: what `encode_batch` and `decode_batch` have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from . import native
from ._errors import Pc15Error, error_class

T = TypeVar("T")

# What is wrong with one picture and says nothing about the others.
REFUSALS = (Pc15Error, TypeError, ValueError)


def each(inputs: Any, prepare: Callable[[int, Any], T], keep: bool) -> tuple[list[T], list[int], list[Any]]:
    """What `prepare(index, input)` makes of the inputs, the index of each, and a list of results in which those that
    it refused have their exception already. Raises the first refusal unless `keep`."""
    ready: list[T] = []
    where: list[int] = []
    results: list[Any] = []
    for index, item in enumerate(inputs):
        results.append(None)
        try:
            ready.append(prepare(index, item))
            where.append(index)
        except REFUSALS as error:
            if not keep:
                raise
            results[index] = error
    return ready, where, results


def failure(index: int, status: int, message: str = "") -> Pc15Error:
    """The exception of one picture; `message` is the handle's, which is about the first that failed."""
    text = message or f"picture {index}: {native.pc15_status_doc(status)}"
    return error_class(status)(f"{native.pc15_status_name(status)}: {text}", status)


def raise_first(results: list[Any]) -> None:
    for result in results:
        if isinstance(result, BaseException):
            raise result
