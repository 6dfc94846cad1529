//! Awkward calls: the same status as the C library gives, and never a panic.

use pc15::{
    Chroma, Decoder, Encoder, ErrorKind, Format, Image, ImageMut, ImageRef, Param, Region, Result, Scale, Status,
};
use pc15_sys::*;

use crate::c;
use crate::pictures::{encode, photo, small_files};

fn code<T>(result: Result<T>) -> i32 {
    result.map_or_else(|error| error.status().code(), |_| PC15_OK)
}

/// All reading calls of both sides.
fn assert_same(bytes: &[u8], decoder: &mut Decoder, raw: &c::Decoder) -> i32 {
    let expected = raw.decode(bytes);
    assert_eq!(code(decoder.decode(bytes)), expected);
    assert_eq!(decoder.damaged(), expected == PC15_NOTE_DAMAGED);
    decoder.reset().unwrap();
    raw.reset();
    assert_eq!(code(decoder.open(bytes)), fold(raw.open(bytes)));
    decoder.reset().unwrap();
    raw.reset();
    assert_eq!(code(decoder.verify(bytes)), raw.verify(bytes));
    decoder.reset().unwrap();
    raw.reset();
    assert_eq!(code(pc15::probe(bytes)), c::probe(bytes));
    expected
}

/// Damage is a success here.
fn fold(status: i32) -> i32 {
    if status == PC15_NOTE_DAMAGED { PC15_OK } else { status }
}

#[test]
fn every_truncation() {
    let (mut decoder, raw) = (Decoder::new().unwrap(), c::Decoder::new());
    for file in small_files() {
        for size in 0..file.len() {
            let exact = file[..size].to_vec(); // no byte behind it
            let status = assert_same(&exact, &mut decoder, &raw);
            assert_eq!(Status::from_code(status).kind(), ErrorKind::Data, "{size} of {}", file.len());
        }
        let longer = [&file[..], &[0]].concat();
        assert_eq!(assert_same(&longer, &mut decoder, &raw), PC15_ERROR_TRAILING);
        assert_eq!(assert_same(&file, &mut decoder, &raw), PC15_OK);
    }
}

#[test]
fn every_changed_byte() {
    let (mut decoder, raw) = (Decoder::new().unwrap(), c::Decoder::new());
    for mut file in small_files().into_iter().take(2) {
        for at in 0..file.len() {
            file[at] ^= 0x80;
            let status = raw.decode(&file);
            assert_eq!(Status::from_code(status).kind(), ErrorKind::Data, "byte {at}");
            let error = decoder.decode(&file).unwrap_err();
            assert_eq!(error.status().code(), status, "byte {at}: {error}");
            assert!(!error.message().is_empty() && !error.message().contains('\n'));
            file[at] ^= 0x80;
            decoder.reset().unwrap();
            raw.reset();
        }
    }
}

#[test]
fn tolerant_truncations_have_the_same_damage() {
    let file = crate::pictures::cells();
    let mut decoder = Decoder::builder().tolerant(true).build().unwrap();
    let raw = c::Decoder::new();
    raw.set(PC15_PARAM_TOLERANT, 1);
    let mut most = 0;
    for size in (0..file.len()).step_by(11) {
        let expected = raw.decode(&file[..size]);
        assert_eq!(code(decoder.decode(&file[..size])), fold(expected), "{size}");
        assert_eq!(decoder.damaged(), expected == PC15_NOTE_DAMAGED, "{size}");
        if decoder.damaged() {
            let damage = decoder.damage().unwrap();
            let states: Vec<_> = damage.cells.iter().map(|cell| cell.code() as u8).collect();
            assert_eq!(states, raw.damage(), "{size}");
            most = most.max(damage.lost());
        }
        decoder.reset().unwrap();
        raw.reset();
    }
    assert!(most >= 4, "some truncations lose cells: {most}");
    assert!(!decoder.damaged());
    assert_eq!(decoder.damage().unwrap_err().status(), Status::WRONG_STATE);
}

#[test]
fn pictures_that_cannot_be_encoded() {
    // format, width, height, stride, bytes
    let cases: &[(Format, u32, u32, i64, usize)] = &[
        (Format::Y, 0, 8, 0, 64),
        (Format::Y, 8, 0, 0, 64),
        (Format::Y, 65536, 1, 0, 65536),
        (Format::Y, 1, 65536, 0, 65536),
        (Format::Y, u32::MAX, u32::MAX, 0, 64),
        (Format::Y, 8, 8, 0, 63),
        (Format::Y, 8, 8, 0, 0),
        (Format::Rgb, 8, 8, 0, 64),
        (Format::Rgba, 8, 8, 31, 4096),
        (Format::Y, 8, 8, 7, 64),
        (Format::Y, 8, 8, -7, 64),
        (Format::Y, 8, 8, 9, 70),
        (Format::Y, 8, 8, i64::MAX, 64),
        (Format::Y, 8, 8, i64::MIN, 64),
        (Format::Y, 8, 8, i64::MIN + 1, 64),
    ];
    let mut encoder = Encoder::builder().effort(1).build().unwrap();
    let raw = c::Encoder::new();
    raw.set(PC15_PARAM_EFFORT, 1);
    for &(format, width, height, stride, bytes) in cases {
        let mut data = vec![0; bytes];
        let expected = raw.encode(&c::image(format.channels() as i32, width, height, stride, &mut data)).0;
        assert!(expected < 0, "{format:?} {width} x {height}, {stride}, {bytes}");
        let picture = ImageRef::new(format, width, height, &data).with_stride(stride);
        let error = encoder.encode(picture).unwrap_err();
        assert_eq!(error.status().code(), expected, "{format:?} {width} x {height}, {stride}, {bytes}: {error}");
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert_eq!(code(encoder.encode_into(picture, &mut [0; 9])), expected);
    }
    // Wrong calls poison nothing.
    encoder.encode(&photo(Format::Y, 8, 8)).unwrap();
    assert!(Image::new(Format::Rgb, 8, 8, vec![0; 191]).is_err());
    assert!(Image::new(Format::Rgb, 8, 8, vec![0; 193]).is_err());
    assert!(Image::zeroed(Format::Y, 0, 8).is_err());
    assert_eq!(Format::Rgb.bytes(8, 8, 30).unwrap(), 7 * 30 + 24);
}

#[test]
fn room_that_cannot_be_decoded_into() {
    let file = encode(&Encoder::builder().effort(1), &photo(Format::Rgb, 40, 28));
    // format, width, height, stride, bytes
    let cases: &[(Format, u32, u32, i64, usize)] = &[
        (Format::Rgb, 39, 28, 0, 5000),
        (Format::Rgb, 40, 29, 0, 5000),
        (Format::Rgb, 0, 0, 0, 0),
        (Format::Rgb, 40, 28, 0, 3359),
        (Format::Rgb, 40, 28, 0, 0),
        (Format::Rgba, 40, 28, 0, 3360),
        (Format::Rgb, 40, 28, 119, 9000),
        (Format::Rgb, 40, 28, -121, 3360),
        (Format::Rgb, 40, 28, i64::MIN, 3360),
    ];
    let (mut decoder, raw) = (Decoder::new().unwrap(), c::Decoder::new());
    for &(format, width, height, stride, bytes) in cases {
        let mut data = vec![7; bytes];
        let expected = raw.decode_into(&file, &c::image(format.channels() as i32, width, height, stride, &mut data));
        assert_ne!(expected, PC15_OK);
        let room = ImageMut::new(format, width, height, &mut data).with_stride(stride);
        let error = decoder.decode_into(&file, room).unwrap_err();
        assert_eq!(error.status().code(), expected, "{width} x {height}, {stride}, {bytes}: {error}");
        assert!(data.iter().all(|byte| *byte == 7));
    }
    assert!(decoder.decode(&file).is_ok());
}

#[test]
fn rectangles_outside() {
    let file = encode(&Encoder::builder().effort(1), &photo(Format::Y, 40, 28));
    let cases: &[(i32, Region)] = &[
        (0, Region::new(0, 0, 41, 1)),
        (0, Region::new(40, 0, 1, 1)),
        (0, Region::new(0, 28, 1, 1)),
        (0, Region::new(u32::MAX, u32::MAX, 2, 2)),
        (0, Region::new(0, 0, 0, 5)),
        (0, Region::new(0, 0, 65535, 65535)),
        (0, Region::new(0, 0, u32::MAX, u32::MAX)),
        (-2, Region::new(0, 0, 11, 1)),
        (3, Region::new(320, 0, 1, 1)),
    ];
    let (mut decoder, raw) = (Decoder::new().unwrap(), c::Decoder::new());
    for &(log2, region) in cases {
        let mut data = vec![0; 4096];
        let expected = raw.decode_scaled(
            &file,
            log2,
            region.x,
            region.y,
            &c::image(PC15_FORMAT_Y, region.width, region.height, 0, &mut data),
        );
        assert_eq!(expected, PC15_ERROR_OUT_OF_RANGE, "{log2} {region:?}");
        let scale = Scale::from_log2(log2).unwrap();
        assert_eq!(code(decoder.decode_scaled(&file, scale, Some(region), None)), expected, "{log2} {region:?}");
        let room = ImageMut::new(Format::Y, region.width, region.height, &mut data);
        assert_eq!(code(decoder.decode_scaled_into(&file, scale, region.x, region.y, room)), expected);
    }
    for log2 in [-3, 4, i32::MIN, i32::MAX] {
        assert_eq!(Scale::from_log2(log2).unwrap_err().status(), Status::OUT_OF_RANGE);
    }
    assert!(Scale::Eight.size(0, 5).is_err() && Scale::Eight.size(65536, 5).is_err());
}

#[test]
fn parameters_out_of_range() {
    let mut encoder = Encoder::new().unwrap();
    let raw = c::Encoder::new();
    for param in Param::all() {
        let info = param.info().unwrap();
        assert_eq!(Param::from_name(info.name).unwrap(), param);
        for value in [info.min, info.max, info.default, info.min.wrapping_sub(1), info.max.wrapping_add(1), i64::MIN] {
            let expected = raw.set(param.id(), value);
            assert_eq!(code(encoder.set(param, value)), expected, "{} = {value}", info.name);
            if expected == PC15_OK {
                assert_eq!(encoder.get(param).unwrap(), value);
            }
        }
        for value in [f64::NAN, f64::INFINITY, -1e300, 0.5, 1.0] {
            assert_eq!(code(encoder.set(param, value)), raw.set_f64(param.id(), value), "{} = {value}", info.name);
        }
    }
    encoder.default_params().unwrap();
    assert_eq!(encoder.get_f64(Param::QUALITY).unwrap(), 60.0);
    let missing = Param::from_id(12345);
    assert_eq!(encoder.set(missing, 1).unwrap_err().status(), Status::UNKNOWN_PARAM);
    assert_eq!((missing.name(), missing.info().is_err()), ("", true));
    assert_eq!(Param::from_name("qualty").unwrap_err().status(), Status::UNKNOWN_PARAM);
    assert!(Param::from_name("quality\0").is_err());
    assert_eq!(encoder.set(Param::TOLERANT, true).unwrap_err().status(), Status::UNKNOWN_PARAM);
}

#[test]
fn builders_say_what_was_wrong() {
    for (builder, status) in [
        (Encoder::builder().quality(101.0), Status::OUT_OF_RANGE),
        (Encoder::builder().quality(f64::NAN), Status::OUT_OF_RANGE),
        (Encoder::builder().effort(0), Status::OUT_OF_RANGE),
        (Encoder::builder().tile(31), Status::OUT_OF_RANGE),
        (Encoder::builder().max_memory(u64::MAX), Status::OUT_OF_RANGE),
        (Encoder::builder().chroma(Chroma::Other(9)), Status::OUT_OF_RANGE),
        (Encoder::builder().param(Param::TOLERANT, true), Status::UNKNOWN_PARAM),
        (Encoder::builder().metadata(pc15::MetadataKind::Text, [0xFF]), Status::INVALID_ARGUMENT),
        (Encoder::builder().metadata(pc15::MetadataKind::Other(77), "x"), Status::INVALID_ARGUMENT),
    ] {
        let error = builder.build().unwrap_err();
        assert_eq!(error.status(), status, "{builder:?}: {error}");
    }
    assert_eq!(Decoder::builder().max_pixels(u64::MAX).build().unwrap_err().status(), Status::OUT_OF_RANGE);
    // Contradictions show when an encode begins.
    let contradictions = [
        Encoder::builder().tile(64).overlap(40),
        Encoder::builder().lossless(true).grain(5),
        Encoder::builder().lossless(true).residual(false),
    ];
    for builder in contradictions {
        let error = builder.build().unwrap().encode(&photo(Format::Y, 16, 16)).unwrap_err();
        assert_eq!(error.status(), Status::INVALID_ARGUMENT, "{builder:?}");
    }
    assert_eq!(Param::CHROMA.parse("444").unwrap(), Chroma::Full.into());
    assert_eq!(Param::LOSSLESS.parse("true").unwrap(), true.into());
    assert!(Param::CHROMA.parse("411").is_err() && Param::TILE.parse("1.5").is_err());
}

#[test]
fn limits_refuse_before_memory_is_taken() {
    let file = encode(&Encoder::builder().effort(1), &photo(Format::Rgb, 100, 80));
    for builder in [
        Decoder::builder().max_width(99),
        Decoder::builder().max_height(79),
        Decoder::builder().max_pixels(7999),
        Decoder::builder().max_memory(1000),
    ] {
        let mut decoder = builder.build().unwrap();
        let error = decoder.decode(&file).unwrap_err();
        assert_eq!((error.status(), error.kind()), (Status::LIMIT, ErrorKind::Resource), "{builder:?}");
        // A limit poisons nothing.
        decoder.default_params().unwrap();
        assert!(decoder.decode(&file).is_ok());
    }
    let mut limits = pc15::Limits::defaults().unwrap();
    limits.max_pixels = 7999;
    assert_eq!(pc15::probe_with_limits(&file, &limits).unwrap_err().status(), Status::LIMIT);
}
