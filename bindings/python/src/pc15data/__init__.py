"""Finding and reading images: folders, luma tensors, manifests, a cache for many small reads."""

from ._cache import LmdbCache
from ._files import build_manifest, ensure_symlink, scan_images
from ._read import luma_u8, read_image, to_luma_tensor

__all__ = ["LmdbCache", "build_manifest", "ensure_symlink", "luma_u8", "read_image", "scan_images", "to_luma_tensor"]
