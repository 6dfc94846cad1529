//! Measures of two 8-bit planes of the same size. Thread: any.
//!
//! Errors of all of them: [`Status::INVALID_ARGUMENT`] (a format other than Y, sizes that differ, a stride, too few
//! bytes), [`Status::OUT_OF_RANGE`] (a side of 0 or above 65535 pixels).
//!
//! ```
//! use pc15::{Format, ImageRef, metrics};
//!
//! let (a, b) = (vec![10; 64], vec![12; 64]);
//! let plane = |pixels| ImageRef::new(Format::Y, 8, 8, pixels);
//! assert_eq!(metrics::mse(plane(&a), plane(&b))?, 4.0);
//! # Ok::<(), pc15::Error>(())
//! ```

use crate::raw::{self, Metric};
use crate::{Error, ImageRef, Result, Status};

fn measure(metric: Metric, a: &ImageRef<'_>, b: &ImageRef<'_>) -> Result<f64> {
    crate::grid::need_plane(a.format())?;
    crate::grid::need_plane(b.format())?;
    if (a.width(), a.height()) != (b.width(), b.height()) {
        let text = format!("{} x {} and {} x {} pixels", a.width(), a.height(), b.width(), b.height());
        return Err(Error::new(Status::INVALID_ARGUMENT, format!("planes of different sizes: {text}")));
    }
    raw::metric(metric, a, b)
}

/// Mean squared error in squared grey levels.
///
/// # Errors
/// See the module.
pub fn mse<'a, 'b>(a: impl Into<ImageRef<'a>>, b: impl Into<ImageRef<'b>>) -> Result<f64> {
    measure(Metric::Mse, &a.into(), &b.into())
}

/// 10 log10(255^2 / MSE) dB; infinite for equal planes.
///
/// # Errors
/// See the module.
pub fn psnr<'a, 'b>(a: impl Into<ImageRef<'a>>, b: impl Into<ImageRef<'b>>) -> Result<f64> {
    measure(Metric::Psnr, &a.into(), &b.into())
}

/// Mean structural similarity (Wang 2004): Gaussian 11 x 11, sigma 1.5, K1 0.01, K2 0.03, windows inside the picture.
///
/// # Errors
/// See the module.
pub fn ssim<'a, 'b>(a: impl Into<ImageRef<'a>>, b: impl Into<ImageRef<'b>>) -> Result<f64> {
    measure(Metric::Ssim, &a.into(), &b.into())
}

/// Multi-scale structural similarity (Wang 2003): five scales, fewer below 176 x 176 pixels.
///
/// # Errors
/// See the module.
pub fn ms_ssim<'a, 'b>(a: impl Into<ImageRef<'a>>, b: impl Into<ImageRef<'b>>) -> Result<f64> {
    measure(Metric::MsSsim, &a.into(), &b.into())
}

/// alpha (1 - SSIM) + (1 - alpha) MSE / 255^2.
///
/// # Errors
/// See the module; also [`Status::OUT_OF_RANGE`] for an alpha outside 0 to 1.
pub fn distortion<'a, 'b>(a: impl Into<ImageRef<'a>>, b: impl Into<ImageRef<'b>>, alpha: f64) -> Result<f64> {
    measure(Metric::Distortion(alpha), &a.into(), &b.into())
}
