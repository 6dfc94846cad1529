//! The `image` crate reads .pc15, keeps to its limits, and its pictures are encoded.

use std::io::Cursor;

use image::error::ImageError;
use image::{ColorType, DynamicImage, ImageDecoder, ImageReader, Limits};
use pc15::integration::{Pc15Decoder, encode_dynamic_image, register_image_decoding_hook};
use pc15::{Encoder, Format, MetadataKind, Status};

use crate::pictures::{cells, encode, photo, small_files};

#[test]
fn files_open_by_content_and_by_name() {
    assert!(register_image_decoding_hook());
    assert!(!register_image_decoding_hook());
    for file in small_files() {
        let expected = pc15::Decoder::new().unwrap().decode(&file).unwrap();
        let reader = ImageReader::new(Cursor::new(&file)).with_guessed_format().unwrap();
        assert_eq!(reader.decode().unwrap().as_bytes(), expected.data());
    }
    let path = std::env::temp_dir().join(format!("pc15-{}.pc15", std::process::id()));
    std::fs::write(&path, cells()).unwrap();
    let opened = image::open(&path);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(opened.unwrap().width(), 300);
    let damaged = [&cells()[..500], &[9; 40]].concat();
    let reader = ImageReader::new(Cursor::new(&damaged)).with_guessed_format().unwrap();
    assert!(matches!(reader.decode(), Err(ImageError::Decoding(_))));
}

#[test]
fn colour_and_metadata() {
    let builder =
        Encoder::builder().effort(1).metadata(MetadataKind::Icc, [1, 2, 3]).metadata(MetadataKind::Exif, exif(6));
    for (format, color) in
        [(Format::Y, ColorType::L8), (Format::Rgb, ColorType::Rgb8), (Format::Rgba, ColorType::Rgba8)]
    {
        let file = encode(&builder, &photo(format, 24, 16));
        let mut decoder = Pc15Decoder::new(&file[..]).unwrap();
        assert_eq!((decoder.dimensions(), decoder.color_type()), ((24, 16), color));
        assert_eq!(decoder.icc_profile().unwrap().unwrap(), [1, 2, 3]);
        assert_eq!(decoder.xmp_metadata().unwrap(), None);
        assert_eq!(decoder.orientation().unwrap(), image::metadata::Orientation::Rotate90);
        let mut pixels = vec![0; decoder.total_bytes() as usize];
        decoder.read_image(&mut pixels).unwrap();
        assert_eq!(pixels, pc15::Decoder::new().unwrap().decode(&file).unwrap().data());
    }
}

/// Exif with nothing but an orientation.
fn exif(orientation: u8) -> Vec<u8> {
    let mut bytes = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    bytes.extend_from_slice(&[orientation, 0, 0, 0, 0, 0, 0, 0]);
    bytes
}

#[test]
fn limits_are_honoured() {
    let file = encode(&Encoder::builder().effort(1), &photo(Format::Rgb, 200, 100));
    let limited = |change: fn(&mut Limits)| {
        let mut limits = Limits::default();
        change(&mut limits);
        let mut decoder = Pc15Decoder::new(&file[..])?;
        decoder.set_limits(limits)?;
        let mut pixels = vec![0; decoder.total_bytes() as usize];
        decoder.read_image(&mut pixels)
    };
    limited(|_| ()).unwrap();
    for change in [
        (|limits| limits.max_image_width = Some(199)) as fn(&mut Limits),
        |limits| limits.max_image_height = Some(99),
        |limits| limits.max_alloc = Some(100),    // less than the file
        |limits| limits.max_alloc = Some(20_000), // less than decoding
    ] {
        assert!(matches!(limited(change), Err(ImageError::Limits(_))));
    }
    limited(|limits| limits.max_image_width = Some(200)).unwrap();
}

#[test]
fn heads_that_are_no_good() {
    let file = cells();
    for size in 0..64 {
        assert!(matches!(Pc15Decoder::new(&file[..size]), Err(ImageError::Decoding(_))), "{size}");
    }
    assert!(matches!(
        Pc15Decoder::new(&b"GIF89a............................................................"[..]),
        Err(ImageError::Decoding(_))
    ));
    let short = Pc15Decoder::new(&file[..file.len() - 1]).unwrap();
    assert!(short.read_image(&mut vec![0; 300 * 200]).is_err());
}

#[test]
fn pictures_of_eight_bits_are_encoded() {
    let mut encoder = Encoder::builder().lossless(true).effort(1).build().unwrap();
    let rgba =
        DynamicImage::ImageRgba8(image::RgbaImage::from_raw(9, 7, photo(Format::Rgba, 9, 7).into_vec()).unwrap());
    let mut decoder = pc15::Decoder::new().unwrap();
    for picture in [rgba.clone(), rgba.to_rgb8().into(), rgba.to_luma8().into()] {
        let file = encode_dynamic_image(&mut encoder, &picture).unwrap();
        assert_eq!(decoder.decode(&file).unwrap().data(), picture.as_bytes());
    }
    let luma_alpha = DynamicImage::from(rgba.to_luma_alpha8());
    let file = encode_dynamic_image(&mut encoder, &luma_alpha).unwrap();
    assert_eq!(decoder.decode(&file).unwrap().data(), luma_alpha.to_rgba8().as_raw());
    for picture in [DynamicImage::from(rgba.to_rgb16()), rgba.to_rgb32f().into(), rgba.to_luma16().into()] {
        let error = encode_dynamic_image(&mut encoder, &picture).unwrap_err();
        assert_eq!(error.status(), Status::INVALID_ARGUMENT);
    }
}
