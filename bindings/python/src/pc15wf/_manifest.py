"""What a batch has to do and what became of it. Keys are paths below the root, with `/`."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

TODO, DONE, ERROR = "todo", "done", "error"
STATES = (TODO, DONE, ERROR)


def checked_key(key: str) -> str:
    """A key that stays below the root."""
    pure = PurePosixPath(key)
    if not key or "\0" in key or pure.is_absolute() or ".." in pure.parts or str(pure) != key or key == ".":
        raise ValueError(f"{key!r} is no path below the root of the manifest")
    return key


@dataclass
class Item:
    """One image: its state, and for done and error what is known about it."""

    key: str
    state: str = TODO
    record: dict[str, Any] = field(default_factory=dict)


@dataclass
class Manifest:
    """All images of a batch, in the order they were planned. `id` names the batch; `out_root` is where the last run
    wrote."""

    root: str
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    out_root: str = ""
    items: dict[str, Item] = field(default_factory=dict)

    @classmethod
    def plan(cls, paths: Iterable[str | Path], root: str | Path | None = None) -> Manifest:
        """A manifest of these files, all todo, below `root` or the folder they have in common."""
        files = [Path(os.path.abspath(p)) for p in paths]
        if root is not None:
            top = os.path.abspath(root)
        else:
            top = os.path.commonpath([str(f.parent) for f in files]) if files else os.getcwd()
        manifest = cls(top)
        manifest.add(files)
        return manifest

    def add(self, paths: Iterable[str | Path]) -> list[str]:
        """Plans more files; returns the keys that are new."""
        fresh = []
        for path in paths:
            absolute = Path(os.path.abspath(path))
            try:
                key = absolute.relative_to(self.root).as_posix()
            except ValueError:
                raise ValueError(f"{path} lies outside the root {self.root} of the manifest") from None
            if key not in self.items:
                self.items[checked_key(key)] = Item(key)
                fresh.append(key)
        return fresh

    def source(self, key: str) -> Path:
        return Path(self.root, *PurePosixPath(checked_key(key)).parts)

    def output(self, key: str) -> Path | None:
        """The file of a done image."""
        name = self.items[key].record.get("out")
        return Path(self.out_root, *PurePosixPath(checked_key(name)).parts) if name else None

    def count(self, state: str) -> int:
        return sum(item.state == state for item in self.items.values())
