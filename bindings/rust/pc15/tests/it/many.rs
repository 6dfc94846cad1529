//! Many pictures in one call, pictures row by row, and repair.

use std::io;
use std::ops::ControlFlow;

use pc15::{Decoder, Encoder, Error, Format, ImageMut, ImageRef, MetadataKind, Status, probe};

use crate::pictures::{cells, photo, stripes};

#[test]
fn a_batch_is_as_many_single_calls() {
    let formats = [Format::Y, Format::Rgb, Format::Rgba];
    let pictures: Vec<_> = (0..9).map(|i| photo(formats[i % 3], 20 + 7 * i as u32, 60 - 5 * i as u32)).collect();
    for threads in [1, 3] {
        let builder = Encoder::builder().effort(1).threads(threads).metadata(MetadataKind::Text, "of all");
        let mut encoder = builder.build().unwrap();
        let mut inputs: Vec<ImageRef<'_>> = pictures.iter().map(ImageRef::from).collect();
        inputs.insert(4, ImageRef::new(Format::Y, 9, 9, &[0; 80]));
        let mut files = encoder.encode_batch(&inputs);
        let error = files.remove(4).unwrap_err();
        assert_eq!(error.status(), Status::INVALID_ARGUMENT);
        assert!(error.message().starts_with("picture 4: "), "{error}");
        assert_eq!(encoder.result().unwrap_err().status(), Status::WRONG_STATE);
        let mut files: Vec<_> = files.into_iter().map(Result::unwrap).collect();
        for (file, picture) in files.iter().zip(&pictures) {
            assert_eq!(*file, encoder.encode(picture).unwrap());
        }
        let mut decoder = Decoder::builder().threads(threads).build().unwrap();
        let expected: Vec<_> = files.iter().map(|file| decoder.decode(file).unwrap()).collect();
        let end = files[2].len() - 3;
        files[2][end] ^= 1;
        files.push(b"no file at all".to_vec());
        let mut decoded = decoder.decode_batch(&files);
        assert_eq!(decoded.pop().unwrap().unwrap_err().status(), Status::NOT_PC15);
        for (index, (found, expected)) in decoded.into_iter().zip(expected).enumerate() {
            match found {
                Ok(found) => assert_eq!(found, expected),
                Err(error) => assert_eq!((index, error.kind()), (2, pc15::ErrorKind::Data)),
            }
        }
        assert!(decoder.decode(&files[0]).is_ok()); // not poisoned
        assert!(decoder.decode_batch::<Vec<u8>>(&[]).is_empty());
    }
}

#[test]
fn batches_into_room_and_limits() {
    let file = Encoder::builder().effort(1).build().unwrap().encode(&photo(Format::Rgb, 30, 20)).unwrap();
    let mut decoder = Decoder::new().unwrap();
    let whole = decoder.decode_as(&file, Format::Y).unwrap();
    let mut room = [[0u8; 600], [0u8; 600]];
    let [first, second] = &mut room;
    let mut pictures = [ImageMut::new(Format::Y, 30, 20, first), ImageMut::new(Format::Y, 31, 10, second)];
    let results = decoder.decode_batch_into(&[&file, &file], &mut pictures);
    assert!(results[0].is_ok());
    assert_eq!(results[1].as_ref().unwrap_err().status(), Status::OUT_OF_RANGE);
    assert_eq!(room[0], whole.data());
    decoder.set(pc15::Param::MAX_PIXELS, 599).unwrap();
    assert_eq!(decoder.decode_batch(&[&file])[0].as_ref().unwrap_err().status(), Status::LIMIT);
}

#[test]
fn a_batch_can_be_cancelled() {
    let picture = photo(Format::Rgb, 64, 64);
    let pictures = vec![ImageRef::from(&picture); 6];
    let mut encoder = Encoder::builder().effort(1).build().unwrap();
    encoder.set_progress(|_| ControlFlow::Break(())).unwrap();
    let results = encoder.encode_batch(&pictures);
    assert!(results.iter().all(|r| r.is_ok() || r.as_ref().unwrap_err().status() == Status::CANCELLED));
    assert!(results[5].is_err());
}

#[test]
fn rows_are_the_picture() {
    let file = cells();
    let mut decoder = Decoder::builder().threads(2).build().unwrap();
    for format in [None, Some(Format::Rgb)] {
        let expected = decoder.open(&file).unwrap().read(None, format).unwrap();
        let (mut pixels, mut next) = (Vec::new(), 0);
        decoder
            .decode_rows(&file, format, |y, rows| {
                assert_eq!((y, rows.width(), rows.format()), (next, 300, expected.format()));
                assert!((1..=64).contains(&rows.height()));
                next += rows.height();
                pixels.extend_from_slice(rows.data());
                Ok::<_, Error>(())
            })
            .unwrap();
        assert_eq!(pixels, expected.data());
    }
    let mut reader = decoder.into_reader(file).unwrap();
    for _ in 0..2 {
        let mut count = 0;
        let counting = |_, rows: ImageRef<'_>| {
            count += rows.height();
            Ok::<_, io::Error>(())
        };
        reader.file().read_rows(None, counting).unwrap();
        assert_eq!(count, 200);
    }
}

#[test]
fn a_receiver_ends_the_decode() {
    let file = cells();
    let mut decoder = Decoder::new().unwrap();
    let full = || io::Error::new(io::ErrorKind::StorageFull, "no room");
    let stop = |y: u32, _: ImageRef<'_>| if y == 0 { Ok(()) } else { Err(full()) };
    let error = decoder.decode_rows(&file, None, stop).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    let panicking = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        decoder.decode_rows(&file, None, |_, _| -> Result<(), Error> { panic!("of the receiver") })
    }));
    assert_eq!(*panicking.unwrap_err().downcast::<&str>().unwrap(), "of the receiver");
    let cut = decoder.decode_rows(&file[..file.len() - 20], None, |_, _| Ok::<_, io::Error>(())).unwrap_err();
    assert_eq!(cut.kind(), io::ErrorKind::UnexpectedEof);
    assert!(cut.get_ref().unwrap().is::<Error>());
    decoder.reset().unwrap();
    assert!(decoder.decode(&file).is_ok());
}

#[test]
fn encoding_from_rows() {
    let picture = photo(Format::Rgb, 70, 150);
    let mut encoder = Encoder::builder().effort(1).threads(2).build().unwrap();
    let expected = encoder.encode(&picture).unwrap();
    let (mut source, mut next) = (picture.data(), 0);
    let file = encoder.encode_rows(Format::Rgb, 70, 150, |y, rows| -> io::Result<()> {
        assert_eq!(y, next);
        assert!(rows.len() % 210 == 0 && rows.len() <= 64 * 210);
        next += rows.len() as u32 / 210;
        io::Read::read_exact(&mut source, rows)
    });
    assert_eq!(file.unwrap(), expected);
    assert_eq!(encoder.result().unwrap(), expected);
    encoder.set(pc15::Param::EFFORT, 1).unwrap();
    let quick = encoder.encode(&picture).unwrap();
    let mut readings = 0;
    let file = encoder.encode_rows_again(Format::Rgb, 70, 150, |y, rows| -> Result<(), Error> {
        readings += u32::from(y == 0);
        let first = y as usize * 210;
        rows.copy_from_slice(&picture.data()[first..first + rows.len()]);
        Ok(())
    });
    assert_eq!(file.unwrap(), quick);
    assert!(readings >= 2);
    let mut calls = 0;
    let changed = encoder.encode_rows_again(Format::Rgb, 70, 150, |_, rows| -> Result<(), Error> {
        calls += 1;
        rows.fill(calls);
        Ok(())
    });
    assert_eq!(changed.unwrap_err().status(), Status::INVALID_ARGUMENT);
    let mut short = &picture.data()[..70 * 210];
    let error =
        encoder.encode_rows(Format::Rgb, 70, 150, |_, rows| io::Read::read_exact(&mut short, rows)).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    let refused = encoder.encode_rows(Format::Rgb, 0, 150, |_, _| Ok::<_, Error>(())).unwrap_err();
    assert_eq!(refused.status(), Status::OUT_OF_RANGE);
    let panicking = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        encoder.encode_rows(Format::Rgb, 70, 150, |_, _| -> Result<(), Error> { panic!("of the source") })
    }));
    assert_eq!(*panicking.unwrap_err().downcast::<&str>().unwrap(), "of the source");
    assert_eq!(encoder.encode(&picture).unwrap(), expected);
}

#[test]
fn a_damaged_file_is_made_whole() {
    let file = cells();
    let mut decoder = Decoder::new().unwrap();
    let (same, report) = decoder.repair(&file).unwrap();
    assert_eq!(same, file);
    assert!(report.complete && report.cells == 6 && report.cells_lost == 0);
    let parts = decoder.open(&file).unwrap().parts().unwrap();
    let cell = parts.iter().find(|part| part.kind == pc15::PartKind::Cell && part.number == 4).unwrap();
    let mut damaged = file.clone();
    damaged[(cell.offset + cell.size / 2) as usize] ^= 32;
    let (mended, report) = decoder.repair(&damaged).unwrap();
    assert!(!report.complete && report.cells_lost == 1 && !report.index_rebuilt);
    decoder.verify(&mended).unwrap();
    assert_eq!(probe(&mended).unwrap().width, 300);
    let compact = Encoder::new().unwrap().encode(&stripes(20, 20)).unwrap();
    assert!(decoder.repair(&compact[..compact.len() - 1]).is_err());
}
