//! The commands as a person runs them.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pc15-example-cli")).args(arguments).output().unwrap()
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn path(folder: &tempfile::TempDir, name: &str) -> String {
    folder.path().join(name).to_str().unwrap().to_owned()
}

fn picture(at: &str, width: u32, height: u32) -> image::RgbImage {
    let picture =
        image::RgbImage::from_fn(width, height, |x, y| image::Rgb([(x * 3) as u8, (y * 2) as u8, (x ^ y) as u8]));
    picture.save(at).unwrap();
    picture
}

fn assert_fails(output: &Output, code: i32, says: &str) {
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(code), "{text}");
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.contains(says), "{text}");
    assert!(output.stdout.is_empty());
}

/// No output, no temporary file.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn there_and_back() {
    let dir = folder();
    let (png, file, back) = (path(&dir, "a.png"), path(&dir, "a.pc15"), path(&dir, "b.png"));
    let original = picture(&png, 90, 60);
    assert!(run(&["encode", &png, &file, "--lossless", "--effort", "1"]).status.success());
    assert!(run(&["decode", &file, &back]).status.success());
    assert_eq!(image::open(&back).unwrap().to_rgb8(), original);

    assert!(run(&["decode", &file, &back, "--roi", "10,5,20,30"]).status.success());
    let part = image::imageops::crop_imm(&original, 10, 5, 20, 30).to_image();
    assert_eq!(image::open(&back).unwrap().to_rgb8(), part);

    assert!(run(&["thumbnail", &file, &back, "--size", "30"]).status.success());
    let small = image::open(&back).unwrap();
    assert_eq!((small.width(), small.height()), (30, 20));
    assert!(run(&["thumbnail", &file, &back]).status.success());
    assert_eq!(image::open(&back).unwrap().width(), 90);
    assert_eq!(names(dir.path()), ["a.pc15", "a.png", "b.png"]);
}

#[test]
fn bad_input_is_one_line_and_no_file() {
    let dir = folder();
    let (png, file, out) = (path(&dir, "a.png"), path(&dir, "a.pc15"), path(&dir, "out"));
    picture(&png, 40, 30);
    assert!(run(&["encode", &png, &file, "--effort", "1"]).status.success());
    let bytes = fs::read(&file).unwrap();
    let short = path(&dir, "short.pc15");
    fs::write(&short, &bytes[..bytes.len() - 3]).unwrap();
    let kept = names(dir.path());

    assert_fails(&run(&["decode", &short, &out]), 1, "short.pc15");
    assert_fails(&run(&["thumbnail", &short, &out]), 1, "PC15_ERROR");
    assert_fails(&run(&["decode", &png, &out]), 1, "PC15_ERROR_NOT_PC15");
    assert_fails(&run(&["decode", &path(&dir, "none"), &out]), 1, "none");
    assert_fails(&run(&["decode", dir.path().to_str().unwrap(), &out]), 1, "error");
    assert_fails(&run(&["decode", &file, &out, "--roi", "30,0,11,5"]), 1, "PC15_ERROR_OUT_OF_RANGE");
    assert_fails(&run(&["decode", &file, &path(&dir, "no/such/folder.png")]), 1, "folder.png");
    assert_fails(&run(&["encode", &file, &out]), 1, "a.pc15");
    assert_fails(&run(&["encode", &png, &out, "--quality", "101"]), 1, "PC15_ERROR_OUT_OF_RANGE");
    assert_fails(&run(&["encode", &png, &out, "--quality", "much"]), 2, "much");
    assert_fails(&run(&["decode", &file, &out, "--roi", "1,2,3"]), 2, "roi");
    assert_fails(&run(&["decode", &file]), 2, "OUTPUT");
    assert_fails(&run(&["frobnicate"]), 2, "frobnicate");
    assert_eq!(names(dir.path()), kept);

    // What was there before stays when an encode fails.
    fs::write(&out, "before").unwrap();
    assert_fails(&run(&["decode", &short, &out]), 1, "short.pc15");
    assert_eq!(fs::read(&out).unwrap(), b"before");
}

#[test]
fn sixteen_bits_are_refused() {
    let dir = folder();
    let png = path(&dir, "deep.png");
    image::ImageBuffer::<image::Luma<u16>, _>::from_pixel(8, 8, image::Luma([1000u16])).save(&png).unwrap();
    assert_fails(&run(&["encode", &png, &path(&dir, "out.pc15")]), 1, "8 bits");
    assert_eq!(names(dir.path()), ["deep.png"]);
}

#[test]
fn help_and_version() {
    let help = run(&["--help"]);
    assert!(help.status.success() && String::from_utf8(help.stdout).unwrap().contains("thumbnail"));
    assert!(run(&["--version"]).status.success());
}
