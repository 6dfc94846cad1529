//! A closure that C calls. A panic in it is caught, cancels the call, and goes on when the call has returned.

use std::any::Any;
use std::fmt;
use std::ops::ControlFlow;
use std::os::raw::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::ptr::NonNull;

use crate::Progress;

type Closure = Box<dyn FnMut(Progress) -> ControlFlow<()> + Send>;

struct State {
    closure: Closure,
    panic: Option<Box<dyn Any + Send>>,
}

/// Owner of a closure whose address C holds.
pub(super) struct Callback(NonNull<State>);

// SAFETY: the closure and a panic's payload are Send, and the callback is their only owner.
unsafe impl Send for Callback {}

impl Callback {
    pub(super) fn new(closure: Closure) -> Callback {
        Callback(NonNull::from(Box::leak(Box::new(State { closure, panic: None }))))
    }

    pub(super) fn opaque(&self) -> *mut c_void {
        self.0.as_ptr().cast()
    }

    /// Goes on with a panic of the closure. Only between calls on the handle.
    pub(super) fn resume_panic(&mut self) {
        // SAFETY: no call is running, so nobody else has the state.
        if let Some(payload) = unsafe { self.0.as_mut() }.panic.take() {
            resume_unwind(payload);
        }
    }
}

impl fmt::Debug for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("closure")
    }
}

impl Drop for Callback {
    fn drop(&mut self) {
        // SAFETY: from Box::leak in `new`, released here alone; the handle no longer calls it.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}

/// What C calls: from any worker thread, never twice at once.
pub(super) unsafe extern "C" fn report(done: u64, total: u64, opaque: *mut c_void) -> i32 {
    // SAFETY: `opaque` is the State of a Callback that outlives the call, and calls do not overlap.
    let state = unsafe { &mut *opaque.cast::<State>() };
    if state.panic.is_some() {
        return 1;
    }
    let closure = &mut state.closure;
    match catch_unwind(AssertUnwindSafe(|| closure(Progress { done, total }))) {
        Ok(ControlFlow::Continue(())) => 0,
        Ok(ControlFlow::Break(())) => 1,
        Err(payload) => {
            state.panic = Some(payload);
            1
        }
    }
}
