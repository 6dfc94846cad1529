//! Encode, decode, region and scale of one megapixel, by criterion: `cargo bench`.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use pc15::{Decoder, Encoder, Region, Scale};

fn codec(c: &mut Criterion) {
    let picture = pc15_bench::picture(1024, 1024);
    let mut encoder = Encoder::builder().effort(1).build().expect("an encoder");
    let mut decoder = Decoder::new().expect("a decoder");
    let file = encoder.encode(&picture).expect("a file");
    let mut group = c.benchmark_group("1 megapixel RGB");
    group.sample_size(10).throughput(Throughput::Elements(1024 * 1024));
    group.bench_function("encode effort 1", |b| b.iter(|| encoder.encode(black_box(&picture)).expect("a file")));
    group.bench_function("decode", |b| b.iter(|| decoder.decode(black_box(&file)).expect("a picture")));
    group.bench_function("decode 1/4", |b| {
        b.iter(|| decoder.decode_scaled(black_box(&file), Scale::Quarter, None, None).expect("a picture"))
    });
    group.bench_function("decode 64 x 64", |b| {
        let region = Region::new(500, 300, 64, 64);
        b.iter(|| decoder.decode_region(black_box(&file), region, None).expect("a picture"))
    });
}

criterion_group!(benches, codec);
criterion_main!(benches);
