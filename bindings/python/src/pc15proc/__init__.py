"""Procedural generators: what there is, rendering, and their parameters as a file holds them."""

from ._audit import GeneratorAudit, ParamAudit, audit, list_generators
from ._codec import ParamCodec
from ._render import render, render_u8

__all__ = ["GeneratorAudit", "ParamAudit", "ParamCodec", "audit", "list_generators", "render", "render_u8"]
