//! What the handles have in common: destroyed once, cancelled from anywhere, one thread at a time.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;
use std::os::raw::c_char;
use std::ptr::NonNull;
use std::sync::{Arc, Weak};

use pc15_sys as sys;

use crate::{Error, Result, Status};

/// The C functions of one kind of handle.
pub(crate) trait Kind: 'static {
    type Raw;
    const CREATE: unsafe extern "C" fn(*const sys::pc15_allocator, *mut *mut Self::Raw) -> sys::pc15_status;
    const DESTROY: unsafe extern "C" fn(*mut Self::Raw);
    const LAST_ERROR: unsafe extern "C" fn(*const Self::Raw, *mut c_char, usize) -> usize;
    /// May be called from any thread; None where there is nothing to cancel.
    const CANCEL: Option<unsafe extern "C" fn(*mut Self::Raw) -> sys::pc15_status>;
}

/// The part of a handle that several threads may hold. It can do two things: cancel, and destroy when the last holder
/// lets go.
struct Shared<K: Kind>(NonNull<K::Raw>);

// SAFETY: a handle has no affinity to a thread, and the only function that is reached through a shared reference to this
// type is CANCEL, which the library allows from any thread while the handle is alive. The Arc keeps it alive.
unsafe impl<K: Kind> Send for Shared<K> {}
// SAFETY: as above.
unsafe impl<K: Kind> Sync for Shared<K> {}

impl<K: Kind> Drop for Shared<K> {
    fn drop(&mut self) {
        // SAFETY: created by CREATE, destroyed here alone; no call is running, since each borrows a `Handle`.
        unsafe { (K::DESTROY)(self.0.as_ptr()) }
    }
}

/// Something that can be cancelled from any thread.
pub(crate) trait Cancel: Send + Sync {
    fn cancel(&self);
}

impl<K: Kind> Cancel for Shared<K> {
    fn cancel(&self) {
        if let Some(cancel) = K::CANCEL {
            // SAFETY: the handle is alive as long as `self`; any thread may call this.
            unsafe { cancel(self.0.as_ptr()) };
        }
    }
}

/// Owner of a C handle: Send, not Sync, so that calls on it come from one thread at a time.
pub(crate) struct Handle<K: Kind> {
    shared: Arc<Shared<K>>,
    not_sync: PhantomData<Cell<()>>,
}

impl<K: Kind> Handle<K> {
    pub(super) fn create() -> Result<Handle<K>> {
        let mut raw = std::ptr::null_mut();
        // SAFETY: a null allocator means malloc; `raw` is a valid place for the handle.
        super::check(unsafe { (K::CREATE)(std::ptr::null(), &mut raw) })?;
        let raw = NonNull::new(raw)
            .ok_or_else(|| Error::new(Status::INTERNAL, "the library made no handle and reported no error"))?;
        Ok(Handle { shared: Arc::new(Shared(raw)), not_sync: PhantomData })
    }

    /// The handle, for one call. Nothing else runs on it: `self` is not Sync, and tokens only cancel.
    pub(super) fn raw(&self) -> *mut K::Raw {
        self.shared.0.as_ptr()
    }

    pub(crate) fn canceller(&self) -> Weak<dyn Cancel> {
        let weak: Weak<Shared<K>> = Arc::downgrade(&self.shared);
        weak
    }

    /// Message of the last failed call, "" after a success.
    fn message(&self) -> String {
        let mut buffer = [0u8; 512];
        // SAFETY: the pointer and its length belong together; the text is terminated inside.
        let length = unsafe { (K::LAST_ERROR)(self.raw(), buffer.as_mut_ptr().cast::<c_char>(), buffer.len()) };
        String::from_utf8_lossy(&buffer[..length.min(buffer.len() - 1)]).into_owned()
    }

    /// An error with what the handle says about it.
    pub(super) fn error(&self, status: sys::pc15_status) -> Error {
        Error::with_message(Status::from_code(status), self.message())
    }

    pub(super) fn check(&self, status: sys::pc15_status) -> Result<()> {
        if status == sys::PC15_OK { Ok(()) } else { Err(self.error(status)) }
    }
}

impl<K: Kind> fmt::Debug for Handle<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:p}", self.raw())
    }
}
