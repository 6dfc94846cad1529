"""Files that are whole or not there."""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

TEMPORARY = ".pc15tmp-"


def sync_folder(folder: Path) -> None:
    """Makes a rename in the folder last; some file systems know no such thing."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)


def _write_all(handle: int, data: Any) -> None:
    view = memoryview(data).cast("B")
    while view:
        view = view[os.write(handle, view) :]


def atomic_write(path: str | Path, data: Any, *, tag: str = "") -> None:
    """Writes bytes so that the file has the old content or the new, never a part: a unique temporary file beside it,
    fsync, rename, fsync of the folder. On an error nothing is left. `tag` goes into the temporary's name."""
    target = Path(path)
    content = data.encode() if isinstance(data, str) else data
    temporary = target.with_name(f"{TEMPORARY}{tag or 'x'}-{os.getpid()}-{secrets.token_hex(8)}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    try:
        try:
            _write_all(handle, content)
            os.fsync(handle)
        finally:
            os.close(handle)
        os.replace(temporary, target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)


def remove_temporaries(root: Path, tag: str) -> int:
    """Deletes what killed writers with this tag left under a folder."""
    count = 0
    for folder, _, names in os.walk(root):
        for name in names:
            if name.startswith(f"{TEMPORARY}{tag}-"):
                Path(folder, name).unlink(missing_ok=True)
                count += 1
    return count


def digest(data: Any) -> str:
    """What identifies the content of a file. Not a CRC-32: compact files end in theirs, so that all have the same."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def file_digest(path: Path) -> str:
    """The digest of a file."""
    state = hashlib.blake2b(digest_size=16)
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            state.update(block)
    return state.hexdigest()


def log_append(name: str, record: Mapping[str, Any], *, root: str | Path = ".") -> Path:
    """Appends one line of JSON, with the time, to reports/<name>.jsonl under `root`. Lines of several processes do not
    mix."""
    if not name or "/" in name or name.startswith("."):
        raise ValueError(f"{name!r} is no name of a report")
    path = Path(root) / "reports" / f"{name}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    stamp = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
    line = json.dumps({"time": stamp, **record}, sort_keys=True, default=str) + "\n"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o666)
    try:
        _write_all(handle, line.encode())
    finally:
        os.close(handle)
    return path
