//! Open files: information, metadata, parts, programs, pieces, differences.

use std::io::Write;

use pc15::{
    Color, Decoder, Encoder, ErrorKind, Form, Format, Generator, MetadataKind, PartKind, PushDecoder, Region, Scale,
    Status, TileMode, TileRef,
};

use crate::pictures::{cells, photo, small_files};

#[test]
fn information() {
    let info = pc15::probe(&small_files()[1]).unwrap();
    assert_eq!((info.width, info.height, info.depth, info.version), (40, 28, 8, 15));
    assert_eq!((info.color, info.form, info.natural_format), (Color::Ycc420, Form::Full, Format::Rgb));
    assert!(!info.has_alpha && !info.lossless && info.planned_memory > 0);
    assert_eq!(info.region(), Region::new(0, 0, 40, 28));
    assert_eq!(pc15::version_string(), "0.1.0");
    assert_eq!(pc15::version(), (0, 1, 0));
    assert!(pc15::has_encoder() && pc15::abi_version() == 1 && pc15::bitstream_version().0 == 15);
    assert!(!pc15::build_info().is_empty());
}

#[test]
fn an_open_file_is_read_piece_by_piece() {
    let file = cells();
    let whole = Decoder::new().unwrap().decode(&file).unwrap();
    let mut decoder = Decoder::new().unwrap();
    {
        let mut open = decoder.open(&file).unwrap();
        assert_eq!(open.info().unwrap(), pc15::probe(&file).unwrap());
        let part = open.read(Some(Region::new(10, 20, 30, 5)), None).unwrap();
        assert_eq!(part.row(0).unwrap(), &whole.row(20).unwrap()[10..40]);
        let mut room = vec![0; 16];
        open.read_into(1, 2, pc15::ImageMut::new(Format::Y, 4, 4, &mut room)).unwrap();
        assert_eq!(room[..4], whole.row(2).unwrap()[1..5]);
        assert_eq!(open.read_scaled(Scale::Half, None, None).unwrap().width(), 150);
        assert_eq!(open.damage().unwrap().lost(), 0);
        assert!(open.read(Some(Region::new(300, 0, 1, 1)), None).is_err());
        assert_eq!(open.read(None, None).unwrap(), whole); // that error poisoned nothing
    }
    // Leaking an open file harms nobody: the next call opens its own.
    std::mem::forget(decoder.open(&file.clone()).unwrap());
    assert_eq!(decoder.decode(&file).unwrap(), whole);

    let mut reader = decoder.into_reader(file.clone()).unwrap();
    let corner = std::thread::spawn(move || {
        let corner = reader.file().read(Some(Region::new(0, 0, 8, 8)), None);
        (corner, reader)
    });
    let (corner, mut reader) = corner.join().unwrap();
    assert_eq!(corner.unwrap().row(0).unwrap(), &whole.row(0).unwrap()[..8]);
    assert_eq!(reader.bytes(), file);
    reader.cancel_token().cancel();
    assert_eq!(reader.file().read(None, None).unwrap_err().status(), Status::CANCELLED);
    assert_eq!(reader.into_decoder().decode(&file).unwrap(), whole);
}

#[test]
fn parts_cover_the_file() {
    let file = cells();
    let mut decoder = Decoder::new().unwrap();
    let parts = decoder.open(&file).unwrap().parts().unwrap();
    let mut end = 0;
    for part in &parts {
        assert_eq!(part.offset, end);
        assert!(part.intact && part.size > 0 && !part.kind.name().is_empty());
        end += part.size;
    }
    assert_eq!(end, file.len() as u64);
    assert_eq!(parts.iter().filter(|part| part.kind == PartKind::Cell).count(), 6);

    // A byte of a cell costs that cell alone.
    let cell = parts.iter().find(|part| part.kind == PartKind::Cell && part.number == 3).unwrap();
    let mut damaged = file.clone();
    damaged[cell.offset as usize + 2] ^= 255;
    let mut tolerant = Decoder::builder().tolerant(true).build().unwrap();
    tolerant.decode(&damaged).unwrap();
    assert!(tolerant.damaged());
    let map = tolerant.damage().unwrap();
    assert_eq!((map.lost(), map.cells[3]), (1, pc15::CellState::Lost));
    let difference = pc15::diff(&file, &damaged).unwrap().unwrap();
    assert_eq!(difference.offset, cell.offset + 2);
    let place = difference.a.unwrap();
    assert_eq!((place.kind, place.number), (PartKind::Cell, 3));
    assert_eq!(pc15::diff(&file, &file).unwrap(), None);
    let end = pc15::diff(&file, &file[..100]).unwrap().unwrap();
    assert_eq!((end.offset, end.b), (100, None));
    assert_eq!(pc15::diff(b"", b"").unwrap(), None);
}

#[test]
fn metadata_comes_back() {
    let file = &small_files()[1];
    let mut decoder = Decoder::new().unwrap();
    {
        let open = decoder.open(file).unwrap();
        let items: Vec<_> = open.metadata_items().unwrap().into_iter().map(Result::unwrap).collect();
        assert_eq!(items.len(), 2);
        assert!(items.iter().any(|item| item.kind == MetadataKind::Icc && item.bytes == 9));
        assert_eq!(open.metadata(MetadataKind::Text).unwrap().unwrap(), b"a title");
        assert_eq!(open.metadata(MetadataKind::Exif).unwrap(), None);
        assert_eq!(open.metadata(MetadataKind::Other(99)).unwrap_err().status(), Status::INVALID_ARGUMENT);
    }
    let other = decoder.replace_metadata(file, MetadataKind::Text, "another".as_bytes()).unwrap();
    let without = decoder.replace_metadata(&other, MetadataKind::Icc, &[]).unwrap();
    assert_eq!(decoder.decode(&without).unwrap(), decoder.decode(file).unwrap());
    let open = decoder.open(&without).unwrap();
    assert_eq!(open.metadata(MetadataKind::Text).unwrap().unwrap(), b"another");
    assert_eq!(open.metadata_items().unwrap().len(), 1);
    drop(open);
    let error = decoder.replace_metadata(file, MetadataKind::Text, &[0xC0]).unwrap_err();
    assert_eq!(error.status(), Status::INVALID_ARGUMENT);
    assert_eq!(MetadataKind::ALL.map(MetadataKind::name), ["ICC", "EXIF", "XMP", "TEXT"]);

    let mut encoder = Encoder::builder().metadata(MetadataKind::Xmp, "<x/>").effort(1).build().unwrap();
    let with = encoder.encode(&photo(Format::Y, 16, 16)).unwrap();
    encoder.set_metadata(MetadataKind::Xmp, &[]).unwrap();
    let plain = encoder.encode(&photo(Format::Y, 16, 16)).unwrap();
    assert_eq!(decoder.open(&with).unwrap().metadata(MetadataKind::Xmp).unwrap().unwrap(), b"<x/>");
    assert_eq!(decoder.open(&plain).unwrap().metadata(MetadataKind::Xmp).unwrap(), None);
}

#[test]
fn programs_are_listed_and_written_as_text() {
    let text = include_str!("../../../../../examples/programs/window.pc15t");
    let mut decoder = Decoder::new().unwrap();
    let file = decoder.assemble(text).unwrap();
    {
        let open = decoder.open(&file).unwrap();
        let field = open.field(TileRef::Image).unwrap();
        assert_eq!((field.order, field.layer_count), (0, 3));
        let layers: Vec<_> = (0..3).map(|index| open.layer(TileRef::Image, index).unwrap()).collect();
        assert_eq!(
            layers.iter().map(|l| l.generator.name()).collect::<Vec<_>>(),
            ["voronoi_cells", "voronoi_edges", "grad_radial"]
        );
        assert_eq!((layers[0].seed, layers[2].seed), (Some(3), None));
        assert_eq!(layers[1].params.len(), layers[1].generator.params().unwrap().len());
        assert_eq!(open.layer(TileRef::Image, 3).unwrap_err().status(), Status::OUT_OF_RANGE);
        assert_eq!(open.tile(open.tile_count().unwrap()).unwrap_err().status(), Status::OUT_OF_RANGE);
    }
    let again = decoder.disassemble(&file).unwrap();
    assert!(again.contains("voronoi_cells"));
    assert_eq!(decoder.assemble(&again).unwrap(), file);
    let error = decoder.assemble("picture 64x64\nimage { layer strpes add 9 }").unwrap_err();
    assert_eq!(error.status(), Status::NOT_FOUND);
    assert!(error.message().starts_with("2:") && error.message().contains("stripes"), "{error}");
    assert_eq!(decoder.assemble(&again).unwrap(), file); // a refused text poisons nothing

    let tiles = "picture 128x64 gray grid 64 overlap 0\ntile 0,0 { field 90 layer stripes() add 40 }\ntile 1,0 left";
    let file = decoder.assemble(tiles).unwrap();
    let open = decoder.open(&file).unwrap();
    assert_eq!(open.tile_count().unwrap(), 2);
    let (first, second) = (open.tile(0).unwrap(), open.tile(1).unwrap());
    assert_eq!((first.mode, first.region), (TileMode::Program, Region::new(0, 0, 64, 64)));
    assert_eq!((second.mode, second.mode.name()), (TileMode::MergeLeft, "merge-left"));
    assert_eq!(second.generators, [Generator::from_name("stripes").unwrap()]);
    assert_eq!(open.field(TileRef::Tile(1)).unwrap().coefficients[0][0], 90.0);
    assert_eq!(open.layer(TileRef::Tile(1), 0).unwrap().contrast[0], 40.0);
}

#[test]
fn pieces_make_a_file() {
    for file in small_files() {
        let expected = Decoder::new().unwrap().decode(&file).unwrap();
        for size in [1, 7, 100_000] {
            let mut push = PushDecoder::new(Decoder::new().unwrap());
            let mut known_at = None;
            for piece in file.chunks(size) {
                let before = push.bytes_needed();
                let known = push.push(piece).unwrap().is_some();
                assert!(before > 0 || known);
                if known && known_at.is_none() {
                    known_at = Some(push.bytes().len());
                }
            }
            if size == 1 {
                assert!(known_at.unwrap() <= 64.max(file.len().min(1024)));
            }
            assert_eq!(push.bytes_needed(), 0);
            assert_eq!(push.info().unwrap().width, expected.width());
            assert_eq!(push.finish().unwrap().file().read(None, None).unwrap(), expected);
        }
        let mut short = PushDecoder::new(Decoder::new().unwrap());
        short.push(&file[..file.len() - 1]).unwrap();
        assert_eq!(short.finish().unwrap_err().status(), Status::TRUNCATED);
    }
    // What has arrived can be looked at tolerantly.
    let file = cells();
    let mut push = PushDecoder::new(Decoder::builder().tolerant(true).build().unwrap());
    push.write_all(&file[..file.len() * 2 / 3]).unwrap();
    let mut reader = push.finish().unwrap();
    let mut open = reader.file();
    assert_eq!(open.read(None, None).unwrap().width(), 300);
    assert!(open.damaged() && open.damage().unwrap().lost() < 6);

    let mut foreign = PushDecoder::new(Decoder::new().unwrap());
    assert_eq!(foreign.push(b"GIF89a").unwrap_err().kind(), ErrorKind::Data);
    let mut large = PushDecoder::new(Decoder::new().unwrap()).with_max_bytes(100);
    large.push(&file[..100]).unwrap();
    assert_eq!(large.push(&file[100..101]).unwrap_err().status(), Status::LIMIT);
    assert_eq!(large.bytes().len(), 100);
}
