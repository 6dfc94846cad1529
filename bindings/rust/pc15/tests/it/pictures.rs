//! Pictures and small files for the tests, after tests/abi/abi_support.c.

use pc15::{Encoder, EncoderBuilder, Format, Image, MetadataKind};

pub fn mixed(mut x: u32) -> u32 {
    x ^= x >> 16;
    x = x.wrapping_mul(0x7FEB_352D);
    x ^= x >> 15;
    x = x.wrapping_mul(0x846C_A68B);
    x ^ (x >> 16)
}

/// Edges, texture of several scales and a little noise.
pub fn photo(format: Format, width: u32, height: u32) -> Image {
    let mut data = Vec::new();
    for y in 0..height {
        for x in 0..width {
            for c in 0..format.channels() as u32 {
                let noise = mixed(x * 7919 + y * 104_729 + c * 31) & 255;
                let smooth = ((x * 3 + y * 2) / 4 % 400 + c * 25) as i32 - 70;
                let edges = if (x / 23 + y / 17) % 3 == 0 { 60 } else { 0 };
                let texture = mixed(x / 5 * 131 + y / 4) & 31;
                data.push((smooth + edges + (texture + noise / 16) as i32).clamp(0, 255) as u8);
            }
        }
    }
    Image::new(format, width, height, data).unwrap()
}

/// Stripes that a program explains, and a little that it does not.
pub fn stripes(width: u32, height: u32) -> Image {
    let at = |i: u32| {
        let (x, y) = (i % width, i / width);
        let base = if (x + 2 * y) / 8 % 2 != 0 { 200 } else { 60 };
        base + (mixed(x * 7919 + y * 104_729) & 15) as u8
    };
    Image::new(Format::Y, width, height, (0..width * height).map(at).collect()).unwrap()
}

pub fn encode(builder: &EncoderBuilder, image: &Image) -> Vec<u8> {
    builder.build().unwrap().encode(image).unwrap()
}

/// A small compact file, a full one with metadata, and one of six cells.
pub fn small_files() -> Vec<Vec<u8>> {
    let tiny = encode(&Encoder::builder().quality(40.0), &photo(Format::Y, 33, 17));
    let full = Encoder::builder()
        .compact(false)
        .quality(30.0)
        .metadata(MetadataKind::Text, "a title")
        .metadata(MetadataKind::Icc, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    vec![tiny, encode(&full, &photo(Format::Rgb, 40, 28)), cells()]
}

/// Six cells of 128 pixels.
pub fn cells() -> Vec<u8> {
    let builder = Encoder::builder().quality(40.0).cell(128).compact(false).tile(128).effort(1);
    encode(&builder, &stripes(300, 200))
}
