//! Codebooks and models.

use pc15::{Codebook, Encoder, Format, Model, Status, VqOptions};
use proptest::prelude::*;

use crate::pictures::{encode, photo};

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn samples_come_back(dims in 1u32..5, count in 8usize..40, levels in 1u32..4, seed: i64, scale in 0.1f64..1e6) {
        let values: Vec<f64> = (0..count * dims as usize).map(|i| ((i * i + 3 * i) % 17) as f64 * scale).collect();
        let options = VqOptions { levels, seed, ..VqOptions::new(4) };
        let mut codebook = Codebook::train(&values, dims, &options).unwrap();
        let shape = codebook.shape().unwrap();
        prop_assert_eq!((shape.dims, shape.entries, shape.levels), (dims, 4, levels));
        let quantised = codebook.quantise(&values, 2).unwrap();
        prop_assert_eq!(quantised.indices.len(), count * levels as usize);
        let back = codebook.dequantise(&quantised.indices, Some(&quantised.offsets)).unwrap();
        for (a, b) in back.iter().zip(&values) {
            prop_assert!((a - b).abs() <= 1e-9 * scale);
        }
        prop_assert_eq!(&codebook.quantise_indices(&values, 1).unwrap(), &quantised.indices);
        let coarse = codebook.dequantise_levels(&quantised.indices, 1).unwrap();
        let first = codebook.entry(0, quantised.indices[0] as u32).unwrap();
        prop_assert_eq!(&coarse[..dims as usize], &first[..]);

        let bytes = codebook.to_bytes().unwrap();
        let mut again = Codebook::from_bytes(&bytes).unwrap();
        prop_assert_eq!(again.quantise_indices(&values, 1).unwrap(), quantised.indices);
        let statuses: Vec<_> = (0..bytes.len()).map(|n| Codebook::from_bytes(&bytes[..n]).unwrap_err().kind()).collect();
        prop_assert!(statuses.iter().all(|kind| *kind == pc15::ErrorKind::Data));
    }
}

#[test]
fn wrong_codebook_calls() {
    let mut empty = Codebook::new().unwrap();
    assert_eq!(empty.quantise(&[1.0f64], 1).unwrap_err().status(), Status::WRONG_STATE);
    assert_eq!(empty.dequantise(&[0], None).unwrap_err().status(), Status::WRONG_STATE);
    assert_eq!(empty.to_bytes().unwrap_err().status(), Status::WRONG_STATE);
    assert_eq!(empty.shape().unwrap().entries, 0);
    let train = |values: &[f32], dims, options: VqOptions| Codebook::train(values, dims, &options).unwrap_err();
    assert_eq!(train(&[1.0, 2.0, 3.0], 2, VqOptions::new(1)).status(), Status::INVALID_ARGUMENT);
    assert_eq!(train(&[1.0, 2.0], 1, VqOptions::new(3)).status(), Status::INVALID_ARGUMENT);
    assert_eq!(train(&[1.0, 2.0], 0, VqOptions::new(1)).status(), Status::OUT_OF_RANGE);
    assert_eq!(train(&[1.0, 2.0], 257, VqOptions::new(1)).status(), Status::OUT_OF_RANGE);
    assert_eq!(train(&[1.0, 2.0], 1, VqOptions::new(0)).status(), Status::OUT_OF_RANGE);
    assert_eq!(train(&[], 1, VqOptions::new(1)).status(), Status::INVALID_ARGUMENT);
    let error = train(&[1.0, f32::NAN], 1, VqOptions::new(1));
    assert_eq!(error.status(), Status::OUT_OF_RANGE);
    assert!(error.message().contains('1'), "{error}");

    let mut codebook = Codebook::train(&[0.0f64, 1.0, 2.0, 3.0], 2, &VqOptions::new(2)).unwrap();
    assert_eq!(codebook.quantise(&[1.0f64], 1).unwrap_err().status(), Status::INVALID_ARGUMENT);
    assert_eq!(codebook.quantise(&[1.0f64, 2.0], -1).unwrap_err().status(), Status::OUT_OF_RANGE);
    assert_eq!(codebook.dequantise(&[2], None).unwrap_err().status(), Status::OUT_OF_RANGE);
    assert_eq!(codebook.dequantise(&[-1], None).unwrap_err().status(), Status::OUT_OF_RANGE);
    assert_eq!(codebook.dequantise(&[0], Some(&[1.0])).unwrap_err().status(), Status::INVALID_ARGUMENT);
    assert_eq!(codebook.dequantise_levels(&[0], 2).unwrap_err().status(), Status::OUT_OF_RANGE);
    assert_eq!(codebook.entry(0, 2).unwrap_err().status(), Status::OUT_OF_RANGE);
    assert_eq!(codebook.quantise::<f64>(&[], 1).unwrap().indices, Vec::<i32>::new());
}

#[test]
fn models_travel() {
    let frozen = Model::frozen().unwrap();
    let tables = frozen.tables().unwrap();
    assert!(!tables.is_empty() && tables.windows(2).all(|pair| pair[0].step16 < pair[1].step16));
    let bytes = frozen.to_bytes().unwrap();
    assert_eq!(Model::from_bytes(&bytes).unwrap().tables().unwrap(), tables);
    for size in 0..bytes.len() {
        assert_eq!(Model::from_bytes(&bytes[..size]).unwrap_err().kind(), pc15::ErrorKind::Data);
    }

    let mut model = Model::new().unwrap();
    assert_eq!(model.to_bytes().unwrap_err().status(), Status::WRONG_STATE);
    let mut encoder = Encoder::builder().effort(1).build().unwrap();
    assert_eq!(encoder.set_model(Some(&model)).unwrap_err().status(), Status::WRONG_STATE);
    assert_eq!(model.codebook(9).unwrap(), None);
    model.set_codebook(9, &[1, -2, 3, -4], 2).unwrap();
    let kept = model.codebook(9).unwrap().unwrap();
    assert_eq!((kept.values, kept.dims), (vec![1, -2, 3, -4], 2));
    assert_eq!(model.set_codebook(9, &[1, 2, 3], 2).unwrap_err().status(), Status::INVALID_ARGUMENT);
    assert_eq!(model.set_codebook(256, &[1], 1).unwrap_err().status(), Status::OUT_OF_RANGE);
    model.set_codebook(9, &[], 2).unwrap();
    assert_eq!(model.codebook(9).unwrap(), None);

    let samples = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/abi/samples.pc15model")).unwrap();
    let image = photo(Format::Y, 200, 150);
    let plain = encode(&Encoder::builder().effort(1), &image);
    encoder.set_model(Some(&Model::from_bytes(&samples).unwrap())).unwrap();
    let with = encoder.encode(&image).unwrap();
    assert_ne!(with, plain);
    pc15::Decoder::new().unwrap().verify(&with).unwrap();
    encoder.set_model(None).unwrap();
    assert_eq!(encoder.encode(&image).unwrap(), plain);
}
