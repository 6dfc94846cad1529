"""Vector quantisation of generator parameters: codebooks, coarse to fine, and semantic packs."""

from ._codebook import Codebook, dequantize_params, deserialize, quantize_params, serialize, train_qv
from ._packs import Pack, pack_matrix, packs, unpack_matrix

__all__ = [
    "Codebook",
    "Pack",
    "dequantize_params",
    "deserialize",
    "pack_matrix",
    "packs",
    "quantize_params",
    "serialize",
    "train_qv",
    "unpack_matrix",
]
