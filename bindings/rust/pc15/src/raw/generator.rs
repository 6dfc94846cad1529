//! Calls about generators: tables, rendering, the parameter codec, packs.

use std::ffi::CString;

use pc15_sys as sys;

use super::{check, filled, sized, sized_bytes, text};
use crate::{Error, ImageMut, Result, Status};

/// A name for C. One that holds a NUL is no name that anything has.
pub(super) fn name_for_c(name: &str) -> Result<CString> {
    CString::new(name).map_err(|_| Error::new(Status::INVALID_ARGUMENT, "a name holds a NUL character"))
}

// SAFETY, for all calls below: every pointer comes with the length of the slice it is from, and structs carry their size.

pub(crate) fn generator_numbers() -> Vec<i32> {
    // SAFETY: see above.
    let count = unsafe { sys::pc15_generator_count() };
    (0..count)
        .filter_map(|index| {
            let mut number = 0;
            // SAFETY: see above.
            (unsafe { sys::pc15_generator_id(index, &mut number) } == sys::PC15_OK).then_some(number)
        })
        .collect()
}

pub(crate) fn generator_name(generator: i32) -> Option<&'static str> {
    // SAFETY: see above.
    text(unsafe { sys::pc15_generator_name(generator) })
}

pub(crate) fn generator_from_name(name: &str) -> Result<i32> {
    let name = name_for_c(name)?;
    let mut number = 0;
    // SAFETY: see above; the name is terminated.
    check(unsafe { sys::pc15_generator_from_name(name.as_ptr(), &mut number) })?;
    Ok(number)
}

pub(crate) fn generator_doc(generator: i32) -> Option<&'static str> {
    // SAFETY: see above.
    text(unsafe { sys::pc15_generator_doc(generator) })
}

pub(crate) fn generator_is_seeded(generator: i32) -> bool {
    // SAFETY: see above.
    unsafe { sys::pc15_generator_is_seeded(generator) == 1 }
}

pub(crate) fn generator_param_count(generator: i32) -> usize {
    // SAFETY: see above.
    unsafe { sys::pc15_generator_param_count(generator) as usize }
}

/// A parameter with its texts: name, unit, doc.
pub(crate) fn generator_param(generator: i32, index: u32) -> Result<(sys::pc15_generator_param, [&'static str; 3])> {
    let mut param = sized!(sys::pc15_generator_param);
    // SAFETY: see above.
    check(unsafe { sys::pc15_generator_param_info(generator, index, &mut param) })?;
    let texts = [param.name, param.unit, param.doc].map(|pointer| text(pointer).unwrap_or(""));
    Ok((param, texts))
}

pub(crate) fn generator_param_choice(generator: i32, index: u32, value: i32) -> Option<&'static str> {
    // SAFETY: see above.
    text(unsafe { sys::pc15_generator_param_choice(generator, index, value) })
}

/// Renders into a plane; no values: the defaults.
pub(crate) fn render(generator: i32, values: &[f64], seed: i64, plane: &mut ImageMut<'_>) -> Result<()> {
    let (width, height, stride, capacity) = (plane.width(), plane.height(), plane.stride(), plane.data().len());
    let values_at = if values.is_empty() { std::ptr::null() } else { values.as_ptr() };
    let dst = plane.data_mut().as_mut_ptr();
    // SAFETY: see above; null values have count 0.
    check(unsafe {
        sys::pc15_generator_render(generator, values_at, values.len(), seed, width, height, dst, capacity, stride)
    })
}

pub(crate) fn quantise(generator: i32, precision: i32, frame: u32, values: &[f64]) -> Result<Vec<i32>> {
    let mut steps = filled::<i32>(generator_param_count(generator))?;
    let (data, count) = (steps.as_mut_ptr(), steps.len());
    // SAFETY: see above.
    check(unsafe {
        sys::pc15_params_quantise(generator, precision, frame, values.as_ptr(), values.len(), data, count)
    })?;
    Ok(steps)
}

pub(crate) fn dequantise(generator: i32, steps: &[i32]) -> Result<Vec<f64>> {
    let mut values = filled::<f64>(generator_param_count(generator))?;
    let (data, count) = (values.as_mut_ptr(), values.len());
    // SAFETY: see above.
    check(unsafe { sys::pc15_params_dequantise(generator, steps.as_ptr(), steps.len(), data, count) })?;
    Ok(values)
}

pub(crate) fn pack(generator: i32, precision: i32, frame: u32, steps: &[i32]) -> Result<Vec<u8>> {
    sized_bytes(
        // SAFETY: see above; an empty output has a pointer, but capacity 0.
        |data, capacity, size| unsafe {
            let data = if data.is_null() { [].as_mut_ptr() } else { data };
            sys::pc15_params_pack(generator, precision, frame, steps.as_ptr(), steps.len(), data, capacity, size)
        },
        check,
    )
}

pub(crate) fn unpack(generator: i32, precision: i32, frame: u32, bytes: &[u8]) -> Result<Vec<i32>> {
    let mut steps = filled::<i32>(generator_param_count(generator))?;
    let (data, count) = (steps.as_mut_ptr(), steps.len());
    // SAFETY: see above.
    check(unsafe { sys::pc15_params_unpack(generator, precision, frame, bytes.as_ptr(), bytes.len(), data, count) })?;
    Ok(steps)
}

/// Name and doc of the packs of a generator.
pub(crate) fn packs(generator: i32) -> Vec<(&'static str, &'static str)> {
    // SAFETY: see above.
    let count = unsafe { sys::pc15_generator_pack_count(generator) };
    (0..count)
        .map(|index| {
            // SAFETY: see above.
            let pair = unsafe {
                (sys::pc15_generator_pack_name(generator, index), sys::pc15_generator_pack_doc(generator, index))
            };
            (text(pair.0).unwrap_or(""), text(pair.1).unwrap_or(""))
        })
        .collect()
}

pub(crate) fn pack_positions(generator: i32, index: u32) -> Result<Vec<u32>> {
    let mut positions = [0; 16];
    let mut count = 0;
    // SAFETY: see above.
    check(unsafe {
        sys::pc15_generator_pack_params(generator, index, positions.as_mut_ptr(), positions.len(), &mut count)
    })?;
    Ok(positions[..count.min(positions.len())].to_vec())
}
