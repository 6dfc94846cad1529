//! Poison, threads, progress, cancellation, panics.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use pc15::{CancelToken, Codebook, Decoder, Encoder, Format, Model, Reader, Status, VqOptions};

use crate::pictures::{encode, mixed, photo};

/// Whether a type is Sync, by the method that is found first.
macro_rules! is_sync {
    ($type:ty) => {{
        #[allow(dead_code)]
        trait No {
            const IS: bool = false;
        }
        impl<T: ?Sized> No for T {}
        struct Ask<T: ?Sized>(std::marker::PhantomData<T>);
        #[allow(dead_code)]
        impl<T: ?Sized + Sync> Ask<T> {
            const IS: bool = true;
        }
        <Ask<$type>>::IS
    }};
}

#[test]
fn handles_are_send_and_not_sync() {
    fn send<T: Send>() {}
    send::<Encoder>();
    send::<Decoder>();
    send::<Reader>();
    send::<Model>();
    send::<Codebook>();
    let sync = [is_sync!(Encoder), is_sync!(Decoder), is_sync!(Reader), is_sync!(Model), is_sync!(Codebook)];
    assert_eq!(sync, [false; 5]);
    assert!(is_sync!(CancelToken) && is_sync!(pc15::EncoderBuilder) && is_sync!(pc15::Error));
}

#[test]
fn a_bad_file_poisons_until_reset() {
    let mut file = encode(&Encoder::builder().effort(1), &photo(Format::Y, 60, 40));
    let whole = file.clone();
    let at = file.len() / 2;
    file[at] ^= 1;
    let mut decoder = Decoder::new().unwrap();
    let first = decoder.decode(&file).unwrap_err();
    let again = decoder.decode(&whole).unwrap_err();
    assert_eq!(again.status(), Status::POISONED);
    assert!(again.message().contains(first.message()), "{again}");
    assert_eq!(decoder.open(&whole).unwrap_err().status(), Status::POISONED);
    assert_eq!(decoder.verify(&whole).unwrap_err().status(), Status::POISONED);
    assert_eq!(decoder.assemble("picture 64x64 gray").unwrap_err().status(), Status::POISONED);
    assert_eq!(decoder.damage().unwrap_err().status(), Status::POISONED);
    decoder.reset().unwrap();
    assert!(decoder.decode(&whole).is_ok());
}

#[test]
fn what_needs_an_encode_says_so() {
    let encoder = Encoder::new().unwrap();
    assert_eq!(encoder.stats().unwrap_err().status(), Status::WRONG_STATE);
    assert_eq!(encoder.tiles().unwrap_err().status(), Status::WRONG_STATE);
    assert_eq!(encoder.result().unwrap_err().status(), Status::WRONG_STATE);
}

#[test]
fn a_short_output_gets_the_size_and_then_the_file() {
    let mut encoder = Encoder::builder().effort(1).build().unwrap();
    let image = photo(Format::Y, 60, 40);
    let error = encoder.encode_into(&image, &mut []).unwrap_err();
    assert_eq!(error.status(), Status::DST_TOO_SMALL);
    let file = encoder.result().unwrap();
    assert_eq!(error.needed(), Some(file.len()));
    assert!(file.len() <= encoder.bound(Format::Y, 60, 40).unwrap());
    let mut room = vec![0; file.len()];
    assert_eq!(encoder.encode_into(&image, &mut room).unwrap(), file.len());
    assert_eq!(room, file);
    let stats = encoder.stats().unwrap();
    assert_eq!(stats.bytes_total, file.len() as u64);
    assert_eq!(encoder.tiles().unwrap().len(), stats.tiles as usize);
    let decoded = Decoder::new().unwrap().decode(&file).unwrap();
    assert!((pc15::metrics::psnr(&image, &decoded).unwrap() - stats.psnr_y).abs() < 1e-6);
    encoder.reset().unwrap();
    assert_eq!(encoder.result().unwrap_err().status(), Status::WRONG_STATE);
}

#[test]
fn two_threads_on_two_handles() {
    let image = photo(Format::Rgb, 120, 90);
    let expected = encode(&Encoder::builder().effort(1), &image);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut encoder = Encoder::builder().effort(1).build().unwrap();
                let mut decoder = Decoder::new().unwrap();
                for _ in 0..4 {
                    assert_eq!(encoder.encode(&image).unwrap(), expected);
                    decoder.decode(&expected).unwrap();
                    assert!(decoder.decode(&expected[1..]).is_err());
                    decoder.reset().unwrap();
                }
            });
        }
    });
    // A handle may move.
    let mut encoder = Encoder::builder().effort(1).build().unwrap();
    let encoder = thread::spawn(move || {
        encoder.encode(&photo(Format::Y, 20, 20)).unwrap();
        encoder
    });
    assert!(encoder.join().unwrap().result().is_ok());
}

#[test]
fn progress_rises() {
    let (send, receive) = mpsc::channel();
    let mut encoder = Encoder::builder().effort(1).threads(2).build().unwrap();
    encoder
        .set_progress(move |progress| {
            send.send(progress).unwrap();
            ControlFlow::Continue(())
        })
        .unwrap();
    let file = encoder.encode(&photo(Format::Y, 300, 200)).unwrap();
    encoder.clear_progress().unwrap();
    encoder.encode(&photo(Format::Y, 30, 20)).unwrap();
    let seen: Vec<_> = receive.into_iter().collect(); // ends: the closure is gone
    assert!(!seen.is_empty());
    assert!(seen.windows(2).all(|pair| pair[0].done <= pair[1].done));
    assert!(seen.iter().all(|progress| progress.done <= progress.total && progress.ratio() <= 1.0));

    let count = Arc::new(AtomicU64::new(0));
    let mut decoder = Decoder::new().unwrap();
    let counter = count.clone();
    decoder
        .set_progress(move |_| {
            counter.fetch_add(1, Ordering::Relaxed);
            ControlFlow::Break(())
        })
        .unwrap();
    assert_eq!(decoder.decode(&file).unwrap_err().status(), Status::CANCELLED);
    assert_eq!(decoder.verify(&file).unwrap_err().status(), Status::CANCELLED);
    assert!(count.load(Ordering::Relaxed) >= 2);
    decoder.clear_progress().unwrap();
    decoder.decode(&file).unwrap();
}

#[test]
fn a_panic_in_the_closure_comes_through() {
    for threads in [1, 3] {
        let image = photo(Format::Y, 200, 160);
        let mut encoder = Encoder::builder().effort(1).threads(threads).build().unwrap();
        encoder.set_progress(|_| resume_unwind(Box::new("mine"))).unwrap();
        let caught = catch_unwind(AssertUnwindSafe(|| encoder.encode(&image))).unwrap_err();
        assert_eq!(caught.downcast_ref::<&str>(), Some(&"mine"));
        let caught = catch_unwind(AssertUnwindSafe(|| encoder.encode_into(&image, &mut []))).unwrap_err();
        assert_eq!(caught.downcast_ref::<&str>(), Some(&"mine"));
        encoder.clear_progress().unwrap();
        let file = encoder.encode(&image).unwrap(); // the handle is whole

        let mut decoder = Decoder::builder().threads(threads).build().unwrap();
        decoder.set_progress(|_| resume_unwind(Box::new("mine"))).unwrap();
        let mut room = vec![0; 200 * 160];
        let room = pc15::ImageMut::new(Format::Y, 200, 160, &mut room);
        assert!(catch_unwind(AssertUnwindSafe(|| decoder.decode_into(&file, room))).is_err());
        assert!(catch_unwind(AssertUnwindSafe(|| decoder.decode(&file))).is_err());
        decoder.set_progress(|_| ControlFlow::Continue(())).unwrap();
        decoder.decode(&file).unwrap();
    }
}

#[test]
fn a_token_cancels_from_another_thread() {
    let image = photo(Format::Y, 1500, 1500);
    let mut encoder = Encoder::builder().effort(9).build().unwrap();
    let token = encoder.cancel_token();
    let canceller = {
        let token = token.clone();
        thread::spawn(move || {
            thread::sleep(Duration::from_millis(100)); // the encode would take a minute
            token.cancel();
            Instant::now()
        })
    };
    let error = encoder.encode(&image).unwrap_err();
    let ended = Instant::now();
    assert_eq!(error.status(), Status::CANCELLED);
    assert!(ended - canceller.join().unwrap() < Duration::from_secs(10));
    // Asked for while nothing runs, the next call ends; reset withdraws it.
    encoder.set(pc15::Param::EFFORT, 1).unwrap();
    let image = photo(Format::Y, 20, 20);
    token.cancel();
    assert_eq!(encoder.encode(&image).unwrap_err().status(), Status::CANCELLED);
    token.cancel();
    encoder.reset().unwrap();
    encoder.encode(&image).unwrap();
    drop(encoder);
    token.cancel(); // nothing happens
    assert_eq!(format!("{token:?}"), "CancelToken(handle gone)");
}

#[test]
fn training_is_cancelled_too() {
    let mut codebook = Codebook::new().unwrap();
    let token = codebook.cancel_token();
    token.cancel();
    let samples: Vec<f32> = (0..4000).map(|i| mixed(i) as f32).collect();
    let error = codebook.retrain(&samples, 2, &VqOptions::new(64)).unwrap_err();
    assert_eq!(error.status(), Status::CANCELLED);
    codebook.retrain(&samples, 2, &VqOptions::new(64)).unwrap();
}

#[test]
fn statuses_have_names_texts_and_kinds() {
    assert_eq!(Status::CRC.name(), "PC15_ERROR_CRC");
    assert_eq!(format!("{}", Status::OK), "PC15_OK");
    assert_eq!(Status::from_code(-9999).name(), "PC15_UNKNOWN_STATUS");
    assert!(!Status::LIMIT.doc().is_empty());
    let error = pc15::probe(&[]).unwrap_err();
    assert_eq!(error.kind(), pc15::ErrorKind::NeedInput);
    assert!(error.needed().unwrap() > 0);
    assert_eq!(error.to_string(), format!("{} (PC15_NOTE_NEED_INPUT)", error.message()));
    let boxed: Box<dyn std::error::Error + Send + Sync> = error.into();
    assert!(boxed.downcast_ref::<pc15::Error>().is_some());
}
