#!/usr/bin/env python3
"""Every system call of the pc15 tool fails once, call by call: the tool ends with a message and the old file, or goes
on and writes the right one; no temporary file is left. With a kill instead of an error the target is the old file or
the new one, never a part.

    test_faults.py [--long]

Needs strace and the right to trace; without them it says so and exits with 77. Without --long: the calls that write.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import cli_support as s

OLD = b"the old file"
WRITING = {"openat": "EACCES", "write": "ENOSPC", "fsync": "EIO", "rename": "EXDEV", "fchmod": "EIO", "close": "EIO"}
ALL = {**WRITING, "read": "EIO", "unlink": "EACCES", "newfstatat": "EACCES", "readlink": "EIO", "mmap": "ENOMEM",
       "mprotect": "ENOMEM", "clone3": "EAGAIN", "pread64": "EIO", "getrandom": "EAGAIN",
       "lseek": "EIO", "umask": "EIO", "rt_sigaction": "EINVAL", "sched_getaffinity": "EINVAL"}
# No brk: its failure is not an error number, so strace cannot fake it.
RETRIED = {"write": "EINTR", "read": "EINTR"}  # must be tried again: the right file comes out


class Folder:
    """The inputs, the right outputs, and one run after the other."""

    def __init__(self, path):
        self.path, self.runs, self.injected, self.bad = pathlib.Path(path), 0, 0, []
        picture = s.test_picture(70, 50, 3)
        (self.path / "in.ppm").write_bytes(s.pnm_bytes(picture))
        assert s.run("encode", "--no-compact", "--effort", 1, self.path / "in.ppm", self.path / "in.pc15").returncode == 0
        data = bytearray((self.path / "in.pc15").read_bytes())
        data[0] ^= 1
        (self.path / "bad.pc15").write_bytes(data)
        self.commands = {"encode": ["encode", "--threads", "2", "--effort", "1", "in.ppm", "out"],
                         "decode": ["decode", "--format", "ppm", "in.pc15", "out"],
                         "repair": ["repair", "bad.pc15", "out"]}
        self.inputs = sorted(os.listdir(self.path))
        self.right = {}
        for name, command in self.commands.items():
            assert subprocess.run([s.PC15, *command], cwd=self.path, capture_output=True).returncode == 0, command
            self.right[name] = (self.path / "out").read_bytes()

    def traced(self, name, call, what, n):
        """One run with call number n going wrong; whether it was reached."""
        (self.path / "out").write_bytes(OLD)
        with tempfile.NamedTemporaryFile() as log:
            done = subprocess.run(["strace", "-f", "-qq", "-o", log.name, "-e", "trace=" + call, "-e",
                                   f"inject={call}:{what}:when={n}", s.PC15, *self.commands[name]],
                                  cwd=self.path, capture_output=True, timeout=120)
            reached = b"INJECTED" in log.read() or done.returncode == -9 or done.returncode == 137
        self.runs += 1
        self.injected += reached
        self.judge(name, f"{name}: {call} number {n}, {what}", done, what)
        return reached

    def judge(self, name, where, done, what):
        out = (self.path / "out").read_bytes() if (self.path / "out").exists() else None
        left = [f for f in os.listdir(self.path) if f not in self.inputs and f != "out"]
        for f in left:
            os.unlink(self.path / f)
        if out not in (OLD, self.right[name]):
            self.bad.append(f"{where}: the target is neither the old file nor the new one")
        if "KILL" in what:
            return
        if left and not where.split(": ")[1].startswith("unlink"):
            self.bad.append(f"{where}: left {left}")
        if done.returncode < 0 or done.returncode > 127:
            self.bad.append(f"{where}: ended by a signal, {done.returncode} {done.stderr!r}")
        elif done.returncode == 0 and out != self.right[name]:
            self.bad.append(f"{where}: success without the file")
        elif done.returncode != 0 and not done.stderr.strip() and "write" not in where:
            self.bad.append(f"{where}: failed without a message")
        if "EINTR" in what and done.returncode != 0 and b"loading shared libraries" not in done.stderr:
            self.bad.append(f"{where}: was not tried again")

    def every(self, name, call, what, most=2000):
        n = 2 if call == "mmap" else 1  # the first mapping is the loader's own, which it does not survive
        while n < most and self.traced(name, call, what, n):
            n += 1


def unavailable():
    if shutil.which("strace") is None:
        return "strace is not installed (Debian: strace)"
    done = subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], capture_output=True)
    return None if done.returncode == 0 else "tracing is not permitted here: " + done.stderr.decode().strip()


def main():
    reason = unavailable()
    if reason:
        print("skipped: " + reason)
        return 77
    everything = "--long" in sys.argv[1:]
    with tempfile.TemporaryDirectory() as path:
        folder = Folder(path)
        for name in folder.commands if everything else ["repair"]:
            for call, error in (ALL if everything else WRITING).items():
                folder.every(name, call, "error=" + error)
            for call, error in RETRIED.items():
                folder.every(name, call, "error=" + error)
            if everything:
                for call in WRITING:
                    folder.every(name, call, "signal=KILL")
    for line in folder.bad[:40]:
        print(line)
    print("%d runs, %d faults, %d broken promises" % (folder.runs, folder.injected, len(folder.bad)))
    return 1 if folder.bad or not folder.injected else 0


if __name__ == "__main__":
    sys.exit(main())
