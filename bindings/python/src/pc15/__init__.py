"""libpc15: images as programs. Encode numpy arrays to .pc15 files and back.

    import numpy as np, pc15
    data = pc15.encode(np.zeros((64, 64), np.uint8), quality=75)
    image = pc15.decode(data)

`import pc15.pillow` teaches Pillow the format. The modules pc15core, pc15proc, pc15codec, pc15vq, pc15metrics,
pc15data, pc15viz and pc15wf of this distribution hold the rest.
"""

from . import native as _native
from ._decoder import (
    Decoder,
    check,
    decode,
    decode_batch,
    decode_region,
    decode_rows,
    decode_scaled,
    info,
    repair,
    scaled_size,
    verify,
)
from ._device import cuda_available, resolve_device
from ._encoder import Encoder, encode, encode_batch, encode_rows
from ._errors import (
    BusyError,
    CancelledError,
    DataError,
    DeviceError,
    InternalError,
    OutOfMemoryError,
    Pc15Error,
    ResourceError,
    UsageError,
)
from ._inspect import assemble, diff, disassemble, layers, metadata, parts, replace_metadata, tiles
from ._model import Model
from ._params import Parameter, parameters
from ._types import (
    CELLS,
    Difference,
    EncodeStats,
    GeneratorStats,
    ImageInfo,
    LayerInfo,
    Metadata,
    Part,
    RepairReport,
    TileInfo,
)
from ._version import __version__

if _native.pc15_abi_version() != _native.PC15_ABI_MAJOR:  # a wheel holds its own library; this cannot differ
    raise ImportError("pc15: the extension was built against another ABI of libpc15")


def version() -> str:
    """The version of the library."""
    text: str = _native.pc15_version_string()
    return text


def build_info() -> str:
    """One line for bug reports."""
    text: str = _native.pc15_build_info()
    return text


__all__ = [
    "CELLS",
    "BusyError",
    "CancelledError",
    "DataError",
    "Decoder",
    "DeviceError",
    "Difference",
    "EncodeStats",
    "Encoder",
    "GeneratorStats",
    "ImageInfo",
    "InternalError",
    "LayerInfo",
    "Metadata",
    "Model",
    "OutOfMemoryError",
    "Parameter",
    "Part",
    "Pc15Error",
    "RepairReport",
    "ResourceError",
    "TileInfo",
    "UsageError",
    "__version__",
    "assemble",
    "build_info",
    "check",
    "cuda_available",
    "decode",
    "decode_batch",
    "decode_region",
    "decode_rows",
    "decode_scaled",
    "diff",
    "disassemble",
    "encode",
    "encode_batch",
    "encode_rows",
    "info",
    "layers",
    "metadata",
    "parameters",
    "parts",
    "repair",
    "replace_metadata",
    "resolve_device",
    "scaled_size",
    "tiles",
    "verify",
    "version",
]
