"""The file of a manifest: a journal that is only appended to.

One record a line: eight hex digits of the CRC-32 of the rest, a space, JSON. Later records overrule earlier ones. A torn
last line, which a kill or a full disk leaves, is dropped; a damaged line elsewhere is refused. When most lines are
overruled the journal is rewritten, atomically. A lock on the file keeps a second writer out.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import time
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from ._files import TEMPORARY, _write_all, sync_folder
from ._manifest import DONE, ERROR, STATES, Item, Manifest, checked_key

VERSION = 1
SYNC_SECONDS = 1.0


def _line(record: Mapping[str, Any]) -> bytes:
    text = json.dumps(record, sort_keys=True, separators=(",", ":")).encode()
    return b"%08x %s\n" % (zlib.crc32(text), text)


def _parse(line: bytes) -> dict[str, Any] | None:
    """A record, None when its checksum does not hold."""
    try:
        if len(line) < 11 or line[8:9] != b" " or int(line[:8], 16) != zlib.crc32(line[9:]):
            return None
        record = json.loads(line[9:])
    except ValueError:
        return None
    return record if isinstance(record, dict) else None


def _apply(manifest: Manifest | None, record: dict[str, Any], where: str) -> Manifest:
    kind = record.get("t")
    if kind == "head":
        if record.get("v") != VERSION:
            raise ValueError(f"{where}: the manifest has version {record.get('v')}, this program knows {VERSION}")
        return Manifest(str(record["root"]), str(record["id"]), str(record.get("out_root", "")))
    if manifest is None:
        raise ValueError(f"{where}: no manifest of pc15")
    if kind == "run":
        manifest.out_root = str(record["out_root"])
    elif kind in STATES:
        key = checked_key(str(record["k"]))
        rest = {name: value for name, value in record.items() if name not in ("t", "k")}
        if kind == DONE:
            checked_key(str(rest["out"]))
        manifest.items[key] = Item(key, str(kind), rest)
    else:
        raise ValueError(f"{where}: unknown record {kind!r}")
    return manifest


def _read(data: bytes, path: str) -> tuple[Manifest, int, int]:
    """The manifest, the bytes that are good, and the number of records."""
    manifest: Manifest | None = None
    good, count = 0, 0
    while good < len(data):
        end = data.find(b"\n", good)
        record = _parse(data[good:end]) if end >= 0 else None
        if record is None:
            if end >= 0 and data.find(b"\n", end + 1) >= 0:
                raise ValueError(f"{path}:{count + 1}: damaged record")
            break  # torn by a kill
        try:
            manifest = _apply(manifest, record, f"{path}:{count + 1}")
        except (KeyError, TypeError) as error:
            raise ValueError(f"{path}:{count + 1}: {error}") from None
        good, count = end + 1, count + 1
    if manifest is None:
        raise ValueError(f"{path}: no manifest of pc15")
    return manifest, good, count


def _records(manifest: Manifest) -> Iterable[dict[str, Any]]:
    yield {"t": "head", "v": VERSION, "root": manifest.root, "id": manifest.id, "out_root": manifest.out_root}
    for item in manifest.items.values():
        yield {"t": item.state, "k": item.key, **item.record}


def load_manifest(path: str | Path) -> Manifest:
    """The manifest of a file, without locking it. ValueError when it is none or damaged."""
    return _read(Path(path).read_bytes(), str(path))[0]


def _create(path: Path, manifest: Manifest) -> int:
    """Writes the whole journal beside its place, locks it, and moves it there; returns the open file."""
    temporary = path.with_name(f"{TEMPORARY}manifest-{os.getpid()}-{secrets.token_hex(8)}")
    handle = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o666)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _write_all(handle, b"".join(map(_line, _records(manifest))))
        os.fsync(handle)
        os.replace(temporary, path)
    except BaseException:
        os.close(handle)
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
    return handle


def save_manifest(path: str | Path, manifest: Manifest) -> None:
    """Writes a manifest to a file, atomically."""
    os.close(_create(Path(path), manifest))


class Journal:
    """A manifest open for writing. `Journal(path)` opens one that exists, `Journal(path, manifest)` makes one."""

    def __init__(self, path: str | Path, manifest: Manifest | None = None) -> None:
        self.path = Path(path)
        self._synced = time.monotonic()
        if manifest is not None:
            self._handle, self.manifest = _create(self.path, manifest), manifest
            self._count = 1 + len(manifest.items)
            return
        self._handle = self._open_locked()
        try:
            with open(self._handle, "rb", closefd=False) as file:
                data = file.read()
            self.manifest, good, self._count = _read(data, str(path))
            if good < len(data):
                os.ftruncate(self._handle, good)
        except BaseException:
            os.close(self._handle)
            raise
        self._compact_if_worth_it()

    def _open_locked(self) -> int:
        while True:
            handle = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.path.samestat(os.fstat(handle), os.stat(self.path)):
                    return handle
            except BlockingIOError:
                os.close(handle)
                raise BlockingIOError(f"{self.path}: another run is writing this manifest") from None
            os.close(handle)  # it was compacted between the two calls

    def _compact_if_worth_it(self) -> None:
        if self._count > 100 + 3 * len(self.manifest.items):
            self.compact()

    def compact(self) -> None:
        """Rewrites the journal without what was overruled."""
        fresh = _create(self.path, self.manifest)
        os.close(self._handle)
        self._handle, self._count = fresh, 1 + len(self.manifest.items)

    def append(self, *records: dict[str, Any]) -> None:
        """Records what happened; a kill cannot take it back, a power failure at most the last second. When the disk is
        full nothing is recorded, and the journal stays good for the next attempt."""
        end = os.fstat(self._handle).st_size
        try:
            _write_all(self._handle, b"".join(map(_line, records)))
        except OSError:
            os.ftruncate(self._handle, end)  # a part of a line may be there
            raise
        self._count += len(records)
        for record in records:
            _apply(self.manifest, record, str(self.path))
        if time.monotonic() - self._synced > SYNC_SECONDS:
            os.fsync(self._handle)
            self._synced = time.monotonic()

    def close(self) -> None:
        try:
            os.fsync(self._handle)
        finally:
            os.close(self._handle)

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


__all__ = ["DONE", "ERROR", "Journal", "load_manifest", "save_manifest"]
