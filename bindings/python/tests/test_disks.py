"""Full and read-only disks, on a small file system in memory that is mounted in a namespace of the test alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import pc15
import pc15data
from pc15wf import Journal, Manifest, load_manifest

UNSHARE = ["unshare", "--mount", *(["--map-root-user"] if os.getuid() else [])]


def in_namespace(script: str, *arguments: object) -> list[str]:
    """Runs a shell script that may mount; its output."""
    ran = subprocess.run([*UNSHARE, "sh", "-ec", script, "sh", *map(str, arguments)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout.splitlines()


def mounting() -> bool:
    if shutil.which("unshare") is None:
        return False
    return subprocess.run([*UNSHARE, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False).returncode == 0


pytestmark = pytest.mark.skipif(not mounting(), reason="mounting is not permitted here")

# $1: images, $2: where the disk is, $3: the manifest, $4: where the files are copied to
START = '''
encode() {
  status=0
  "$0" -m pc15wf.commands.encode --images "$1" --out "$2" --manifest "$3" --dataset set --effort 1 --workers 0 2>&1 || status=$?
  echo "exit $status, $(ls "$2" | grep -c pc15 || true) files, $(find "$2" -name '.pc15tmp*' | wc -l) temporaries"
}
'''.replace('"$0"', f'"{sys.executable}"')
KEEP = 'cp -r "$2" "$4"\n'


def flat(folder: Path) -> Path:
    for path in (folder / "sub").iterdir():
        path.rename(folder / path.name)
    return folder


def assert_right(folder: Path, manifest: Path, kept: Path) -> None:
    found = load_manifest(manifest)
    assert found.count("done") == len(found.items) == 12
    for key, item in found.items.items():
        assert (kept / item.record["out"]).read_bytes() == pc15.encode(pc15data.read_image(folder / key), effort=1)


def test_a_full_disk(folder: Path, tmp_path: Path) -> None:
    """Images that do not fit are errors; with room they are finished."""
    flat(folder)
    (tmp_path / "disk").mkdir()
    script = START + 'mount -t tmpfs -o size=24k none "$2"\nencode "$@"\n"$5" -c "$6" "$3"\nmount -o remount,size=1m "$2"\nencode "$@"\n' + KEEP
    states = "import sys, pc15wf\nm = pc15wf.load_manifest(sys.argv[1])\nprint(*[m.count(s) for s in ('done', 'error', 'todo')])"
    manifest, kept = tmp_path / "m", tmp_path / "kept"
    said, ended, counts, *rest = in_namespace(script, folder, tmp_path / "disk", manifest, kept, sys.executable, states)
    done, errors, todo = map(int, counts.split())
    assert "No space left on device" in said and said.startswith("pc15-encode: ")
    assert 0 < done < 12 and errors == 12 - done and todo == 0 and ended == f"exit 1, {done} files, 0 temporaries"
    assert rest == ["exit 0, 12 files, 0 temporaries"]
    assert_right(folder, manifest, kept)


def test_a_journal_on_a_full_disk(folder: Path, tmp_path: Path) -> None:
    """The journal lies on the disk that is full: the run ends, and the next goes on where it was."""
    flat(folder)
    (tmp_path / "disk").mkdir()
    script = START + 'mount -t tmpfs -o size=12k none "$2"\nencode "$@"\nmount -o remount,size=1m "$2"\nencode "$@"\n' + KEEP
    *said, ended, last = in_namespace(script, folder, tmp_path / "disk", tmp_path / "disk/m", tmp_path / "kept")
    assert len(said) == 1 and "No space left on device" in said[0]
    assert ended.startswith("exit 1, ") and ended.endswith(" 0 temporaries") and last == "exit 0, 12 files, 0 temporaries"
    assert_right(folder, tmp_path / "kept/m", tmp_path / "kept")


def test_a_journal_outlives_a_full_disk(tmp_path: Path) -> None:
    """A record that did not fit leaves no part of a line: what is appended later is read."""
    (tmp_path / "disk").mkdir()
    program = '''
import os, subprocess, sys
from pc15wf import Journal, Manifest, load_manifest
disk, path = sys.argv[1], sys.argv[1] + "/m"
with Journal(path, Manifest.plan([disk + "/%d.png" % k for k in range(40)])) as journal:
    filler = open(disk + "/filler", "wb", buffering=0)
    try:
        while True:
            filler.write(bytes(4096))
    except OSError:
        pass
    for k in range(40):
        try:
            journal.append({"t": "error", "k": "%d.png" % k, "message": "x" * 500})
        except OSError:
            break
    os.truncate(disk + "/filler", 0)
    journal.append({"t": "error", "k": "39.png", "message": "last"})
found = load_manifest(path)
print(k, found.count("error"), found.items["39.png"].record["message"])
'''
    (line,) = in_namespace('mount -t tmpfs -o size=64k none "$1"\n"$2" -c "$3" "$1"', tmp_path / "disk", sys.executable, program)
    fitted, errors, message = line.split()
    assert 0 < int(fitted) < 39 and int(errors) == int(fitted) + 1 and message == "last"


def test_a_read_only_disk(folder: Path, tmp_path: Path) -> None:
    flat(folder)
    (tmp_path / "disk").mkdir()
    manifest = tmp_path / "m"
    Journal(manifest, Manifest.plan(pc15data.scan_images(folder), folder)).close()
    script = (START + 'mount -t tmpfs -o size=1m none "$2"\nmount -o remount,ro "$2"\nencode "$@"\nencode "$1" "$2" "$2/m"\n'
              'cp "$3" "$4.errors"\nmount -o remount,rw "$2"\nencode "$@"\n' + KEEP)
    images, ended, journal, again, last = in_namespace(script, folder, tmp_path / "disk", manifest, tmp_path / "kept")
    assert "Read-only file system" in images and "11 more" in images and ended == "exit 1, 0 files, 0 temporaries"
    assert "Read-only file system" in journal and again == ended and last == "exit 0, 12 files, 0 temporaries"
    assert load_manifest(tmp_path / "kept.errors").count("error") == 12
    assert_right(folder, manifest, tmp_path / "kept")
