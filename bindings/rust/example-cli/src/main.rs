//! An example of the crate `pc15`: encode, decode and thumbnail. Whatever goes wrong is one line on standard error and exit
//! status 1 (2 for wrong usage), and no half-written file is left behind.

use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use image::{DynamicImage, ImageFormat, ImageReader};
use pc15::integration::encode_dynamic_image;
use pc15::{Decoder, Encoder, Format, Image, Region, Scale};

/// Pictures to .pc15 files and back.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// A PNG to a .pc15 file.
    Encode {
        input: PathBuf,
        output: PathBuf,
        /// 0 to 100.
        #[arg(long, default_value_t = 60.0)]
        quality: f64,
        /// 1 fast to 9 thorough.
        #[arg(long, default_value_t = 5)]
        effort: u32,
        /// Every sample comes back.
        #[arg(long)]
        lossless: bool,
    },
    /// A .pc15 file to a PNG.
    Decode {
        input: PathBuf,
        output: PathBuf,
        /// A rectangle in pixels: x,y,width,height.
        #[arg(long, value_parser = region)]
        roi: Option<Region>,
    },
    /// A .pc15 file to a PNG whose sides have at most so many pixels.
    Thumbnail {
        input: PathBuf,
        output: PathBuf,
        #[arg(long, default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..))]
        size: u32,
    },
}

type Done<T> = Result<T, Box<dyn Error>>;

fn region(text: &str) -> Result<Region, String> {
    let numbers: Result<Vec<u32>, _> = text.split(',').map(str::parse).collect();
    match numbers.as_deref() {
        Ok([x, y, width, height]) => Ok(Region::new(*x, *y, *width, *height)),
        _ => Err("x,y,width,height are needed".to_owned()),
    }
}

/// Names the file that an error is about.
fn about<T, E: std::fmt::Display>(path: &Path, result: Result<T, E>) -> Done<T> {
    result.map_err(|error| format!("{}: {error}", path.display()).into())
}

/// Writes beside the target and renames, so that there is a whole file or none.
fn write(path: &Path, write: impl FnOnce(&mut fs::File) -> Done<()>) -> Done<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".pc15-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666)); // as of any new file: less the umask
    let mut file = about(path, builder.tempfile_in(folder))?;
    about(path, write(file.as_file_mut()))?;
    about(path, file.persist(path))?;
    Ok(())
}

fn encode(input: &Path, output: &Path, mut encoder: Encoder) -> Done<()> {
    let reader = about(input, about(input, ImageReader::open(input))?.with_guessed_format())?;
    let picture = about(input, reader.decode())?;
    let file = about(input, encode_dynamic_image(&mut encoder, &picture))?;
    write(output, |out| Ok(out.write_all(&file)?))
}

/// As a picture of the `image` crate.
fn dynamic(image: Image) -> Done<DynamicImage> {
    let (format, width, height) = (image.format(), image.width(), image.height());
    let pixels = image.into_vec();
    let picture = match format {
        Format::Y => image::GrayImage::from_raw(width, height, pixels).map(DynamicImage::from),
        Format::Rgb => image::RgbImage::from_raw(width, height, pixels).map(DynamicImage::from),
        _ => image::RgbaImage::from_raw(width, height, pixels).map(DynamicImage::from),
    };
    picture.ok_or_else(|| "the picture has a wrong size".into())
}

fn write_png(output: &Path, picture: &DynamicImage) -> Done<()> {
    write(output, |out| Ok(picture.write_to(out, ImageFormat::Png)?))
}

fn decode(input: &Path, output: &Path, roi: Option<Region>) -> Done<()> {
    let file = about(input, fs::read(input))?;
    let mut decoder = Decoder::builder().threads(0).build()?;
    let image = match roi {
        Some(roi) => decoder.decode_region(&file, roi, None),
        None => decoder.decode(&file),
    };
    write_png(output, &dynamic(about(input, image)?)?)
}

fn thumbnail(input: &Path, output: &Path, size: u32) -> Done<()> {
    let file = about(input, fs::read(input))?;
    let mut decoder = Decoder::builder().threads(0).build()?;
    let mut open = about(input, decoder.open(&file))?;
    let info = about(input, open.info())?;
    // Decoded at the smallest scale that is not smaller than what is wanted.
    let scale = [Scale::Quarter, Scale::Half]
        .into_iter()
        .find(|scale| scale.size(info.width, info.height).is_ok_and(|(width, height)| width.max(height) >= size));
    let image = about(input, open.read_scaled(scale.unwrap_or(Scale::One), None, None))?;
    let picture = dynamic(image)?;
    let small = if picture.width().max(picture.height()) > size { picture.thumbnail(size, size) } else { picture };
    write_png(output, &small)
}

fn run(command: Command) -> Done<()> {
    match command {
        Command::Encode { input, output, quality, effort, lossless } => {
            let settings = Encoder::builder().quality(quality).effort(effort).lossless(lossless).threads(0);
            encode(&input, &output, settings.build()?)
        }
        Command::Decode { input, output, roi } => decode(&input, &output, roi),
        Command::Thumbnail { input, output, size } => thumbnail(&input, &output, size),
    }
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) if error.use_stderr() => {
            // The first paragraph says what is wrong; `--help` says the rest.
            let text = error.to_string();
            let words: Vec<_> = text.split("\n\n").next().unwrap_or("").split_whitespace().collect();
            eprintln!("{}", words.join(" "));
            return ExitCode::from(2);
        }
        Err(help) => {
            print!("{help}");
            return ExitCode::SUCCESS;
        }
    };
    match run(arguments.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", error.to_string().replace('\n', " "));
            ExitCode::FAILURE
        }
    }
}
