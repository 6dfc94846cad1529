"""The build backend: scikit-build-core, with a check that the machine can build, and sdists that hold libpc15.

An sdist cannot reach outside its folder, so the sources of the library are copied to libpc15/ while one is made.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from scikit_build_core import build as _backend
from scikit_build_core.build import (  # noqa: F401
    build_editable,
    get_requires_for_build_editable,
    get_requires_for_build_sdist,
    get_requires_for_build_wheel,
    prepare_metadata_for_build_editable,
    prepare_metadata_for_build_wheel,
)

HERE = Path(__file__).resolve().parent
COPY = HERE / "libpc15"
PARTS = ("CMakeLists.txt", "LICENSE", "LICENSE-APACHE", "LICENSE-MIT", "cmake", "include", "src", "bindings/common")
HEADERS = {"zlib.h": "zlib1g-dev", "kissfft/kissfft.hh": "libkissfft-dev", "Python.h": "python3-dev"}


def _give_up(text):
    print(f"\npc15: {text}\n", file=sys.stderr)
    raise SystemExit(1)


def _library():
    """The folder with the sources of libpc15."""
    for folder in (COPY, HERE.parent.parent):
        if (folder / "include/pc15.h").is_file() and (folder / "bindings/common/pc15.i").is_file():
            return folder
    _give_up("the sources of libpc15 are missing; build in a clone of the repository or from an sdist of pc15")


def _check_machine():
    """Says in one line what is missing, instead of a page of compiler output."""
    import os
    import shlex
    import subprocess
    import sysconfig

    if sys.platform != "linux":
        _give_up(f"no wheel fits this platform ({sys.platform}), and building from source is supported on Linux alone")
    compiler = shlex.split(os.environ.get("CXX", "")) or [shutil.which("c++") or shutil.which("g++") or "c++"]
    if shutil.which(compiler[0]) is None:
        _give_up("no wheel fits this machine and there is no C++17 compiler to build one (Debian: apt-get install g++)")
    flags = shlex.split(os.environ.get("CPPFLAGS", "")) + ["-I", sysconfig.get_paths()["include"]]
    prefixes = [p for p in os.environ.get("CMAKE_PREFIX_PATH", "").replace(";", ":").split(":") if p]
    flags += [f"-I{prefix}/include" for prefix in prefixes]
    missing = []
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "probe.cpp"
        for header, package in HEADERS.items():
            source.write_text(f"#include <{header}>\n")
            command = [*compiler, "-std=c++17", "-fsyntax-only", *flags, str(source)]
            if subprocess.run(command, capture_output=True, check=False).returncode != 0:
                missing.append((header, package))
    if missing:
        names = ", ".join(header for header, _ in missing)
        packages = " ".join(package for _, package in missing)
        _give_up(f"no wheel fits this machine and headers are missing to build one: {names} "
                 f"(Debian: apt-get install {packages})")


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    _library()
    _check_machine()
    return _backend.build_wheel(wheel_directory, config_settings, metadata_directory)


def build_sdist(sdist_directory, config_settings=None):
    library = _library()
    made = library != COPY
    if made:
        shutil.rmtree(COPY, ignore_errors=True)
        for part in PARTS:
            source, target = library / part, COPY / part
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy2(source, target)
    try:
        return _backend.build_sdist(sdist_directory, config_settings)
    finally:
        if made:
            shutil.rmtree(COPY, ignore_errors=True)
