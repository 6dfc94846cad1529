#![doc = include_str!("../README.md")]
#![no_std]
#![allow(non_camel_case_types)]

#[cfg(not(feature = "bindgen"))]
#[allow(missing_docs)]
#[rustfmt::skip]
mod bindings;
#[cfg(feature = "bindgen")]
#[allow(missing_docs)]
mod bindings {
    include!(concat!(env!("OUT_DIR"), "/bindings.rs"));
}
pub use bindings::*;
