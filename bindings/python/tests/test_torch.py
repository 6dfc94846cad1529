"""Tensors in and out. Runs where torch is installed; the package never needs it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from conftest import draw

import pc15
import pc15codec
import pc15proc

torch = pytest.importorskip("torch")

PICTURE = draw(61, 83, 3)
FILE = pc15.encode(PICTURE, lossless=True, effort=1)


def there_and_back(tensor: Any) -> np.ndarray:
    picture: np.ndarray = pc15.decode(pc15.encode(tensor, lossless=True, effort=1))
    return picture


@pytest.mark.parametrize("view", [
    lambda t: t, lambda t: t[:, 5:40], lambda t: t[::2], lambda t: t[::2, ::3], lambda t: t[:, :, 0], lambda t: t.flip(0),
    lambda t: t.permute(2, 0, 1).contiguous().permute(1, 2, 0), lambda t: t.transpose(0, 1), lambda t: t[:1, :1],
    lambda t: t[:, :, 1].expand(61, 83), lambda t: t[:1].expand(7, 83, 3),
])
def test_tensors_are_encoded(view: Callable[[Any], Any]) -> None:
    tensor = view(torch.from_numpy(PICTURE))
    assert np.array_equal(there_and_back(tensor), tensor.numpy())


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float32, torch.float64])
def test_floats(dtype: Any) -> None:
    floats = pc15.decode(FILE, dtype=dtype)
    assert floats.dtype == dtype and floats.min() >= 0 and floats.max() <= 1
    assert np.array_equal(there_and_back(floats), PICTURE)
    assert np.array_equal(there_and_back(floats.requires_grad_()), PICTURE)
    if dtype != torch.bfloat16:
        assert torch.equal(floats, torch.from_numpy(pc15.decode(FILE, dtype=floats.detach().numpy().dtype)))
    for part in (pc15.decode_region(FILE, 3, 4, 20, 10, dtype=dtype), pc15.decode_scaled(FILE, 0.5, dtype=dtype)):
        assert part.dtype == dtype
    mask = torch.from_numpy(PICTURE[:, :, 0] > 128)
    assert np.array_equal(there_and_back(mask) > 0, mask.numpy())


def test_pictures_become_tensors() -> None:
    expected = torch.from_numpy(PICTURE)
    picture = pc15.decode(FILE)
    shared = torch.from_dlpack(picture)
    assert torch.equal(shared, expected) and shared.data_ptr() == picture.ctypes.data
    assert torch.equal(torch.utils.dlpack.from_dlpack(picture), expected)
    padded = torch.from_dlpack(pc15.decode(FILE, out=np.empty((61, 100, 3), np.uint8)[:, :83]))
    assert torch.equal(padded, expected) and not padded.is_contiguous()
    assert torch.equal(pc15.decode(FILE, dtype=torch.uint8), expected)


def test_out_may_be_a_tensor() -> None:
    expected = torch.from_numpy(PICTURE)
    out = torch.empty(61, 83, 3, dtype=torch.uint8)
    assert pc15.decode(FILE, out=out) is out and torch.equal(out, expected)
    wide = torch.full((61, 100, 3), 7, dtype=torch.uint8)
    pc15.decode(FILE, out=wide[:, 7:90])
    assert torch.equal(wide[:, 7:90], expected) and (wide[:, :7] == 7).all() and (wide[:, 90:] == 7).all()
    rows = torch.full((122, 83, 3), 7, dtype=torch.uint8)
    pc15.decode(FILE, out=rows[1::2])
    assert torch.equal(rows[1::2], expected) and (rows[::2] == 7).all()
    part = torch.empty(10, 20, 3, dtype=torch.uint8)
    pc15.decode_region(FILE, 3, 4, 20, 10, out=part)
    assert torch.equal(part, expected[4:14, 3:23])


@pytest.mark.parametrize("out", [
    torch.empty(3, 61, 83, dtype=torch.uint8).permute(1, 2, 0), torch.empty(61, 83, 3), torch.empty(61, 82, 3, dtype=torch.uint8),
    torch.empty(61, 83, 3, dtype=torch.uint8, device="meta"), torch.empty(1, dtype=torch.uint8).expand(61, 83, 3),
    torch.empty(61, 83, 3, dtype=torch.uint8).to_sparse(),
])
def test_bad_out_is_refused(out: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        pc15.decode(FILE, out=out)


@pytest.mark.parametrize("tensor", [
    torch.zeros(8, 8, dtype=torch.int32), torch.zeros(8, 8, dtype=torch.complex64), torch.full((8, 8), 2.0), torch.zeros(3, 8, 8),
    torch.full((8, 8), float("nan")), torch.zeros(8, 8, dtype=torch.uint8).to_sparse(), torch.zeros(0, 8, dtype=torch.uint8),
])
def test_bad_tensors_are_refused(tensor: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        pc15.encode(tensor)


def test_the_old_names() -> None:
    luma = torch.from_numpy(draw(40, 50))[None, None].float() / 127.5 - 1
    file = pc15codec.encode_y(luma, {"quality": 90})["bitstream"]
    assert file == pc15codec.encode_y(luma.numpy(), {"quality": 90})["bitstream"]
    for dtype in (torch.float32, torch.bfloat16):
        assert torch.equal(pc15codec.decode_y(file, dtype=dtype), torch.from_numpy(pc15codec.decode_y(file)).to(dtype))
    name = pc15proc.list_generators()[0]
    name = name if isinstance(name, str) else name["name"]
    assert torch.equal(pc15proc.render(name, 16, 16, dtype=torch.float32), torch.from_numpy(pc15proc.render(name, 16, 16)))
    with pytest.raises(TypeError, match="float type"):
        pc15.decode(FILE, dtype=torch.int32)
