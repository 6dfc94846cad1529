//! Progress and cancellation.

use std::sync::Weak;

use crate::raw::Cancel;

/// How far a call is: `done` of `total` units, rising. Only the ratio means something. An encode with a target begins again
/// with every pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Units done.
    pub done: u64,
    /// Units in all.
    pub total: u64,
}

impl Progress {
    /// Share that is done, 0 to 1.
    pub fn ratio(self) -> f64 {
        if self.total == 0 { 1.0 } else { self.done as f64 / self.total as f64 }
    }
}

/// Cancels calls on the handle that it was made by, from any thread.
///
/// A token may outlive its handle, and then does nothing.
#[derive(Clone)]
pub struct CancelToken(Weak<dyn Cancel>);

impl CancelToken {
    pub(crate) fn new(handle: Weak<dyn Cancel>) -> CancelToken {
        CancelToken(handle)
    }

    /// The running call ends with [`Status::CANCELLED`](crate::Status::CANCELLED) within milliseconds. When none is
    /// running, the next one does; `reset` of the handle withdraws the request.
    pub fn cancel(&self) {
        if let Some(handle) = self.0.upgrade() {
            handle.cancel();
        }
    }
}

impl std::fmt::Debug for CancelToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.strong_count() > 0 { "CancelToken(alive)" } else { "CancelToken(handle gone)" })
    }
}
