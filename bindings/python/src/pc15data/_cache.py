"""A cache of byte strings in one LMDB file, for data sets of very many small images."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from pc15core import require


class LmdbCache:
    """A mapping of names to bytes on disk. One process may write at a time, any number may read. RuntimeError("Manque:
    lmdb") without the package lmdb."""

    def __init__(self, path: str | Path, *, max_bytes: int = 1 << 36, read_only: bool = False) -> None:
        lmdb = require("lmdb")
        self._env: Any = lmdb.open(str(path), subdir=False, map_size=max_bytes, readonly=read_only, lock=True)

    @staticmethod
    def _key(name: str) -> bytes:
        key = name.encode()
        if not 0 < len(key) <= 511:
            raise ValueError(f"a name has 1...511 bytes, not {len(key)}")
        return key

    def get(self, name: str) -> bytes | None:
        with self._env.begin() as transaction:
            found = transaction.get(self._key(name))
        return None if found is None else bytes(found)

    def put(self, name: str, data: bytes) -> None:
        with self._env.begin(write=True) as transaction:
            transaction.put(self._key(name), data)

    def get_or(self, name: str, make: Callable[[], bytes]) -> bytes:
        """What is stored under the name, else what `make` returns, which is stored then."""
        found = self.get(name)
        if found is None:
            found = make()
            self.put(name, found)
        return found

    def names(self) -> Iterator[str]:
        with self._env.begin() as transaction:
            for key, _ in transaction.cursor():
                yield bytes(key).decode()

    def __len__(self) -> int:
        with self._env.begin() as transaction:
            return int(transaction.stat()["entries"])

    def close(self) -> None:
        self._env.close()

    def __enter__(self) -> LmdbCache:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
