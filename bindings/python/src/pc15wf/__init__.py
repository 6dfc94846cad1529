"""Workflows: atomic files, names, manifests with resume, logs, and batches over processes or a cluster."""

from ._batch import BatchReport, encode_batch
from ._config import EncodeConfig
from ._files import atomic_write, log_append
from ._journal import Journal, load_manifest, save_manifest
from ._manifest import DONE, ERROR, TODO, Item, Manifest
from ._names import pc15_name

__all__ = [
    "DONE",
    "ERROR",
    "TODO",
    "BatchReport",
    "EncodeConfig",
    "Item",
    "Journal",
    "Manifest",
    "atomic_write",
    "encode_batch",
    "load_manifest",
    "log_append",
    "pc15_name",
    "save_manifest",
]
