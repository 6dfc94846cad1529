"""What the tests of the pc15 tool share: running it, and reading and writing small pictures with the standard
library alone."""

import base64
import hashlib
import os
import struct
import subprocess
import zlib

PC15 = os.environ.get("PC15_TOOL", "pc15")


def run(*args, stdin=b"", **options):
    """Runs the tool; returns the finished process with bytes in stdout and stderr."""
    return subprocess.run([PC15, *map(str, args)], input=stdin, capture_output=True, timeout=240, **options)


class Picture:
    """Interleaved 8-bit samples: 1 (grey), 3 (RGB) or 4 (RGBA) channels."""

    def __init__(self, width, height, channels, data):
        assert len(data) == width * height * channels
        self.width, self.height, self.channels, self.data = width, height, channels, bytes(data)

    def __eq__(self, other):
        return vars(self) == vars(other)

    def crop(self, x, y, width, height):
        c, row = self.channels, self.width * self.channels
        rows = [self.data[j * row + x * c : j * row + (x + width) * c] for j in range(y, y + height)]
        return Picture(width, height, c, b"".join(rows))

    def channel(self, index):
        return self.data[index :: self.channels]


def test_picture(width, height, channels):
    """Slopes, an edge and a little texture; every value from integers."""
    out = bytearray()
    for y in range(height):
        for x in range(width):
            n = ((x * 7919 + y * 104729) ^ (x * y * 31)) % 13
            edge = 60 if (x * 3 + y * 2) % 97 < 48 else 0
            rgb = [(x * 2 + y) % 160 + edge + n, (x + y * 3) % 140 + edge + n, (x * y // 8) % 120 + n]
            out += bytes(min(v, 255) for v in (rgb[:1] if channels == 1 else rgb))
            if channels == 4:
                out.append((x * 5 + y * 9) % 256)
    return Picture(width, height, channels, out)


def chunk(kind, payload):
    return struct.pack(">I", len(payload)) + kind + payload + struct.pack(">I", zlib.crc32(kind + payload))


def png_bytes(picture, extra=b"", depth=8, color=None, rows=None, size=None):
    """`extra` chunks go before IDAT; `rows` replaces the filtered image data, `size` what the header says."""
    color = {1: 0, 3: 2, 4: 6}[picture.channels] if color is None else color
    step = picture.width * picture.channels
    if rows is None:
        rows = b"".join(b"\0" + picture.data[y * step : (y + 1) * step] for y in range(picture.height))
    width, height = size or (picture.width, picture.height)
    head = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def png_chunks(data):
    assert data[:8] == b"\x89PNG\r\n\x1a\n", "not a PNG"
    at, chunks = 8, []
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        kind, payload = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        (crc,) = struct.unpack(">I", data[at + 8 + length : at + 12 + length])
        assert crc == zlib.crc32(kind + payload), "bad chunk"
        chunks.append((kind, payload))
        at += 12 + length
    return chunks


def parse_png(data):
    chunks = png_chunks(data)
    width, height, depth, color, _, _, interlace = struct.unpack(">IIBBBBB", chunks[0][1])
    assert depth == 8 and interlace == 0
    channels = {0: 1, 2: 3, 6: 4}[color]
    raw = zlib.decompress(b"".join(payload for kind, payload in chunks if kind == b"IDAT"))
    step, out, previous = width * channels, bytearray(), bytearray(width * channels)
    for y in range(height):
        kind, line = raw[y * (step + 1)], bytearray(raw[y * (step + 1) + 1 : (y + 1) * (step + 1)])
        for i in range(step):
            left = line[i - channels] if i >= channels else 0
            corner = previous[i - channels] if i >= channels else 0
            up = previous[i]
            near = left + up - corner
            paeth = min((left, up, corner), key=lambda v: abs(near - v))
            line[i] = (line[i] + (0, left, up, (left + up) // 2, paeth)[kind]) & 255
        out += line
        previous = line
    return Picture(width, height, channels, out)


def pnm_bytes(picture):
    kind = {1: b"P5", 3: b"P6"}[picture.channels]
    return b"%s\n%d %d\n255\n" % (kind, picture.width, picture.height) + picture.data


def parse_pnm(data):
    if data.startswith(b"P7"):
        head, _, body = data.partition(b"ENDHDR\n")
        fields = dict(line.split(None, 1) for line in head.splitlines()[1:])
        return Picture(int(fields[b"WIDTH"]), int(fields[b"HEIGHT"]), int(fields[b"DEPTH"]), body)
    kind, size, maxval, body = data.split(b"\n", 3)
    assert maxval == b"255"
    width, height = map(int, size.split())
    return Picture(width, height, {b"P5": 1, b"P6": 3}[kind], body)


def icc_profile(space):
    """A profile that libpng takes: the header and one tag."""
    text = b"text\0\0\0\0" + hashlib.sha512(space).digest() * 2
    head = bytearray(128)
    struct.pack_into(">I", head, 0, 144 + len(text))
    head[8:12] = b"\x02\x40\0\0"
    head[12:16], head[16:20], head[20:24], head[36:40] = b"mntr", space, b"XYZ ", b"acsp"
    head[68:80] = bytes.fromhex("0000f6d6000100000000d32d")
    return bytes(head) + struct.pack(">I4sII", 1, b"cprt", 144, len(text)) + text


EXIF = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"  # orientation 6
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>\xc3\xa9</x:xmpmeta>"


def metadata_chunks(icc, exif, xmp):
    return (chunk(b"iCCP", b"p\0\0" + zlib.compress(icc)) + chunk(b"eXIf", exif)
            + chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp))


def metadata_of_png(data):
    """{"icc": ..., "exif": ..., "xmp": ...}, what there is."""
    found = {}
    for kind, payload in png_chunks(data):
        if kind == b"iCCP":
            found["icc"] = zlib.decompress(payload.split(b"\0", 1)[1][1:])
        elif kind == b"eXIf":
            found["exif"] = payload
        elif kind == b"iTXt" and payload.startswith(b"XML:com.adobe.xmp\0"):
            found["xmp"] = payload[len(b"XML:com.adobe.xmp\0\0\0\0\0") :]
    return found


def jpeg_segment(marker, payload):
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(payload) + 2) + payload


def jpeg_with_metadata(jpeg, icc, exif, xmp):
    extra = jpeg_segment(0xE1, b"Exif\0\0" + exif) + jpeg_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp)
    half = len(icc) // 2
    extra += jpeg_segment(0xE2, b"ICC_PROFILE\0\x01\x02" + icc[:half])
    extra += jpeg_segment(0xE2, b"ICC_PROFILE\0\x02\x02" + icc[half:])
    return jpeg[:2] + extra + jpeg[2:]


# 16x12 pixels each, made with libjpeg-turbo: quality 90, 50 and (four components) 10.
JPEG_COLOR = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMU"
    "FRUVDA8XGBYUGBIUFRT/2wBDAQMEBAUEBQkFBQkUDQsNFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU"
    "FBQUFBQUFBT/wAARCAAMABADASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAABwj/xAAfEAABAwQDAQAAAAAAAAAAAAAGAAES"
    "BQcjJAMToaL/xAAVAQEBAAAAAAAAAAAAAAAAAAACB//EAB0RAAAFBQAAAAAAAAAAAAAAAAACAwUHBBIxMkH/2gAMAwEAAhEDEQA/"
    "AJIELIyhr+JuELEShr/KbAkTpr9eFP4QH0t248CiqLqo4b9BjuQKstmR/9k="
)
JPEG_GRAY = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19i"
    "Z2hnPk1xeXBkeFxlZ2P/wAALCAAMABABAREA/8QAFQABAQAAAAAAAAAAAAAAAAAABQb/xAAaEAACAgMAAAAAAAAAAAAAAAAABAMh"
    "BSIx/9oACAEBAAA/AJ1bG81FFsXzUUVgjqhhVeOqP//Z"
)
JPEG_CMYK = base64.b64decode(
    "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwBQNzxGPDJQRkFGWlVQX3jIgnhubnj1r7mRyP//////////////////////////////////"
    "/////////////////8AAFAgADAAQBEMRAE0RAFkRAEsRAP/EABcAAQEBAQAAAAAAAAAAAAAAAAQAAwL/xAAbEAEAAgIDAAAAAAAA"
    "AAAAAAAAAQMCERITYf/aAA4EQwBNAFkASwAAPwDCpj0+BxGzTal0+O4w2gqjuMLBG1LjBGEQn//Z"
)
