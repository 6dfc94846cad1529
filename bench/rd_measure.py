"""One coded file and what is measured of it; many of them, kept in a CSV file as they come."""
import concurrent.futures
import functools
import hashlib
import pathlib
import re
import shlex
import shutil
import sys
import tempfile

import numpy as np
from PIL import Image

import rd_codecs
import rd_math
import rd_run

# The measures with their titles, and the scale on which their curves are compared.
MEASURES = {
    "psnr_y": ("PSNR-Y", "dB", lambda v: v),
    "psnr_rgb": ("PSNR-RGB", "dB", lambda v: v),
    "ssim": ("SSIM", "dB", rd_math.ssim_db),
    "ms_ssim": ("MS-SSIM", "dB", rd_math.ssim_db),
    "ssimulacra2": ("SSIMULACRA2", "score", lambda v: v),
}
KEY = ["source", "codec", "quality", "coder", "judge"]
FIELDS = ["image", *KEY, "bytes", "pixels", "bpp", *MEASURES, "encode_s", "decode_s"]
_REVISION = 1  # of the measures below: another number leaves all kept points aside


def load(path, gray):
    with Image.open(path) as image:
        pixels = np.asarray(image if image.mode in ("L", "RGB") else image.convert("RGB"))
    return np.rint(rd_math.luma(pixels)).astype(np.uint8) if gray and pixels.ndim == 3 else pixels


@functools.lru_cache(4)
def _original(path, gray):
    """Pixels and their hash."""
    pixels = load(path, gray)
    return pixels, hashlib.sha256(str(pixels.shape).encode() + pixels.tobytes()).hexdigest()[:16]


def _scorer():
    """The SSIMULACRA2 program: libjxl's own, or the port of it in Rust (cargo install ssimulacra2_rs)."""
    for name, words in (("ssimulacra2", []), ("ssimulacra2_rs", ["image"])):
        if shutil.which(name):
            return [name, *words]
    return None


def judge():
    """Names the revision of the measures and the program of SSIMULACRA2."""
    scorer = _scorer()
    return f"{_REVISION}-{rd_run.fingerprint(scorer[0]) if scorer else 'none'}"


def _ssimulacra2(source, decoded, folder):
    scorer = _scorer()
    if scorer is None:
        return float("nan")
    names = []
    for name, pixels in (("a.png", source), ("b.png", decoded)):
        names.append(str(folder / name))
        Image.fromarray(pixels).convert("RGB").save(names[-1], compress_level=1)
    _, said = rd_run.run([*scorer, *names])
    return float(re.search(r"-?\d+(?:\.\d+)?", said).group())


def encode(codec, name, quality, source, folder):
    """Codes pixels and decodes the file: (decoded pixels, bytes, CPU seconds of either program)."""
    gray = source.ndim == 2
    pnm = "pgm" if gray else "ppm"
    chroma = dict(samp="1x1", yuv="400") if gray else dict(samp="2x2", yuv="420")
    given = folder / ("source." + (pnm if codec["reads"] == "pnm" else "png"))
    decoded = folder / ("decoded." + (pnm if codec["writes"] == "pnm" else "png"))
    coded = folder / ("coded." + {"jpeg": "jpg"}.get(name, name.split("-")[0]))
    Image.fromarray(source).save(given)
    times = []
    for way, values in (("encode", {"in": given, "out": coded}), ("decode", {"in": coded, "out": decoded})):
        words = [word.format_map({**values, "q": quality, **chroma}) for word in shlex.split(codec[way])]
        times.append(rd_run.run(words)[0])
    result = load(decoded, gray)
    if result.shape[:2] != source.shape[:2]:
        raise RuntimeError(f"{name} changed the size: {source.shape} to {result.shape}")
    if result.ndim < source.ndim:
        result = np.repeat(result[..., None], 3, 2)
    return result, coded.stat().st_size, times


def compare(source, decoded, folder):
    """All measures of two pictures; SSIMULACRA2, which weighs colours, of coloured ones alone."""
    plane, result = rd_math.luma(source), rd_math.luma(decoded)
    ssim, ms_ssim = rd_math.ssim_and_ms_ssim(plane, result)
    return dict(psnr_y=rd_math.psnr(plane, result),
                psnr_rgb=rd_math.psnr(source.astype(np.float64), decoded.astype(np.float64)),
                ssim=ssim, ms_ssim=ms_ssim,
                ssimulacra2=_ssimulacra2(source, decoded, folder) if source.ndim == 3 else float("nan"))


def _point(path, gray, name, codec, quality, key):
    source, _ = _original(path, gray)
    with tempfile.TemporaryDirectory(prefix="pc15-rd-") as folder:
        folder = pathlib.Path(folder)
        decoded, size, times = encode(codec, name, quality, source, folder)
        pixels = source.shape[0] * source.shape[1]
        return dict(key, image=path.stem, bytes=size, pixels=pixels, bpp=8 * size / pixels, encode_s=times[0],
                    decode_s=times[1], **compare(source, decoded, folder))


def _coder(codec):
    text = codec["encode"] + codec["decode"] + "".join(rd_run.fingerprint(p) for p in rd_codecs.programs(codec))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def check_installed(codecs):
    missing = [name for name, codec in codecs.items() if not all(map(shutil.which, rd_codecs.programs(codec)))]
    if missing:
        raise SystemExit(f"not installed: {', '.join(missing)} (Debian: libjpeg-turbo-progs webp libavif-bin "
                         "libjxl-tools; pc15: scripts/demo or --tool)")


def _number(row):
    words = ("image", "source", "codec", "coder", "judge")
    return {k: v if k in words else float(v) for k, v in row.items()}


def collect(images, codecs, gray, jobs, kept=None):
    """The points of all images and codecs, those in the file `kept` taken from there."""
    store = rd_run.Store(kept, FIELDS, KEY)
    about = dict(judge=judge())
    coders = {name: _coder(codec) for name, codec in codecs.items()}
    keys, tasks = [], {}
    with concurrent.futures.ProcessPoolExecutor(jobs) as pool:
        for path in images:
            source = _original(path, gray)[1]
            for name, codec in codecs.items():
                for quality in codec["qualities"]:
                    key = dict(about, source=source, codec=name, quality=quality, coder=coders[name])
                    keys.append((path.stem, key))
                    if store.get(key) is None:
                        tasks[pool.submit(_point, path, gray, name, codec, quality, key)] = key
        for count, task in enumerate(concurrent.futures.as_completed(tasks), 1):
            store.add(task.result())
            if sys.stderr.isatty():
                print(f"\r{count}/{len(tasks)}", end="\n" if count == len(tasks) else "", file=sys.stderr)
    return [{**_number(store.get(key)), "image": image} for image, key in keys]
