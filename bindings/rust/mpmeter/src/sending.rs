//! A thread that sends what is due, and the handle that stops it.

use std::fmt;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::mpsc::{channel, Receiver, RecvTimeoutError, Sender};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use mpmeter_sys::owned::Failure;
use mpmeter_sys::raw::{MPMETER_E_INTERNAL, MPMETER_E_OUT_OF_MEMORY};

use crate::{Cancellation, Error, Meter, Result, Status};

/// Others add to the journal, and clocks are set: it is looked at again within a minute.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_secs(1);
/// ECS and Kubernetes give 30 seconds between SIGTERM and SIGKILL.
const GRACE: Duration = Duration::from_secs(25);

type Report = dyn FnMut(Error) + Send;

/// How a thread is to send: see [`Meter::sending`].
#[must_use = "nothing is sent before start()"]
pub struct SendingBuilder {
    meter: Meter,
    grace: Duration,
    report: Box<Report>,
}

impl SendingBuilder {
    pub(crate) fn new(meter: Meter) -> SendingBuilder {
        SendingBuilder { meter, grace: GRACE, report: Box::new(|_| ()) }
    }

    /// How long the last send may take, in [`Sending::stop`] or when the handle is dropped. The default is 25 seconds.
    pub fn grace(mut self, grace: Duration) -> SendingBuilder {
        self.grace = grace;
        self
    }

    /// Sets who is told why something could not be sent, on the thread that sends; it waits in the journal. The default
    /// is nobody. That another process sends is not told. What it panics with is dropped.
    pub fn on_error(mut self, report: impl FnMut(Error) + Send + 'static) -> SendingBuilder {
        self.report = Box::new(report);
        self
    }

    /// Starts the thread.
    ///
    /// # Errors
    ///
    /// [`Status::OutOfMemory`]: there is none for a thread.
    pub fn start(self) -> Result<Sending> {
        let SendingBuilder { meter, grace, report } = self;
        let (current, last) = (Cancellation::new(), Cancellation::new());
        let (stop, stopped) = channel();
        let (end, ended) = channel();
        let mut work = Work { meter, report, current: current.clone(), last: last.clone() };
        let thread = Builder::new().name("mpmeter-sending".to_owned()).spawn(move || {
            let _end: Sender<()> = end; // Dropped when the thread ends, however it does.
            work.run(&stopped)
        });
        match thread {
            Ok(thread) => Ok(Sending { thread: Some(thread), stop: Some(stop), ended, current, last, grace }),
            Err(cause) => {
                let message = format!("the thread that sends cannot be started: {cause}");
                Err(Error::from(Failure { message, ..Failure::of(MPMETER_E_OUT_OF_MEMORY) }))
            }
        }
    }
}

impl fmt::Debug for SendingBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SendingBuilder").field("grace", &self.grace).finish_non_exhaustive()
    }
}

/// What the thread does.
struct Work {
    meter: Meter,
    report: Box<Report>,
    current: Cancellation,
    last: Cancellation,
}

impl Work {
    fn run(&mut self, stopped: &Receiver<()>) -> Result<()> {
        while !self.current.is_cancelled() {
            let wait = self.step();
            if stopped.recv_timeout(wait) != Err(RecvTimeoutError::Timeout) {
                break;
            }
        }
        self.meter.send_final(Some(&self.last))
    }

    /// Sends if it is due. The time after which to look again.
    fn step(&mut self) -> Duration {
        match self.meter.next_due() {
            Ok(due) if !due.is_zero() => due.min(LONGEST_WAIT),
            Ok(_) => {
                if let Err(error) = self.meter.send(Some(&self.current)) {
                    self.tell(error);
                }
                PAUSE
            }
            Err(error) => {
                self.tell(error);
                LONGEST_WAIT
            }
        }
    }

    fn tell(&mut self, error: Error) {
        // While another process of the pod sends, there is nothing to do.
        if error.status() == Status::JournalBusy || self.current.is_cancelled() {
            return;
        }
        if let Err(payload) = catch_unwind(AssertUnwindSafe(|| (self.report)(error))) {
            std::mem::forget(payload); // Dropping it could panic anew.
        }
    }
}

/// A thread that sends what is due. [`Sending::stop`] ends it, and sends what is left; so does dropping it, which
/// cannot say how that went. A child made by `fork()` has no such thread.
#[must_use = "it stops as soon as it is dropped"]
pub struct Sending {
    thread: Option<JoinHandle<Result<()>>>,
    stop: Option<Sender<()>>,
    ended: Receiver<()>,
    current: Cancellation,
    last: Cancellation,
    grace: Duration,
}

impl Sending {
    /// Ends the thread, and sends what is left, this hour's usage too. Blocks until that is done, for
    /// [`SendingBuilder::grace`] at most. What is added afterwards waits in the journal. Within
    /// [`SendingBuilder::on_error`] it waits for nothing.
    ///
    /// # Errors
    ///
    /// Those of [`Meter::send_final`]; [`Status::Cancelled`] when the time was up: what is left waits in the journal.
    pub fn stop(mut self) -> Result<()> {
        self.end()
    }

    fn end(&mut self) -> Result<()> {
        let thread = match self.thread.take() {
            Some(thread) => thread,
            None => return Ok(()),
        };
        self.current.cancel();
        self.stop = None;
        if thread.thread().id() == std::thread::current().id() {
            return Ok(()); // Within on_error(): it goes on to the last send by itself.
        }
        if self.ended.recv_timeout(self.grace) == Err(RecvTimeoutError::Timeout) {
            self.last.cancel();
        }
        thread.join().unwrap_or_else(|_| Err(Error::from(Failure::of(MPMETER_E_INTERNAL))))
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        let _ = self.end();
    }
}

impl fmt::Debug for Sending {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Sending").field("grace", &self.grace).finish_non_exhaustive()
    }
}
