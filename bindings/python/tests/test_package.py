"""The package as it is shipped: types, the wheel, the sdist, the oldest numpy and Pillow, the examples."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest
from conftest import REPOSITORY

import pc15

HERE = REPOSITORY / "bindings/python"
MODULES = ["pc15", "pc15core", "pc15codec", "pc15data", "pc15metrics", "pc15proc", "pc15viz", "pc15vq", "pc15wf"]
SITE = Path(pc15.__file__).parent.parent


def call(*command: object, **kwargs: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*map(str, command)], capture_output=True, text=True, check=False, timeout=240, **kwargs)  # type: ignore[call-overload]


@pytest.fixture(scope="module")
def mypy_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mypy")


def test_mypy(tmp_path: Path, mypy_cache: Path) -> None:
    packages = [word for name in MODULES for word in ("-p", name)]
    found = call(sys.executable, "-m", "mypy", "--config-file", HERE / "pyproject.toml", "--cache-dir", mypy_cache, *packages, cwd=tmp_path)
    assert found.returncode == 0, found.stdout


def test_users_code_is_checked(tmp_path: Path, mypy_cache: Path) -> None:
    """py.typed makes the types count for others."""
    (tmp_path / "user.py").write_text("import pc15\nx: int = pc15.encode(1)\ny: str = pc15.info(b'').width\n")
    found = call(sys.executable, "-m", "mypy", "--cache-dir", mypy_cache, "user.py", cwd=tmp_path)
    assert found.stdout.count("error:") == 2, found.stdout


def test_stubs(tmp_path: Path) -> None:
    """Of pc15, which holds the one stub file; the other modules carry their types in the source, for mypy."""
    found = call(sys.executable, "-m", "mypy.stubtest", "--mypy-config-file", HERE / "pyproject.toml", "--allowlist",
                 HERE / "tests/stubtest.allow", "--ignore-unused-allowlist", "pc15", cwd=tmp_path)
    assert found.returncode == 0, found.stdout


def extension() -> Path:
    return next((SITE / "pc15").glob("_native*.so"))


def test_the_extension_keeps_to_the_stable_abi() -> None:
    assert extension().name == "_native.abi3.so"
    shown = call("nm", "-D", extension()).stdout
    exported = [line.split()[-1] for line in shown.splitlines() if " T " in line]
    assert exported == ["PyInit__native"], exported
    needed = {line.split()[-1] for line in shown.splitlines() if " U " in line and "Py" in line}
    private = {name for name in needed if name.startswith("_Py")} - {"_Py_Dealloc", "_Py_NoneStruct", "_Py_TrueStruct", "_Py_FalseStruct",
                                                                      "_Py_NotImplementedStruct", "_PyObject_New", "_PyObject_CallFunction_SizeT"}
    assert "PyObject_GetBuffer" in needed and not private, private
    libraries = call("readelf", "-d", extension()).stdout
    assert "libpc15" not in libraries and "libpython" not in libraries and "numpy" not in libraries


@pytest.mark.skipif("PC15_TEST_WHEEL" not in os.environ, reason="scripts/test-python names the wheel")
def test_the_wheel() -> None:
    wheel = Path(os.environ["PC15_TEST_WHEEL"])
    assert "-cp311-abi3-" in wheel.name
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata = archive.read(next(n for n in names if n.endswith("METADATA"))).decode()
    for name in MODULES:
        assert f"{name}/py.typed" in names
    assert "pc15/native.pyi" in names and not any("libpc15" in n or n.endswith((".a", ".h", ".i")) for n in names)
    assert f"Version: {pc15.version()}" in metadata and "License-Expression: MIT OR Apache-2.0" in metadata
    assert any(n.endswith("licenses/LICENSES_bundled.txt") for n in names) and any(n.endswith("LICENSE-APACHE") for n in names)
    scripts = {p.name for p in Path(sysconfig.get_path("scripts")).glob("pc15-*")}
    assert scripts == {f"pc15-{n}" for n in ("audit", "encode", "decode", "metrics", "bsdiff")}
    assert call(Path(sysconfig.get_path("scripts"), "pc15-encode"), "--version").stdout.startswith("pc15-encode")


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sdist")
    made = call(sys.executable, "-m", "build", "--sdist", "--no-isolation", "--outdir", folder, HERE)
    assert made.returncode == 0, made.stdout + made.stderr
    return next(folder.glob("*.tar.gz"))


def test_the_sdist_holds_the_library(sdist: Path, tmp_path: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {n.split("/", 1)[1] for n in archive.getnames() if "/" in n}
        archive.extractall(tmp_path)
    for name in ("libpc15/CMakeLists.txt", "libpc15/include/pc15.h", "libpc15/src/api/api_encoder.cpp", "libpc15/bindings/common/pc15.i",
                 "native.i", "pin.h", "pc15_build.py", "src/pc15/py.typed", "libpc15/LICENSE-MIT"):
        assert name in names, name
    assert not any(n.startswith("tests/") or n.endswith((".so", "native.py")) for n in names)
    assert not (HERE / "libpc15").exists()
    tree = next(tmp_path.iterdir())
    configured = call("cmake", "-G", "Ninja", "-S", tree, "-B", tmp_path / "b", f"-DPython_EXECUTABLE={sys.executable}",
                      env={**os.environ, "PATH": f"{sysconfig.get_path('scripts')}:{os.environ['PATH']}"})
    assert configured.returncode == 0, configured.stderr


def test_a_build_that_cannot_work_says_so(sdist: Path, tmp_path: Path) -> None:
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path)
    tree = next(tmp_path.iterdir())
    build = [sys.executable, "-c", "import pc15_build; pc15_build.build_wheel('.')"]
    found = call(*build, cwd=tree, env={**os.environ, "CXX": "no-such-compiler"})
    assert found.returncode == 1 and "C++17 compiler" in found.stderr and len(found.stderr.split()) < 40, found.stderr
    (tmp_path / "c++").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "c++").chmod(0o755)
    found = call(*build, cwd=tree, env={**os.environ, "CXX": str(tmp_path / "c++")})
    assert found.returncode == 1 and "libkissfft-dev" in found.stderr and "Traceback" not in found.stderr, found.stderr
    shutil.rmtree(tree / "libpc15")
    found = call(*build, cwd=tree)
    assert found.returncode == 1 and "sources of libpc15 are missing" in found.stderr, found.stderr


@pytest.mark.skipif("PC15_TEST_OLDEST" not in os.environ, reason="scripts/test-python installs them")
def test_the_oldest_numpy_and_pillow() -> None:
    folder = os.environ["PC15_TEST_OLDEST"]
    slow = "not interrupt and not memory and not thread and not cancel and not progress and not region and not scale"
    program = ("import sys, numpy, PIL, pytest\nassert (numpy.__version__, PIL.__version__) == ('1.26.0', '10.1.0'), sys.path\n"
               "sys.exit(pytest.main(sys.argv[1:]))")
    found = call(sys.executable, "-c", program, "-c", HERE / "pyproject.toml", "--rootdir", HERE, HERE / "tests/test_pillow.py",
                 HERE / "tests/test_native.py", "-k", slow, env={**os.environ, "PYTHONPATH": folder}, cwd=folder)
    assert found.returncode == 0, found.stdout[-3000:] + found.stderr


def test_the_licences_are_those_of_the_project() -> None:
    for name in ("LICENSE-MIT", "LICENSE-APACHE"):
        assert (HERE / name).read_bytes() == (REPOSITORY / name).read_bytes()


def test_the_version_is_the_library_s() -> None:
    assert pc15.__version__ == pc15.version()


def example(name: str, *arguments: object, cwd: Path) -> str:
    found = call(sys.executable, REPOSITORY / "examples/python" / f"{name}.py", *arguments, cwd=cwd)
    assert found.returncode == 0, found.stdout + found.stderr
    return found.stdout


def test_the_examples_run(tmp_path: Path) -> None:
    """The five workflows, one after another."""
    import pc15proc
    from conftest import draw
    from PIL import Image

    assert f'"pc15": "{pc15.version()}"' in example("environment_report", cwd=tmp_path)
    assert (tmp_path / "reports/environment.jsonl").is_file()
    assert example("render_previews", tmp_path / "previews", cwd=tmp_path).count("\n") == 3
    images = tmp_path / "images"
    images.mkdir()
    for k in range(6):
        Image.fromarray(draw(96, 128, 3, k)).save(images / f"{k}.png")
    shown = example("batch_resume", images, tmp_path / "out", cwd=tmp_path)
    assert shown.endswith("rerun: 0 encoded, 6 skipped, 0 errors\n"), shown
    shown = example("metrics_and_curve", tmp_path / "out/manifest.jsonl", tmp_path / "metrics", cwd=tmp_path)
    assert shown.count("BD-rate") == 2 and (tmp_path / "metrics/curve.png").stat().st_size > 5000
    stripes = pc15proc.render_u8("stripes", 200, 200, {"period": 23, "angle": 20})[0]
    (tmp_path / "stripes.pc15").write_bytes(pc15.encode(stripes, effort=3))
    first = example("publish_models", tmp_path / "stripes.pc15", tmp_path / "models", cwd=tmp_path)
    assert "stripes.wave.pcvq" in first and "tables.pc15model" in first
    assert example("publish_models", tmp_path / "stripes.pc15", tmp_path / "models", cwd=tmp_path) == first
