"""Decodes image files for a parent that does not trust them. Runs as a program of its own, by path: it imports Pillow
alone, under limits of memory and processor time.

In: a line of JSON per image on standard input: path, max_bytes, max_pixels, seconds. Out: a line of JSON, and for an
image that could be read its ICC profile and its pixels.
"""

import hashlib
import io
import json
import os
import resource
import stat
import sys
import warnings


def read_file(path: str, max_bytes: int) -> tuple[bytes, os.stat_result]:
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(handle, "rb") as file:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise ValueError("is no regular file")
        if status.st_size > max_bytes:
            raise ValueError(f"has {status.st_size} bytes, more than {max_bytes}")
        return file.read(max_bytes + 1), status


def decode(data: bytes, max_pixels: int) -> tuple[dict[str, object], bytes, bytes]:
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = max_pixels
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    with Image.open(io.BytesIO(data)) as image:
        if image.width * image.height > max_pixels:
            raise ValueError(f"has {image.width} x {image.height} pixels, more than {max_pixels}")
        if image.mode in ("I", "F") or image.mode.startswith("I;"):
            raise ValueError(f"has more than 8 bits per sample ({image.mode})")
        upright = ImageOps.exif_transpose(image)
        alpha = upright.mode in ("LA", "PA", "La", "RGBa", "RGBA") or "transparency" in upright.info
        target = "RGBA" if alpha else "L" if upright.mode in ("L", "1") else "RGB"
        icc = upright.info.get("icc_profile") or b""
        if upright.mode in ("CMYK", "LAB", "YCbCr", "HSV"):
            icc = b""  # the profile is of the model that is converted away
        pixels = (upright if upright.mode == target else upright.convert(target)).tobytes()
    head: dict[str, object] = {"width": upright.width, "height": upright.height, "channels": {"L": 1, "RGB": 3, "RGBA": 4}[target]}
    return head, icc, pixels


def answer(request: dict) -> tuple[dict, bytes, bytes]:  # type: ignore[type-arg]
    usage = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(usage.ru_utime + usage.ru_stime) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (spent + int(request["seconds"]), resource.RLIM_INFINITY))
    try:
        data, status = read_file(request["path"], request["max_bytes"])
        head, icc, pixels = decode(data, request["max_pixels"])
    except MemoryError:
        return {"error": "needs more memory than the limit"}, b"", b""
    except Exception as error:  # whatever a decoder throws is a property of the file
        return {"error": (str(error) or type(error).__name__).splitlines()[0]}, b"", b""
    head |= {"icc": len(icc), "bytes": len(data), "digest": hashlib.blake2b(data, digest_size=16).hexdigest(), "mtime_ns": status.st_mtime_ns}
    return head, icc, pixels


def main() -> None:
    memory = int(sys.argv[1])
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing a decoder prints may reach the parent's pipe
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    from PIL import Image

    Image.init()
    for line in sys.stdin.buffer:
        head, icc, pixels = answer(json.loads(line))
        out.write(json.dumps(head).encode() + b"\n")
        out.write(icc)
        out.write(pixels)
        out.flush()


if __name__ == "__main__":
    main()
