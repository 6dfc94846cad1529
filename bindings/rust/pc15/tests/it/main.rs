//! One binary for all tests: they link faster, and run side by side.

mod awkward;
#[cfg(feature = "rayon")]
mod batch;
mod c;
mod conformance;
mod files;
mod generators;
mod handles;
#[cfg(feature = "image")]
mod integration;
mod many;
mod pictures;
mod roundtrip;
#[cfg(feature = "serde")]
mod serial;
mod vectors;
