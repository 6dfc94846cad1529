//! Batches on rayon's threads.

use pc15::{Decoder, Encoder, Format, ImageRef, Status, batch};

use crate::pictures::{encode, photo};

#[test]
fn results_are_in_order_and_errors_stay_with_their_input() {
    let builder = Encoder::builder().effort(1);
    let pictures: Vec<_> = (1..20).map(|i| photo(Format::Rgb, 16 + i, 40 - i)).collect();
    let mut inputs: Vec<ImageRef<'_>> = pictures.iter().map(ImageRef::from).collect();
    inputs.insert(7, ImageRef::new(Format::Y, 9, 9, &[0; 80]));
    let mut files = batch::encode(&builder, &inputs);
    assert_eq!(files.remove(7).unwrap_err().status(), Status::INVALID_ARGUMENT);
    let mut files: Vec<_> = files.into_iter().map(Result::unwrap).collect();
    for (file, picture) in files.iter().zip(&pictures) {
        assert_eq!(*file, encode(&builder, picture));
    }
    files[3][20] ^= 1; // poisons its decoder, but nobody else's file
    let decoded = batch::decode(&Decoder::builder(), &files);
    for (index, (picture, file)) in decoded.into_iter().zip(&files).enumerate() {
        match picture {
            Ok(picture) => assert_eq!(picture, Decoder::new().unwrap().decode(file).unwrap()),
            Err(error) => assert_eq!((index, error.kind()), (3, pc15::ErrorKind::Data)),
        }
    }
}

#[test]
fn a_builder_that_fails_fails_every_input() {
    let picture = photo(Format::Y, 16, 16);
    let results = batch::encode(&Encoder::builder().effort(77), &[(&picture).into(), (&picture).into()]);
    assert!(results.iter().all(|r| r.as_ref().unwrap_err().status() == Status::OUT_OF_RANGE));
    assert!(batch::decode::<Vec<u8>>(&Decoder::builder(), &[]).is_empty());
}
