"""The configuration of a batch: everything that decides the bytes of its files, and nothing else."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

import pc15
from pc15 import native


@dataclass(frozen=True)
class EncodeConfig:
    """Parameters of the encoder by name (lambda without underscore), the data set's name, and whether ICC profiles
    are kept. Values are checked when the configuration is made."""

    params: dict[str, Any] = field(default_factory=dict)
    dataset: str = "images"
    icc: bool = True
    device: str = "auto"

    def __post_init__(self) -> None:
        if "threads" in self.params:
            raise ValueError("threads do not belong to the configuration: they never change the bytes")
        with pc15.Encoder(device=self.device, **self.params) as encoder:  # refuses what is wrong, before any work
            encoder.get("quality")

    @property
    def setting(self) -> str:
        """Q or lambda, as names have it."""
        if self.params.get("lossless"):
            return "lossless"
        if self.params.get("lambda") is not None:
            return f"l{self.params['lambda']:.9g}"
        with pc15.Encoder(**self.params) as encoder:
            return f"q{encoder.get('quality'):.9g}"

    @property
    def seed(self) -> int:
        return int(self.params.get("seed") or 0)

    @property
    def hash(self) -> str:
        """Changes whenever the bytes may."""
        content = {"params": self.params, "icc": self.icc, "library": pc15.version(),
                   "bitstream": [native.pc15_bitstream_version(), native.pc15_bitstream_revision()]}
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
