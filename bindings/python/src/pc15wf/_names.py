"""Names of output files: from what they hold alone, so that they never change, and injective, so that none collide."""

from __future__ import annotations

import hashlib
import urllib.parse

from pc15 import native

LONGEST = 180


def _clean(part: str) -> str:
    """Letters, digits, `.`, `-`, `_`; the rest and a double underscore percent-encoded."""
    quoted = urllib.parse.quote(part.encode("utf-8", "surrogateescape"), safe="")
    quoted = quoted.replace("~", "%7E").replace("__", "_%5F").replace("__", "_%5F")
    first = {".": "%2E", "-": "%2D"}.get(quoted[:1], quoted[:1])
    return first + quoted[1:]


def _number(value: float) -> str:
    return f"{value:.9g}".replace("+", "")


def pc15_name(dataset: str, img: str, codec: str, q: float | str, bpp: float | None, seed: int) -> str:
    """dataset__image__codec_v15_<Q or lambda>[_<bpp>bpp]_s<seed>. `q` is a quality, or a text such as "l0.015" for a
    lambda. A name beyond 180 bytes is cut and ends in a hash of the whole."""
    setting = _clean(q) if isinstance(q, str) else f"q{_number(q)}"
    rate = "" if bpp is None else f"_{bpp:.4f}bpp"
    version = native.PC15_BITSTREAM_VERSION
    name = f"{_clean(dataset)}__{_clean(img)}__{_clean(codec)}_v{version}_{setting}{rate}_s{seed}"
    if len(name) <= LONGEST:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:16]
    return f"{name[: LONGEST - 17]}-{digest}"
