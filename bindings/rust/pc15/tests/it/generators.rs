//! Generators, their parameters as steps and bytes, tiles and measures.

use pc15::{Format, Generator, Grid, ImageMut, ImageRef, ParamKind, Region, Status, metrics};

use crate::pictures::photo;

#[test]
fn every_generator_renders_and_is_described() {
    let all: Vec<_> = Generator::all().collect();
    assert!(all.len() >= 49);
    for generator in all {
        assert_eq!(Generator::from_name(generator.name()).unwrap(), generator);
        assert_eq!(Generator::from_number(generator.number()), Some(generator));
        assert!(!generator.doc().is_empty());
        let params = generator.params().unwrap();
        let defaults: Vec<_> = params.iter().map(|param| param.default).collect();
        for param in &params {
            assert!(!param.name.is_empty() && param.min <= param.default && param.default <= param.max);
            assert_eq!(param.kind == ParamKind::Enum, !param.choices.is_empty(), "{} {}", generator.name(), param.name);
        }
        let picture = generator.render(48, 32, &[], 5).unwrap();
        assert_eq!(picture, generator.render(48, 32, &defaults, 5).unwrap(), "{}", generator.name());
        for pack in generator.packs().unwrap() {
            assert!(pack.positions.len() >= 2 && pack.positions.iter().all(|at| *at < params.len()));
            assert!(!pack.name.is_empty() && !pack.doc.is_empty());
        }

        let steps = generator.quantise(0, 512, &defaults).unwrap();
        let bytes = generator.pack(0, 512, &steps).unwrap();
        assert_eq!(generator.unpack(0, 512, &bytes).unwrap(), steps);
        let values = generator.dequantise(&steps).unwrap();
        assert_eq!(generator.quantise(0, 512, &values).unwrap(), steps);
        if !bytes.is_empty() {
            let short = generator.unpack(0, 512, &bytes[1..]).unwrap_err();
            assert_eq!(short.status(), Status::TRUNCATED);
        }
        let long = generator.unpack(0, 512, &[&bytes[..], &[0]].concat()).unwrap_err();
        assert_eq!(long.status(), Status::TRAILING);
    }
}

#[test]
fn wrong_generator_calls() {
    assert_eq!(Generator::from_name("strpes").unwrap_err().status(), Status::NOT_FOUND);
    assert_eq!(Generator::from_number(-7), None);
    let stripes = Generator::from_name("stripes").unwrap();
    let count = stripes.params().unwrap().len();
    assert!(!stripes.is_seeded() && Generator::from_name("perlin").unwrap().is_seeded());
    assert_eq!(stripes.render(8, 8, &[1.0], 0).unwrap_err().status(), Status::INVALID_ARGUMENT);
    assert_eq!(stripes.render(8, 8, &vec![f64::NAN; count], 0).unwrap_err().status(), Status::OUT_OF_RANGE);
    assert_eq!(stripes.render(0, 8, &[], 0).unwrap_err().status(), Status::OUT_OF_RANGE);
    let mut room = [0; 63];
    let error = stripes.render_into(ImageMut::new(Format::Y, 8, 8, &mut room), &[], 0).unwrap_err();
    assert_eq!(error.status(), Status::DST_TOO_SMALL);
    let error = stripes.render_into(ImageMut::new(Format::Rgb, 4, 4, &mut room), &[], 0).unwrap_err();
    assert_eq!(error.status(), Status::INVALID_ARGUMENT);
    assert_eq!(stripes.quantise(8, 512, &vec![0.0; count]).unwrap_err().status(), Status::OUT_OF_RANGE);
    assert_eq!(stripes.quantise(u32::MAX, 512, &vec![0.0; count]).unwrap_err().status(), Status::OUT_OF_RANGE);
    assert_eq!(stripes.quantise(0, 0, &vec![0.0; count]).unwrap_err().status(), Status::OUT_OF_RANGE);
    assert_eq!(stripes.dequantise(&[]).unwrap_err().status(), Status::INVALID_ARGUMENT);
    assert_eq!(stripes.pack(0, 512, &vec![i32::MAX; count]).unwrap_err().status(), Status::OUT_OF_RANGE);

    // With padding and from the bottom up.
    let plain = stripes.render(10, 6, &[], 0).unwrap();
    let mut padded = vec![7; 5 * 16 + 10];
    stripes.render_into(ImageMut::new(Format::Y, 10, 6, &mut padded).with_stride(-16), &[], 0).unwrap();
    for y in 0..6 {
        assert_eq!(&padded[(5 - y) * 16..][..10], plain.row(y as u32).unwrap());
    }
    assert_eq!(padded[10..16], [7; 6]);
}

#[test]
fn tiles_are_cut_and_joined() {
    let plane = photo(Format::Y, 100, 60);
    let grid = Grid::new(100, 60, 32, 8).unwrap();
    assert_eq!(grid.count(), u64::from(grid.cols() * grid.rows()));
    let patches = grid.extract(&plane).unwrap();
    assert_eq!(patches.len() as u64, grid.count() * 32 * 32);
    assert_eq!(grid.blend(&patches).unwrap(), plane);
    assert_eq!(grid.tile(0).unwrap(), Region::new(0, 0, 32, 32));
    assert_eq!(grid.tile(grid.count()).unwrap_err().status(), Status::OUT_OF_RANGE);
    assert_eq!(grid.extract(&photo(Format::Y, 99, 60)).unwrap_err().status(), Status::INVALID_ARGUMENT);
    assert_eq!(grid.extract(&photo(Format::Rgb, 100, 60)).unwrap_err().status(), Status::INVALID_ARGUMENT);
    assert!(grid.extract(ImageRef::new(Format::Y, 100, 60, &[0; 5999])).is_err());
    assert!(grid.blend(&patches[1..]).is_err());
    assert_eq!(Grid::new(100, 60, 31, 8).unwrap_err().status(), Status::OUT_OF_RANGE);
}

#[test]
fn planes_are_measured() {
    let a = photo(Format::Y, 64, 48);
    let mut b = a.clone();
    b.data_mut()[100] ^= 4;
    let mse = f64::from((i32::from(a.data()[100]) - i32::from(b.data()[100])).pow(2)) / (64.0 * 48.0);
    assert!((metrics::mse(&a, &b).unwrap() - mse).abs() < 1e-12);
    assert!((metrics::psnr(&a, &b).unwrap() - 10.0 * (255.0f64.powi(2) / mse).log10()).abs() < 1e-9);
    assert_eq!(metrics::psnr(&a, &a).unwrap(), f64::INFINITY);
    assert_eq!((metrics::ssim(&a, &a).unwrap(), metrics::ms_ssim(&a, &a).unwrap()), (1.0, 1.0));
    let ssim = metrics::ssim(&a, &b).unwrap();
    let expected = 0.5 * (1.0 - ssim) + 0.5 * mse / 255.0f64.powi(2);
    assert!((metrics::distortion(&a, &b, 0.5).unwrap() - expected).abs() < 1e-12);
    assert_eq!(metrics::distortion(&a, &b, 1.5).unwrap_err().status(), Status::OUT_OF_RANGE);
    assert_eq!(metrics::mse(&a, &photo(Format::Y, 48, 64)).unwrap_err().status(), Status::INVALID_ARGUMENT);
    assert_eq!(metrics::mse(&photo(Format::Rgb, 8, 8), &a).unwrap_err().status(), Status::INVALID_ARGUMENT);
    let short = ImageRef::new(Format::Y, 64, 48, &a.data()[1..]);
    assert_eq!(metrics::ssim(&a, short).unwrap_err().status(), Status::INVALID_ARGUMENT);
    // Flipped twice is as before.
    let mut flipped = Vec::new();
    (0..48).rev().for_each(|y| flipped.extend_from_slice(a.row(y).unwrap()));
    assert_eq!(metrics::mse(&a, ImageRef::new(Format::Y, 64, 48, &flipped).with_stride(-64)).unwrap(), 0.0);
}
