"""Quality of decoded images: PSNR, SSIM, MS-SSIM, their mix, BD-rate, and the summary of a batch."""

from ._bd import bd_rate
from ._measures import distortion, mse, ms_ssim, psnr, ssim
from ._summary import Row, read_rows, summarize_batch, summarize_codec, write_rows

__all__ = ["Row", "bd_rate", "distortion", "ms_ssim", "mse", "psnr", "read_rows", "ssim", "summarize_batch", "summarize_codec", "write_rows"]
