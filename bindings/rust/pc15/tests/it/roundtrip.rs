//! Whatever the picture and its layout in memory: lossless comes back as it was, lossy with the right shape and the bytes
//! of the C library.

use pc15::{Decoder, Encoder, Format, Image, ImageMut, ImageRef};
use pc15_sys::*;
use proptest::prelude::*;

use crate::c;
use crate::pictures::{encode, mixed, photo};

fn format() -> impl Strategy<Value = Format> {
    prop_oneof![Just(Format::Y), Just(Format::Rgb), Just(Format::Rgba)]
}

fn noise(format: Format, width: u32, height: u32, seed: u32) -> Image {
    let size = width * height * format.channels() as u32;
    let data = (0..size).map(|i| mixed(i ^ seed.rotate_left(7)) as u8).collect();
    Image::new(format, width, height, data).unwrap()
}

/// The rows of a picture `stride` bytes apart, the first one last when that is negative; 7 in the padding.
fn laid_out(image: &Image, stride: i64) -> Vec<u8> {
    let (step, rows) = (stride.unsigned_abs() as usize, image.height());
    let row_bytes = image.row(0).unwrap().len();
    let mut data = vec![7; step * (rows as usize - 1) + row_bytes];
    for y in 0..rows {
        let at = if stride < 0 { rows - 1 - y } else { y } as usize * step;
        data[at..at + row_bytes].copy_from_slice(image.row(y).unwrap());
    }
    data
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lossless_of_any_layout(
        format in format(), width in 1u32..40, height in 1u32..40, seed: u32, padding in 0i64..9, flip: bool,
    ) {
        let image = noise(format, width, height, seed);
        let stride = (i64::from(width) * format.channels() as i64 + padding) * if flip { -1 } else { 1 };
        let data = laid_out(&image, stride);
        let picture = ImageRef::new(format, width, height, &data).with_stride(stride);
        let file = Encoder::builder().lossless(true).effort(1).build().unwrap().encode(picture).unwrap();
        prop_assert!(pc15::probe(&file).unwrap().lossless);
        let decoded = Decoder::new().unwrap().decode_as(&file, format).unwrap();
        prop_assert_eq!(decoded.data(), image.data());

        // Into a layout of its own; the padding stays as it was.
        let mut room = laid_out(&Image::zeroed(format, width, height).unwrap(), stride);
        let target = ImageMut::new(format, width, height, &mut room).with_stride(stride);
        Decoder::new().unwrap().decode_into(&file, target).unwrap();
        prop_assert_eq!(room, data);
    }

    #[test]
    fn lossy_bytes_are_those_of_the_c_library(
        format in format(), width in 1u32..90, height in 1u32..70, quality in 0.0f64..100.0, effort in 1u32..3,
    ) {
        let mut image = photo(format, width, height);
        let file = encode(&Encoder::builder().quality(quality).effort(effort), &image);
        let encoder = c::Encoder::new();
        assert_eq!(encoder.set_f64(PC15_PARAM_QUALITY, quality), PC15_OK);
        assert_eq!(encoder.set(PC15_PARAM_EFFORT, effort.into()), PC15_OK);
        let raw = c::image(format.channels() as i32, width, height, 0, image.data_mut());
        prop_assert_eq!(encoder.encode(&raw), (PC15_OK, file.clone()));
        let decoded = Decoder::new().unwrap().decode(&file).unwrap();
        prop_assert_eq!((decoded.width(), decoded.height()), (width, height));
    }

    #[test]
    fn bytes_of_any_kind_never_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..300), form in 0..3) {
        let head: &[u8] = [&b""[..], b"PC15\x8f\r\n\x1a\x0f\x03", b"PC15\xf0"][form as usize];
        bytes.splice(0..0, head.iter().copied());
        for tolerant in [false, true] {
            let mut decoder = Decoder::builder().tolerant(tolerant).build().unwrap();
            let status = decoder.decode(&bytes).map(drop).unwrap_err().status();
            decoder.reset().unwrap();
            let raw = c::Decoder::new();
            raw.set(PC15_PARAM_TOLERANT, tolerant.into());
            prop_assert_eq!(status.code(), raw.decode(&bytes));
            prop_assert!(decoder.disassemble(&bytes).is_err());
        }
        prop_assert_eq!(pc15::probe(&bytes).map_or_else(|e| e.status().code(), |_| 0), c::probe(&bytes));
        prop_assert!(pc15::Codebook::from_bytes(&bytes).is_err());
        prop_assert!(pc15::Model::from_bytes(&bytes).is_err());
    }

    #[test]
    fn text_of_any_kind_never_panics(text in "[a-z0-9{}(),=# \n]{0,60}") {
        let whole = format!("picture 64x64 gray\n{text}");
        let status = Decoder::new().unwrap().assemble(&whole).map_or_else(|e| e.status().code(), |_| PC15_OK);
        prop_assert_eq!(status, c::Decoder::new().assemble(&whole));
    }
}

#[test]
fn targets_are_kept() {
    let image = photo(Format::Y, 200, 150);
    let plain = encode(&Encoder::builder().effort(1), &image).len() as u64;
    let builder = Encoder::builder().effort(1).target_bytes(plain / 2);
    assert!(encode(&builder, &image).len() as u64 <= plain / 2);
    let mut encoder = Encoder::builder().effort(1).target_psnr(33.0).build().unwrap();
    encoder.encode(&image).unwrap();
    assert!(encoder.stats().unwrap().psnr_y >= 33.0);
    let error = builder.target_ssim(0.9).build().unwrap().encode(&image).unwrap_err();
    assert_eq!(error.status(), pc15::Status::INVALID_ARGUMENT);
}

#[test]
fn bytes_do_not_depend_on_threads() {
    let image = photo(Format::Rgb, 200, 150);
    let builder = Encoder::builder().effort(1).tile(96).cell(128);
    let file = encode(&builder, &image);
    for threads in [2, 3, 8, 0] {
        assert_eq!(encode(&builder.clone().threads(threads), &image), file);
        let mut decoder = Decoder::builder().threads(threads).build().unwrap();
        assert_eq!(decoder.decode(&file).unwrap(), Decoder::new().unwrap().decode(&file).unwrap());
    }
}

#[test]
fn regions_and_scales_are_crops_of_the_whole() {
    use pc15::{Region, Scale};
    let file = encode(&Encoder::builder().effort(1), &photo(Format::Rgb, 90, 70));
    let mut decoder = Decoder::new().unwrap();
    for scale in Scale::ALL {
        let whole = decoder.decode_scaled(&file, scale, None, None).unwrap();
        let (width, height) = scale.size(90, 70).unwrap();
        assert_eq!((whole.width(), whole.height()), (width, height));
        let region = Region::new(3, 2, 9, 7);
        let part = decoder.decode_scaled(&file, scale, Some(region), None).unwrap();
        let mut into = vec![0; 9 * 7 * 3];
        decoder.decode_scaled_into(&file, scale, 3, 2, ImageMut::new(Format::Rgb, 9, 7, &mut into)).unwrap();
        assert_eq!(part.data(), into);
        for y in 0..7 {
            assert_eq!(part.row(y).unwrap(), &whole.row(y + 2).unwrap()[9..36]);
        }
        if scale == Scale::One {
            assert_eq!(decoder.decode_region(&file, region, None).unwrap(), part);
            assert_eq!(decoder.decode(&file).unwrap(), whole);
        }
    }
}

#[test]
fn formats_follow_their_rules() {
    let gray = encode(&Encoder::builder().lossless(true), &photo(Format::Y, 20, 10));
    let alpha = encode(&Encoder::builder().lossless(true), &photo(Format::Rgba, 20, 10));
    let mut decoder = Decoder::new().unwrap();
    let luma = decoder.decode(&gray).unwrap();
    assert_eq!(luma.format(), Format::Y);
    let rgb = decoder.decode_as(&gray, Format::Rgb).unwrap();
    assert!(rgb.data().chunks(3).zip(luma.data()).all(|(p, y)| p == [*y; 3]));
    let rgba = decoder.decode_as(&gray, Format::Rgba).unwrap();
    assert!(rgba.data().chunks(4).all(|p| p[3] == 255));
    let with = decoder.decode(&alpha).unwrap();
    let without = decoder.decode_as(&alpha, Format::Rgb).unwrap();
    assert_eq!(with.format(), Format::Rgba);
    assert!(with.data().chunks(4).zip(without.data().chunks(3)).all(|(a, b)| a[..3] == *b));
}
