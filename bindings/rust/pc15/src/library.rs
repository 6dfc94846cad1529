//! What is linked.

use crate::raw;

/// Version of the library at run time: major, minor, patch. Thread: any.
pub fn version() -> (u32, u32, u32) {
    let number = raw::version();
    (number >> 16, (number >> 8) & 255, number & 255)
}

/// `"0.1.0"`. Thread: any.
pub fn version_string() -> &'static str {
    raw::version_string()
}

/// Number of the binary interface. Thread: any.
pub fn abi_version() -> i32 {
    raw::abi_version()
}

/// Version of the file format, and the revision that the library writes. Thread: any.
pub fn bitstream_version() -> (i32, i32) {
    raw::bitstream()
}

/// One line for bug reports: versions, compiler, what was built in. Thread: any.
pub fn build_info() -> &'static str {
    raw::build_info()
}

/// Whether the library can encode. Thread: any.
pub fn has_encoder() -> bool {
    raw::has_encoder()
}
