//! What the measurements share.

use pc15::{Format, Image};

fn mixed(mut x: u32) -> u32 {
    x ^= x >> 16;
    x = x.wrapping_mul(0x7FEB_352D);
    x ^= x >> 15;
    x = x.wrapping_mul(0x846C_A68B);
    x ^ (x >> 16)
}

/// Edges, texture of several scales and a little noise, RGB.
pub fn picture(width: u32, height: u32) -> Image {
    let mut data = Vec::with_capacity((width * height * 3) as usize);
    for y in 0..height {
        for x in 0..width {
            for c in 0..3 {
                let noise = mixed(x * 7919 + y * 104_729 + c * 31) & 255;
                let smooth = ((x * 3 + y * 2) / 4 % 400 + c * 25) as i32 - 70;
                let edges = if (x / 23 + y / 17) % 3 == 0 { 60 } else { 0 };
                let texture = mixed(x / 5 * 131 + y / 4) & 31;
                data.push((smooth + edges + (texture + noise / 16) as i32).clamp(0, 255) as u8);
            }
        }
    }
    Image::new(Format::Rgb, width, height, data).expect("the sizes fit")
}
