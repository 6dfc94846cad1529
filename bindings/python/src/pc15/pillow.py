"""Pillow reads and writes .pc15 files once this module is imported.

    import pc15.pillow
    from PIL import Image
    Image.open("a.pc15").save("b.pc15", quality=75)

Opening reads the head and the metadata; pixels are decoded when they are needed. `draft(mode, size)` makes load()
decode at 1/2 or 1/4 of the size, or luma alone. save() takes quality, lambda_ (or "lambda"), effort and every other
parameter of pc15.parameters(), icc_profile, exif, xmp.
"""

from __future__ import annotations

import io
import threading
from typing import IO, Any

from PIL import Image, ImageFile

import pc15

_MODES = {"Y": "L", "RGB": "RGB", "RGBA": "RGBA"}
_FORMATS = {mode: name for name, mode in _MODES.items()}
_HEAD = 4096
_MOST = 1 << 27  # no head is longer: metadata are limited to 2^26 bytes
# Opening takes no options, so what it uses is set here by register().
_options: dict[str, Any] = {"threads": 1}


def _accept(prefix: bytes) -> bool:
    return prefix[:5] in (b"PC15\x8f", b"PC15\xf0")


def _sections_end(head: bytes) -> int | None:
    """Where the sections end, from the first bytes of a file; None when its index is not among them."""
    try:
        parts = pc15.parts(head, tolerant=True)
    except pc15.Pc15Error:
        return None
    return max((p.offset + p.size for p in parts if p.kind in ("section", "index")), default=0)


class Pc15ImageFile(ImageFile.ImageFile):
    """A .pc15 file opened by Pillow."""

    format = "PC15"
    format_description = "PC15 procedural image"

    def _open(self) -> None:
        assert self.fp is not None
        self._pc15_start = self.fp.tell()
        self._pc15_lock = threading.Lock()
        self._pc15_scale = 1.0
        head = self.fp.read(_HEAD)
        if not _accept(head):
            raise SyntaxError("not a PC15 file")
        try:
            self._pc15_info = info = pc15.info(head)
        except pc15.Pc15Error as error:
            raise SyntaxError(str(error)) from error
        self._size = (info.width, info.height)
        self._mode = _MODES[info.mode]
        if not info.compact:
            self._pc15_metadata(head)
        self._pc15_tile("pc15", ())  # replaced in load()

    def _pc15_tile(self, codec: str, arguments: tuple[Any, ...]) -> None:
        tiles: Any = [(codec, (0, 0, *self._size), 0, arguments)]  # a plain tuple: Pillow 10 has no other
        self.tile = tiles

    def _pc15_metadata(self, head: bytes) -> None:
        """Sections lie in front of the pixels; bad ones never keep a picture from opening."""
        assert self.fp is not None
        found = None
        while found is None:
            end = _sections_end(head)
            if end is not None and end <= len(head):
                try:
                    found = pc15.metadata(head, tolerant=True)
                except (pc15.Pc15Error, UnicodeDecodeError):
                    return
                break
            more = self.fp.read((end or 2 * len(head)) - len(head)) if len(head) < _MOST else b""
            if not more:
                return
            head += more
        if found.icc:
            self.info["icc_profile"] = found.icc
        if found.exif:
            self.info["exif"] = b"Exif\0\0" + found.exif
        if found.xmp:
            self.info["xmp"] = found.xmp
        if found.text:
            self.info["comment"] = found.text

    def draft(self, mode: str | None, size: tuple[int, int] | None) -> tuple[str, tuple[int, int, float, float]] | None:
        """Decodes at the smallest of 1, 1/2 and 1/4 that is no smaller than `size`, and as luma for mode "L"."""
        if not self.tile or self.tile[0][0] != "pc15":
            return None
        if mode == "L" and self._mode == "RGB":
            self._mode = "L"
        info = self._pc15_info
        if size is not None:
            for scale in (0.25, 0.5):
                width, height = pc15.scaled_size(info.width, info.height, scale)
                if width >= size[0] and height >= size[1]:
                    self._pc15_scale, self._size = scale, (width, height)
                    break
        self._pc15_tile("pc15", ())
        return self.mode, (0, 0, info.width * self._pc15_scale, info.height * self._pc15_scale)

    def load(self) -> Any:
        if not hasattr(self, "_pc15_lock"):  # copies and pickles are plain images
            return super().load()
        with self._pc15_lock:
            if self.tile and self.tile[0][0] == "pc15":
                self._pc15_decode()
            return super().load()

    # Pillow maps the file of a "raw" tile into memory, here the compressed one, unless these are there.
    def load_seek(self, pos: int) -> None:
        assert self.fp is not None
        self.fp.seek(pos)

    def load_read(self, read_bytes: int) -> bytes:
        assert self.fp is not None
        return self.fp.read(read_bytes)

    def _pc15_decode(self) -> None:
        if self.fp is None:
            raise ValueError("operation on a closed image")
        self.fp.seek(self._pc15_start)
        data = self.fp.read()
        try:
            pixels = pc15.decode_scaled(data, self._pc15_scale, format=_FORMATS[self.mode], **_options)
        except pc15.Pc15Error as error:
            raise OSError(f"image file is damaged: {error}") from error
        if getattr(self, "_exclusive_fp", False):
            self.fp.close()
        self.fp = io.BytesIO(pixels.data)
        self._exclusive_fp = True
        self._pc15_tile("raw", (self.mode, 0, 1))


def _convert(image: Image.Image) -> Image.Image:
    """The image in a mode that the format holds, without loss."""
    if image.mode in _FORMATS:
        return image
    if image.mode == "1":
        return image.convert("L")
    if image.mode in ("LA", "PA", "La", "RGBa") or (image.mode == "P" and "transparency" in image.info):
        return image.convert("RGBA")
    if image.mode in ("P", "RGBX"):
        return image.convert("RGB")
    raise OSError(f"cannot write mode {image.mode} as PC15")


def _exif_bytes(value: Any) -> bytes | None:
    data = value.tobytes() if isinstance(value, Image.Exif) else value
    return bytes(data) if data else None


def _save(image: Image.Image, fp: IO[bytes], filename: str | bytes) -> None:
    options = dict(image.encoderinfo)
    known = pc15.parameters()
    params = {k: v for k, v in options.items() if k.rstrip("_").replace("-", "_") in known}
    icc = options.get("icc_profile", image.info.get("icc_profile"))
    exif = _exif_bytes(options.get("exif"))
    xmp = options.get("xmp", image.info.get("xmp"))
    try:
        data = pc15.encode(_convert(image), icc=icc or None, exif=exif, xmp=xmp or None, **params)
    except pc15.ResourceError as error:
        raise OSError(str(error)) from error
    fp.write(data)


def register(**options: Any) -> None:
    """Registers the format; importing the module does. Options are parameters of the decoder for images opened from now
    on: threads, max_pixels, tolerant, ..."""
    with pc15.Decoder(**options):
        _options.update(options)
    Image.register_open(Pc15ImageFile.format, Pc15ImageFile, _accept)
    Image.register_save(Pc15ImageFile.format, _save)
    Image.register_extension(Pc15ImageFile.format, ".pc15")
    Image.register_mime(Pc15ImageFile.format, "image/x-pc15")


register()
