"""The work on one image, the same for every engine: it takes and returns plain data, and doing it twice is doing it
once."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pc15

from ._files import atomic_write, digest
from ._input import Limits, reader
from ._manifest import DONE, ERROR


@dataclass(frozen=True)
class Task:
    """One image to encode. `tag` marks temporaries of the batch."""

    key: str
    root: str
    source: str
    out_root: str
    out: str
    params: dict[str, Any]
    config: str
    tag: str
    icc: bool = True
    device: str = "auto"
    threads: int = 1
    limits: Limits = field(default_factory=Limits)


def _inside(path: Path, root: Path, what: str) -> Path:
    """The path with links resolved; ValueError when that leaves the root."""
    real, top = path.resolve(), root.resolve()
    if not real.is_relative_to(top):
        raise ValueError(f"{what} leaves {top} through a symbolic link")
    return real


def _encode(task: Task) -> dict[str, Any]:
    started = time.perf_counter()
    source = reader(task.limits).read(_inside(Path(task.source), Path(task.root), "the path"))
    with pc15.Encoder(device=task.device, threads=task.threads, **task.params) as encoder:
        if task.icc and source.icc:
            encoder.set_metadata(icc=source.icc)
        data = encoder.encode(source.pixels)
        stats = encoder.stats
    target = Path(task.out_root, task.out)
    target.parent.mkdir(parents=True, exist_ok=True)
    _inside(target.parent, Path(task.out_root), "the output")
    atomic_write(target, data, tag=task.tag)
    height, width = source.pixels.shape[:2]
    return {
        "t": DONE, "k": task.key, "out": task.out, "config": task.config, "bytes": len(data), "digest": digest(data),
        "source": [source.size, source.mtime_ns, source.digest], "width": width, "height": height, "bpp": stats.bpp,
        "seconds": round(time.perf_counter() - started, 4),
    }


def encode_task(task: Task) -> dict[str, Any]:
    """Encodes one image; returns the record for the journal, of state done or error. Never raises for what the image,
    the disk or the memory did."""
    try:
        return _encode(task)
    except (OSError, ValueError, RuntimeError, MemoryError) as error:
        text = str(error).splitlines()[0] if str(error) else type(error).__name__
        return {"t": ERROR, "k": task.key, "message": text[:500]}
