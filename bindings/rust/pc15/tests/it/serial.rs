//! What is serialised comes back.

use pc15::{Encoder, Format, Generator, ImageInfo, Param, Part, Stats, Tile};

use crate::pictures::{cells, photo, stripes};

fn round<T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug>(value: &T) -> String {
    let text = serde_json::to_string(value).unwrap();
    assert_eq!(serde_json::from_str::<T>(&text).unwrap(), *value, "{text}");
    text
}

#[test]
fn info_stats_and_parameters() {
    let file = cells();
    let info: ImageInfo = pc15::probe(&file).unwrap();
    let text = round(&info);
    assert!(text.contains(r#""color":"gray""#) && text.contains(r#""natural_format":"y""#), "{text}");
    let mut decoder = pc15::Decoder::new().unwrap();
    let parts: Vec<Part> = decoder.open(&file).unwrap().parts().unwrap();
    assert!(round(&parts).contains("backup-preamble"));

    let mut encoder = Encoder::builder().effort(2).build().unwrap();
    encoder.encode(&stripes(96, 96)).unwrap();
    let stats: Stats = encoder.stats().unwrap();
    round(&stats);
    let tiles: Vec<Tile> = encoder.tiles().unwrap();
    round(&tiles);
    for generator in Generator::all() {
        round(&encoder.generator_stats(generator).unwrap());
    }
    // JSON has no infinity.
    let mut exact = Encoder::builder().lossless(true).build().unwrap();
    exact.encode(&photo(Format::Y, 16, 16)).unwrap();
    let stats = exact.stats().unwrap();
    assert_eq!(stats.psnr_y, f64::INFINITY);
    assert!(round(&stats).contains(r#""psnr_y":null"#));

    let table: Vec<_> = Param::all().map(|param| param.info().unwrap()).collect();
    let table = serde_json::to_value(table).unwrap();
    assert_eq!(table[0]["name"], "quality");
    assert_eq!(table[0]["scale"], 1000);
}
