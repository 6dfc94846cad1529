//! What the crate costs over the C interface: the same calls in alternating pairs, in processor time of this thread.
//!
//!     cargo run --release -- [PAIRS]
//!
//! A row per call: the median of C, the median over the pairs of crate / C, and the middle half of these ratios.

use std::hint::black_box;
use std::ptr::{null, null_mut};

use pc15::{Decoder, Encoder, Format, Image, ImageMut};
use pc15_sys as sys;

fn processor_seconds() -> f64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: a place for the time.
    assert_eq!(unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) }, 0);
    time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9
}

fn timed(call: &mut dyn FnMut()) -> f64 {
    let start = processor_seconds();
    call();
    processor_seconds() - start
}

fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * share).round() as usize]
}

/// Alternates who goes first, so that what the first leaves in the caches helps both.
fn compare(name: &str, pairs: usize, c: &mut dyn FnMut(), rust: &mut dyn FnMut()) {
    (c(), rust()); // warm
    let (mut of_c, mut ratios) = (Vec::new(), Vec::new());
    for pair in 0..pairs {
        let (a, b) = if pair % 2 == 0 {
            let a = timed(c);
            (a, timed(rust))
        } else {
            let b = timed(rust);
            (timed(c), b)
        };
        of_c.push(a);
        ratios.push(b / a);
    }
    println!(
        "| {name} | {:.1} ms | {:+.2} % | {:+.2} ... {:+.2} % |",
        quantile(&mut of_c, 0.5) * 1e3,
        quantile(&mut ratios, 0.5) * 100.0 - 100.0,
        quantile(&mut ratios, 0.25) * 100.0 - 100.0,
        quantile(&mut ratios, 0.75) * 100.0 - 100.0
    );
}

fn raw_image(data: &mut [u8], width: u32, height: u32) -> sys::pc15_image {
    // SAFETY: integers and a pointer; all zeros is a value.
    let mut image: sys::pc15_image = unsafe { std::mem::zeroed() };
    image.struct_size = size_of::<sys::pc15_image>() as u32;
    image.format = sys::PC15_FORMAT_RGB;
    (image.width, image.height) = (width, height);
    image.data_size = data.len() as u64;
    image.data = data.as_mut_ptr();
    image
}

/// One call, or none, to count instructions, which know no noise:
/// `valgrind --tool=callgrind pc15-bench once none|c|crate|crate-new|encode-c|encode-crate`.
fn once(who: &str) {
    let (width, height) = (1024, 1024);
    let picture = pc15_bench::picture(width, height);
    let file = Encoder::builder().effort(1).build().and_then(|mut encoder| encoder.encode(&picture)).expect("a file");
    let mut data = vec![0; picture.data().len()];
    let mut decode = Decoder::new().expect("a decoder");
    match who {
        "c" => {
            let mut decoder = null_mut();
            let into = raw_image(&mut data, width, height);
            // SAFETY: a place for the handle, then a live handle, a slice with its length, a sound picture.
            unsafe {
                assert_eq!(sys::pc15_decoder_create(null(), &mut decoder), sys::PC15_OK);
                assert_eq!(sys::pc15_decode_image(decoder, file.as_ptr(), file.len(), &into), sys::PC15_OK);
                sys::pc15_decoder_destroy(decoder);
            }
        }
        "crate" => {
            let mut decoder = Decoder::new().expect("a decoder");
            decoder.decode_into(&file, ImageMut::new(Format::Rgb, width, height, &mut data)).expect("a picture");
        }
        "crate-new" => drop(black_box(decode.decode(&file).expect("a picture"))),
        "encode-c" => {
            let (mut encoder, mut buffer) = (null_mut(), null_mut());
            let mut raw = raw_image(&mut [], width, height);
            (raw.data, raw.data_size) = (picture.data().as_ptr().cast_mut(), picture.data().len() as u64);
            // SAFETY: a place for the handle, then a live handle and a sound picture.
            unsafe {
                assert_eq!(sys::pc15_encoder_create(null(), &mut encoder), sys::PC15_OK);
                assert_eq!(sys::pc15_encoder_set_param(encoder, sys::PC15_PARAM_EFFORT, 1), sys::PC15_OK);
                assert_eq!(sys::pc15_encode_image_buffer(encoder, &raw, &mut buffer), sys::PC15_OK);
                sys::pc15_buffer_free(buffer);
                sys::pc15_encoder_destroy(encoder);
            }
        }
        "encode-crate" => {
            let mut encoder = Encoder::builder().effort(1).build().expect("an encoder");
            drop(black_box(encoder.encode(&picture).expect("a file")));
        }
        _ => (),
    }
}

fn main() {
    if let Some(who) = std::env::args().nth(2) {
        return once(&who);
    }
    let pairs = std::env::args().nth(1).map_or(31, |text| text.parse().expect("a number of pairs"));
    let (width, height) = (1024, 1024);
    let picture: Image = pc15_bench::picture(width, height);
    let (mut encoder, mut decoder) = (null_mut(), null_mut());
    // SAFETY: places for the handles, which live until the program ends.
    unsafe {
        assert_eq!(sys::pc15_encoder_create(null(), &mut encoder), sys::PC15_OK);
        assert_eq!(sys::pc15_encoder_set_param(encoder, sys::PC15_PARAM_EFFORT, 1), sys::PC15_OK);
        assert_eq!(sys::pc15_decoder_create(null(), &mut decoder), sys::PC15_OK);
    }
    // One picture for both: where it lies in memory matters more than what is measured.
    let mut raw = raw_image(&mut [], width, height);
    (raw.data, raw.data_size) = (picture.data().as_ptr().cast_mut(), picture.data().len() as u64);
    let mut encode = Encoder::builder().effort(1).build().expect("an encoder");
    let mut decode = Decoder::new().expect("a decoder");
    let file = encode.encode(&picture).expect("a file");
    println!("1024 x 1024 RGB, {} bytes, {pairs} pairs", file.len());
    println!("| call | C | crate | middle half |\n|---|---|---|---|");

    compare(
        "encode, effort 1",
        pairs,
        &mut || {
            let mut buffer = null_mut();
            // SAFETY: a live handle and a sound picture.
            unsafe {
                assert_eq!(sys::pc15_encode_image_buffer(encoder, &raw, &mut buffer), sys::PC15_OK);
                sys::pc15_buffer_free(black_box(buffer));
            }
        },
        &mut || drop(black_box(encode.encode(&picture).expect("a file"))),
    );
    compare(
        "decode, new memory",
        pairs,
        &mut || {
            let mut buffer = null_mut();
            // SAFETY: a live handle and a slice with its length.
            unsafe {
                let status =
                    sys::pc15_decode_image_buffer(decoder, file.as_ptr(), file.len(), 0, null_mut(), &mut buffer);
                assert_eq!(status, sys::PC15_OK);
                sys::pc15_buffer_free(black_box(buffer));
            }
        },
        &mut || drop(black_box(decode.decode(&file).expect("a picture"))),
    );
    let mut for_c = vec![0; picture.data().len()];
    let mut for_rust = for_c.clone();
    let into = raw_image(&mut for_c, width, height);
    compare(
        "decode, into memory of ours",
        pairs,
        // SAFETY: a live handle, a slice with its length, a sound picture.
        &mut || unsafe {
            assert_eq!(sys::pc15_decode_image(decoder, file.as_ptr(), file.len(), &into), sys::PC15_OK);
        },
        &mut || {
            let room = ImageMut::new(Format::Rgb, width, height, &mut for_rust);
            decode.decode_into(&file, room).expect("a picture");
        },
    );
    assert_eq!(for_c, for_rust);
}
