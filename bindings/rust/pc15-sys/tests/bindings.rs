//! What is checked in is what bindgen makes of the header, and agrees with the linked library.

use std::ffi::CStr;

use pc15_sys::*;

/// With PC15_BLESS=1 the test writes what it found instead of failing.
#[cfg(feature = "bindgen")]
#[test]
fn bindings_are_those_of_the_header() {
    let made = include_str!(concat!(env!("OUT_DIR"), "/bindings.rs"));
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/bindings.rs");
    if std::env::var_os("PC15_BLESS").is_some() {
        std::fs::write(path, made).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap();
    for (number, (a, b)) in made.lines().zip(kept.lines()).enumerate() {
        assert_eq!(a, b, "src/bindings.rs:{}: run this test with PC15_BLESS=1", number + 1);
    }
    assert_eq!(made.len(), kept.len(), "src/bindings.rs: run this test with PC15_BLESS=1");
}

#[test]
fn versions_are_those_of_the_library() {
    // SAFETY: functions without arguments; the text is static.
    let (number, text, abi, bitstream) = unsafe {
        (pc15_version(), CStr::from_ptr(pc15_version_string()), pc15_abi_version(), pc15_bitstream_version())
    };
    assert_eq!(number, (PC15_VERSION_MAJOR << 16) | (PC15_VERSION_MINOR << 8) | PC15_VERSION_PATCH);
    assert_eq!((abi, bitstream), (PC15_ABI_MAJOR, PC15_BITSTREAM_VERSION));
    let of_crate = env!("CARGO_PKG_VERSION").split_once("+pc15.").unwrap().1;
    assert_eq!(text.to_str(), Ok(of_crate));
}

/// The sizes that tests/abi/abi_layout.c pins.
#[cfg(target_pointer_width = "64")]
#[test]
fn structs_have_the_size_of_the_c_structs() {
    let sizes = [
        (size_of::<pc15_allocator>(), 32),
        (size_of::<pc15_limits>(), 72),
        (size_of::<pc15_image>(), 56),
        (size_of::<pc15_part_info>(), 48),
        (size_of::<pc15_repair_report>(), 64),
        (size_of::<pc15_difference>(), 48),
        (size_of::<pc15_grid>(), 56),
        (size_of::<pc15_stats>(), 104),
        (size_of::<pc15_generator_stats>(), 80),
        (size_of::<pc15_tile_info>(), 104),
        (size_of::<pc15_image_info>(), 136),
        (size_of::<pc15_field_info>(), 192),
        (size_of::<pc15_layer_info>(), 224),
        (size_of::<pc15_generator_param>(), 80),
    ];
    for (rust, c) in sizes {
        assert_eq!(rust, c);
    }
}

/// Every constant has the type of the argument that it is for.
#[test]
fn constants_have_the_types_of_arguments() {
    let _: pc15_status = PC15_ERROR_CORRUPT;
    let _: i32 = PC15_PARAM_QUALITY;
    let _: u32 = PC15_TILE_IMAGE;
    // SAFETY: any number is allowed; the text is static.
    let name = unsafe { CStr::from_ptr(pc15_status_name(PC15_ERROR_TRAILING)) };
    assert_eq!(name.to_bytes(), b"PC15_ERROR_TRAILING");
}
