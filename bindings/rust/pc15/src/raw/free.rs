//! Functions without a handle: versions, statuses, parameters, probe, tiling, metrics, difference.

use pc15_sys as sys;

use super::generator::name_for_c;
use super::{check, sized, sized_bytes, text};
use crate::{Error, ImageMut, ImageRef, Limits, Result, Status};

// SAFETY, for all calls below: every pointer comes with the length of the slice it is from, structs carry their size, and
// a null pointer is passed only where the header allows it.

pub(crate) fn version() -> u32 {
    // SAFETY: see above.
    unsafe { sys::pc15_version() }
}

pub(crate) fn version_string() -> &'static str {
    // SAFETY: see above.
    text(unsafe { sys::pc15_version_string() }).unwrap_or("")
}

pub(crate) fn abi_version() -> i32 {
    // SAFETY: see above.
    unsafe { sys::pc15_abi_version() }
}

pub(crate) fn bitstream() -> (i32, i32) {
    // SAFETY: see above.
    unsafe { (sys::pc15_bitstream_version(), sys::pc15_bitstream_revision()) }
}

pub(crate) fn build_info() -> &'static str {
    // SAFETY: see above.
    text(unsafe { sys::pc15_build_info() }).unwrap_or("")
}

pub(crate) fn has_encoder() -> bool {
    // SAFETY: see above.
    unsafe { sys::pc15_has_encoder() == 1 }
}

pub(crate) fn status_name(status: i32) -> &'static str {
    // SAFETY: see above.
    text(unsafe { sys::pc15_status_name(status) }).unwrap_or("")
}

pub(crate) fn status_doc(status: i32) -> &'static str {
    // SAFETY: see above.
    text(unsafe { sys::pc15_status_doc(status) }).unwrap_or("")
}

pub(crate) fn metadata_name(kind: i32) -> Option<&'static str> {
    // SAFETY: see above.
    text(unsafe { sys::pc15_metadata_name(kind) })
}

pub(crate) fn tile_mode_name(mode: i32) -> Option<&'static str> {
    // SAFETY: see above.
    text(unsafe { sys::pc15_tile_mode_name(mode) })
}

pub(crate) fn part_name(kind: i32) -> Option<&'static str> {
    // SAFETY: see above.
    text(unsafe { sys::pc15_part_name(kind) })
}

pub(crate) fn param_ids() -> Vec<i32> {
    // SAFETY: see above.
    let count = unsafe { sys::pc15_param_count() };
    (0..count)
        .filter_map(|index| {
            let mut id = 0;
            // SAFETY: see above.
            (unsafe { sys::pc15_param_id(index, &mut id) } == sys::PC15_OK).then_some(id)
        })
        .collect()
}

pub(crate) fn param_from_name(name: &str) -> Result<i32> {
    let text = name_for_c(name)?;
    let mut id = 0;
    // SAFETY: see above; the name is terminated.
    let status = unsafe { sys::pc15_param_from_name(text.as_ptr(), &mut id) };
    if status == sys::PC15_ERROR_UNKNOWN_PARAM {
        return Err(Error::new(Status::UNKNOWN_PARAM, format!("'{name}' is no parameter")));
    }
    check(status)?;
    Ok(id)
}

/// Smallest, largest and initial value.
pub(crate) fn param_bounds(id: i32) -> Result<[i64; 3]> {
    let mut bounds = [0; 3];
    let [lo, hi, def] = &mut bounds;
    // SAFETY: see above.
    check(unsafe { sys::pc15_param_bounds(id, lo, hi, def) })?;
    Ok(bounds)
}

pub(crate) fn param_name(id: i32) -> Option<&'static str> {
    // SAFETY: see above.
    text(unsafe { sys::pc15_param_name(id) })
}

pub(crate) fn param_doc(id: i32) -> Option<&'static str> {
    // SAFETY: see above.
    text(unsafe { sys::pc15_param_doc(id) })
}

/// Type, scale and scope.
pub(crate) fn param_kind(id: i32) -> (i32, i64, i32) {
    // SAFETY: see above.
    unsafe { (sys::pc15_param_type(id), sys::pc15_param_scale(id), sys::pc15_param_scope(id)) }
}

pub(crate) fn param_choice(id: i32, value: i64) -> Option<&'static str> {
    // SAFETY: see above.
    text(unsafe { sys::pc15_param_choice(id, value) })
}

pub(crate) fn image_bytes(format: i32, width: u32, height: u32, stride: i64) -> Result<usize> {
    let mut size = 0;
    // SAFETY: see above.
    check(unsafe { sys::pc15_image_bytes(format, width, height, stride, &mut size) })?;
    Ok(size)
}

pub(crate) fn scaled_size(width: u32, height: u32, log2: i32) -> Result<(u32, u32)> {
    let (mut w, mut h) = (0, 0);
    // SAFETY: see above.
    check(unsafe { sys::pc15_scaled_size(width, height, log2, &mut w, &mut h) })?;
    Ok((w, h))
}

pub(crate) fn default_limits() -> Result<sys::pc15_limits> {
    let mut limits = sized!(sys::pc15_limits);
    // SAFETY: see above.
    check(unsafe { sys::pc15_limits_default(&mut limits) })?;
    Ok(limits)
}

pub(crate) fn probe(data: &[u8], limits: Option<&Limits>) -> Result<sys::pc15_image_info> {
    let limits = limits.map(|limits| {
        let mut raw = sized!(sys::pc15_limits);
        raw.max_width = limits.max_width;
        raw.max_height = limits.max_height;
        raw.max_sections = limits.max_sections;
        raw.max_pixels = limits.max_pixels;
        raw.max_memory_bytes = limits.max_memory_bytes;
        raw.max_metadata_bytes = limits.max_metadata_bytes;
        raw
    });
    let limits = limits.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
    let mut info = sized!(sys::pc15_image_info);
    // SAFETY: see above.
    let status = unsafe { sys::pc15_probe(data.as_ptr(), data.len(), limits, &mut info) };
    check(status).map_err(|error| error.needing(usize::try_from(info.bytes_needed).unwrap_or(usize::MAX)))?;
    Ok(info)
}

pub(crate) fn diff(a: &[u8], b: &[u8]) -> Result<sys::pc15_difference> {
    let mut difference = sized!(sys::pc15_difference);
    // SAFETY: see above.
    check(unsafe { sys::pc15_diff(a.as_ptr(), a.len(), b.as_ptr(), b.len(), std::ptr::null(), &mut difference) })?;
    Ok(difference)
}

pub(crate) fn grid(width: u32, height: u32, tile: u32, overlap: u32) -> Result<sys::pc15_grid> {
    let mut grid = sized!(sys::pc15_grid);
    // SAFETY: see above.
    check(unsafe { sys::pc15_grid_init(width, height, tile, overlap, &mut grid) })?;
    Ok(grid)
}

/// x, y, width and height of a tile.
pub(crate) fn grid_tile(grid: &sys::pc15_grid, index: u64) -> Result<[u32; 4]> {
    let mut rect = [0; 4];
    let [x, y, width, height] = &mut rect;
    // SAFETY: see above.
    check(unsafe { sys::pc15_grid_tile(grid, index, x, y, width, height) })?;
    Ok(rect)
}

pub(crate) fn extract(grid: &sys::pc15_grid, plane: &ImageRef<'_>) -> Result<Vec<u8>> {
    let (data, length, stride) = (plane.data().as_ptr(), plane.data().len(), plane.stride());
    sized_bytes(
        // SAFETY: see above; an empty output has a pointer, but capacity 0.
        |dst, capacity, size| unsafe {
            let dst = if dst.is_null() { [].as_mut_ptr() } else { dst };
            sys::pc15_tiles_extract(grid, data, length, stride, dst, capacity, size)
        },
        check,
    )
}

pub(crate) fn blend(grid: &sys::pc15_grid, patches: &[u8], plane: &mut ImageMut<'_>) -> Result<()> {
    let (stride, capacity) = (plane.stride(), plane.data().len());
    let dst = plane.data_mut().as_mut_ptr();
    // SAFETY: see above.
    check(unsafe { sys::pc15_tiles_blend(grid, patches.as_ptr(), patches.len(), dst, capacity, stride) })
}

type MetricFunction =
    unsafe extern "C" fn(*const u8, usize, i64, *const u8, usize, i64, u32, u32, *mut f64) -> sys::pc15_status;

/// The measures of two planes.
#[derive(Clone, Copy)]
pub(crate) enum Metric {
    Mse,
    Psnr,
    Ssim,
    MsSsim,
    Distortion(f64),
}

/// `a` and `b` are planes of the same size.
pub(crate) fn metric(metric: Metric, a: &ImageRef<'_>, b: &ImageRef<'_>) -> Result<f64> {
    let function: MetricFunction = match metric {
        Metric::Mse => sys::pc15_metric_mse,
        Metric::Psnr => sys::pc15_metric_psnr,
        Metric::Ssim => sys::pc15_metric_ssim,
        Metric::MsSsim => sys::pc15_metric_ms_ssim,
        Metric::Distortion(alpha) => return distortion(alpha, a, b),
    };
    let mut result = 0.0;
    // SAFETY: see above.
    check(unsafe {
        function(
            a.data().as_ptr(),
            a.data().len(),
            a.stride(),
            b.data().as_ptr(),
            b.data().len(),
            b.stride(),
            a.width(),
            a.height(),
            &mut result,
        )
    })?;
    Ok(result)
}

fn distortion(alpha: f64, a: &ImageRef<'_>, b: &ImageRef<'_>) -> Result<f64> {
    let mut result = 0.0;
    // SAFETY: see above.
    check(unsafe {
        sys::pc15_metric_distortion(
            a.data().as_ptr(),
            a.data().len(),
            a.stride(),
            b.data().as_ptr(),
            b.data().len(),
            b.stride(),
            a.width(),
            a.height(),
            alpha,
            &mut result,
        )
    })?;
    Ok(result)
}
