"""Which device a call runs on. Nothing here touches a GPU before it is asked to."""

from __future__ import annotations

import os

DEVICES = ("auto", "cpu", "cuda")


def cuda_available() -> bool:
    """True when this build can decode on a GPU and there is one. This version has no GPU backend: always False."""
    return False


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
