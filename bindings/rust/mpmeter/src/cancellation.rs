//! How a call is stopped from another thread, or with the future that waits for it.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;

use mpmeter_sys::owned;

/// Stops calls from another thread. A clone is the same cancellation; any number of calls may share one.
#[derive(Clone)]
pub struct Cancellation(Arc<Inner>);

struct Inner {
    handle: owned::Cancellation,
    cancelled: AtomicBool,
}

impl Cancellation {
    /// One that is not cancelled.
    ///
    /// # Panics
    ///
    /// When memory is exhausted.
    #[must_use]
    pub fn new() -> Cancellation {
        match owned::Cancellation::new() {
            Ok(handle) => Cancellation(Arc::new(Inner { handle, cancelled: AtomicBool::new(false) })),
            Err(failure) => panic!("a cancellation cannot be made: {}", failure.message),
        }
    }

    /// Stops every call that uses this object, now or later: each fails with
    /// [`Status::Cancelled`](crate::Status::Cancelled) within 100 ms. This cannot be undone.
    pub fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::Release);
        self.0.handle.cancel();
    }

    /// Whether it was cancelled.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::Acquire)
    }

    /// A guard that cancels when it is dropped: an async function that holds one across its `await` stops the call when
    /// its future is dropped.
    #[must_use = "it cancels as soon as it is dropped"]
    pub fn drop_guard(&self) -> DropGuard {
        DropGuard(Some(self.clone()))
    }

    pub(crate) fn handle(&self) -> &owned::Cancellation {
        &self.0.handle
    }
}

impl Default for Cancellation {
    fn default() -> Cancellation {
        Cancellation::new()
    }
}

impl fmt::Debug for Cancellation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Cancellation").field("cancelled", &self.is_cancelled()).finish()
    }
}

/// Cancels when it is dropped: see [`Cancellation::drop_guard`].
#[derive(Debug)]
#[must_use = "it cancels as soon as it is dropped"]
pub struct DropGuard(Option<Cancellation>);

impl DropGuard {
    /// Lets the call go on.
    pub fn disarm(mut self) {
        self.0 = None;
    }
}

impl Drop for DropGuard {
    fn drop(&mut self) {
        if let Some(cancellation) = &self.0 {
            cancellation.cancel();
        }
    }
}
