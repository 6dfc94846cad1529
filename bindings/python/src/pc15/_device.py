"""Which device a call runs on. Nothing here touches a GPU before it is asked to."""

from __future__ import annotations

import os

from . import native

DEVICES = ("auto", "cpu", "cuda")


def cuda_available() -> bool:
    """True when there is a GPU that decodes: it, its driver and the library libpc15-cuda. Asking loads the library
    and starts the driver, which a process that forks should leave to its children."""
    status, count = native.pc15_device_count()
    return bool(status == 0 and count > 0)


def resolve_device(device: object = "auto") -> str:
    """"cpu" or "cuda". Raises RuntimeError("Manque: GPU CUDA") when CUDA is required and absent, unless the
    environment says PC15_ALLOW_CPU_TESTS=1."""
    kind = str(getattr(device, "type", device)).split(":")[0]
    if kind not in DEVICES:
        raise ValueError(f"device {device!r} is none of {', '.join(DEVICES)}")
    if kind == "cuda" and not cuda_available():
        if os.environ.get("PC15_ALLOW_CPU_TESTS") == "1":
            return "cpu"
        raise RuntimeError("Manque: GPU CUDA")
    return "cuda" if kind == "auto" and cuda_available() else "cpu" if kind == "auto" else kind


def device_params(device: object = "auto") -> dict[str, int]:
    """The parameters of a decoder for a device: "auto", "cpu", "cuda", "cuda:1", or a torch.device. "auto" asks nothing
    before a large picture is decoded. Raises as resolve_device() does."""
    kind, _, number = str(device).partition(":")
    if getattr(device, "type", kind) == "auto":
        return {"device": native.PC15_DEVICE_AUTO}
    if resolve_device(device) == "cpu":
        return {"device": native.PC15_DEVICE_CPU}
    return {"device": native.PC15_DEVICE_CUDA, "device_index": int(number or 0)}
