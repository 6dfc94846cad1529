//! Closures that C calls with rows or for rows, on the thread of the call. A panic in one is caught, ends the call, and goes
//! on when the call has returned.

use std::any::Any;
use std::os::raw::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// Takes rows `y` to `y + count`; false ends the decode.
pub(super) type Receive<'a> = &'a mut dyn FnMut(u32, u32, &[u8]) -> bool;

/// A receiver for the length of one call.
pub(super) struct Receiver<'a> {
    receive: Receive<'a>,
    panic: Option<Box<dyn Any + Send>>,
}

impl<'a> Receiver<'a> {
    pub(super) fn new(receive: Receive<'a>) -> Receiver<'a> {
        Receiver { receive, panic: None }
    }

    pub(super) fn opaque(&mut self) -> *mut c_void {
        std::ptr::from_mut(self).cast()
    }

    pub(super) fn resume_panic(self) {
        if let Some(payload) = self.panic {
            resume_unwind(payload);
        }
    }
}

/// What C calls: never twice at once.
pub(super) unsafe extern "C" fn receive_rows(
    y: u32,
    count: u32,
    rows: *const u8,
    size: usize,
    opaque: *mut c_void,
) -> i32 {
    // SAFETY: `opaque` is the Receiver of the call that is running, which nobody else touches meanwhile.
    let receiver = unsafe { &mut *opaque.cast::<Receiver<'_>>() };
    // SAFETY: the library lends `size` bytes at `rows` for this call.
    let rows = unsafe { std::slice::from_raw_parts(rows, size) };
    let receive = &mut receiver.receive;
    match catch_unwind(AssertUnwindSafe(|| receive(y, count, rows))) {
        Ok(true) => 0,
        Ok(false) => 1,
        Err(payload) => {
            receiver.panic = Some(payload);
            1
        }
    }
}

/// Fills rows `y` to `y + count`; false ends the encode.
#[cfg(feature = "encoder")]
pub(super) type Give<'a> = &'a mut dyn FnMut(u32, &mut [u8]) -> bool;

/// A source for the length of one call.
#[cfg(feature = "encoder")]
pub(super) struct Giver<'a> {
    give: Give<'a>,
    panic: Option<Box<dyn Any + Send>>,
}

#[cfg(feature = "encoder")]
impl<'a> Giver<'a> {
    pub(super) fn new(give: Give<'a>) -> Giver<'a> {
        Giver { give, panic: None }
    }

    pub(super) fn opaque(&mut self) -> *mut c_void {
        std::ptr::from_mut(self).cast()
    }

    pub(super) fn resume_panic(self) {
        if let Some(payload) = self.panic {
            resume_unwind(payload);
        }
    }
}

/// What C calls: never twice at once.
#[cfg(feature = "encoder")]
pub(super) unsafe extern "C" fn give_rows(y: u32, count: u32, rows: *mut u8, size: usize, opaque: *mut c_void) -> i32 {
    // SAFETY: `opaque` is the Giver of the call that is running, which nobody else touches meanwhile.
    let giver = unsafe { &mut *opaque.cast::<Giver<'_>>() };
    // SAFETY: the library lends `size` bytes at `rows`, all of them set, for this call.
    let rows = unsafe { std::slice::from_raw_parts_mut(rows, size) };
    let give = &mut giver.give;
    match catch_unwind(AssertUnwindSafe(|| give(y, rows))) {
        Ok(true) => count as i32,
        Ok(false) => -1,
        Err(payload) => {
            giver.panic = Some(payload);
            -1
        }
    }
}

/// What C calls before it asks for row 0 once more, which says all that a closure needs to know.
#[cfg(feature = "encoder")]
pub(super) unsafe extern "C" fn row_zero_comes(_: *mut c_void) -> i32 {
    0
}
