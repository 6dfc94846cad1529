//! The conformance vectors of the library: the samples and statuses that tests/conformance demands, whole, with threads
//! and in regions.

use std::fs;
use std::path::PathBuf;

use pc15::{Decoder, Format, Region, Status};

fn folder(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/conformance")).join(name)
}

fn crc(data: &[u8]) -> String {
    format!("{:08x}", crc32fast::hash(data))
}

/// The picture put together from regions of 37 x 29 pixels.
fn from_regions(decoder: &mut Decoder, bytes: &[u8]) -> Vec<u8> {
    let mut file = decoder.open(bytes).unwrap();
    let info = file.info().unwrap();
    let (width, height) = (info.width as usize, info.height as usize);
    let mut pixels = vec![0; width * height * 4];
    for y in (0..info.height).step_by(29) {
        for x in (0..info.width).step_by(37) {
            let region = Region::new(x, y, 37.min(info.width - x), 29.min(info.height - y));
            let part = file.read(Some(region), Some(Format::Rgba)).unwrap();
            for row in 0..region.height {
                let at = ((y + row) as usize * width + x as usize) * 4;
                let row = part.row(row).unwrap();
                pixels[at..at + row.len()].copy_from_slice(row);
            }
        }
    }
    pixels
}

fn run(name: &str, least: usize, least_valid: usize) {
    let table = fs::read_to_string(folder(name).join("vectors.tsv")).unwrap();
    let (mut count, mut valid) = (0, 0);
    let mut decoder = Decoder::new().unwrap();
    let mut threaded = Decoder::builder().threads(3).build().unwrap();
    for line in table.lines() {
        let fields: Vec<_> = line.split_whitespace().collect();
        let [file, status, file_crc, y_crc, rgba_crc] = fields[..] else { panic!("{line}") };
        let bytes = fs::read(folder(name).join(file)).unwrap();
        assert_eq!(crc(&bytes), file_crc, "{file}");
        let decode = |decoder: &mut Decoder, format, expected: &str| match decoder.decode_as(&bytes, format) {
            Ok(image) => {
                assert_eq!(status, "PC15_OK", "{file}");
                assert_eq!(crc(image.data()), expected, "{file}");
            }
            Err(error) => {
                assert_eq!(error.status().name(), status, "{file}: {error}");
                assert!(!error.message().is_empty(), "{file}");
                decoder.reset().unwrap();
            }
        };
        decode(&mut decoder, Format::Y, y_crc);
        decode(&mut decoder, Format::Rgba, rgba_crc);
        decode(&mut threaded, Format::Rgba, rgba_crc);
        if status == Status::OK.name() {
            assert_eq!(crc(&from_regions(&mut decoder, &bytes)), rgba_crc, "{file}");
            valid += 1;
        }
        count += 1;
    }
    assert!(
        count >= least && valid >= least_valid && valid < count,
        "a table that shrank is no test: {count}, {valid}"
    );
}

#[test]
fn codec_vectors() {
    run("vectors", 80, 45);
}

#[test]
fn random_vectors() {
    run("random", 80, 45);
}

#[test]
fn model_vectors() {
    run("models", 45, 20);
}
