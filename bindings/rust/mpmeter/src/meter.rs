//! Usage that is kept in a journal, and sent from there.

use std::ffi::{CStr, CString};
use std::fmt;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use mpmeter_sys::owned;
use mpmeter_sys::raw::{MPMETER_METER_HOLD_LATE, MPMETER_METER_WHOLE_UNITS, MPMETER_SEND_FINAL};

use crate::error::c_text;
use crate::{Cancellation, Client, Error, Quantity, Result, SendingBuilder};

/// The usage of one product in this task or pod: what is added goes into a journal, and from there to AWS, once an
/// hour. A clone is the same meter; any number of threads may use it, and other processes the same journal. Make one
/// with [`Client::meter`].
///
/// [What is promised](https://github.com/libmpmeter/libmpmeter/blob/main/docs/metering.md): while the journal lives and
/// AWS is reached within six hours of each hour, every quantity whose `add` returned `Ok` is billed exactly once;
/// otherwise never twice, and what cannot be decided is listed.
#[derive(Clone)]
pub struct Meter(Arc<owned::Meter>);

impl Meter {
    /// Asks AWS whether this container may meter, and meters nothing. Call it at the start, and go on only if it is
    /// `Ok`. The dimension is one of the listing's; `None` for one that was added before, or a placeholder, which AWS
    /// may not know. Blocks for up to the client's deadline.
    ///
    /// # Errors
    ///
    /// Any [`Status`](crate::Status). Stop on all but those whose [action](Error::action) is to retry.
    pub fn check(&self, dimension: Option<&str>, cancellation: Option<&Cancellation>) -> Result<()> {
        let dimension = dimension.map(|name| c_text("the dimension", name)).transpose()?;
        Ok(self.0.check(dimension.as_deref(), cancellation.map(Cancellation::handle))?)
    }

    /// Adds usage: `meter.add("requests", 1)`. When it returns `Ok`, the usage is on the disk, and neither a crash nor
    /// a power failure takes it away; after an error nothing was added. It waits for others that write to the journal.
    ///
    /// # Errors
    ///
    /// [`Status::Journal`](crate::Status::Journal) (such as a full disk), `JournalDamaged`, `JournalBusy`,
    /// `InvalidArgument`, `OutOfMemory`, `Internal`.
    pub fn add(&self, dimension: &str, quantity: impl Into<Quantity>) -> Result<()> {
        self.add_texts(dimension, quantity.into(), &[])
    }

    /// Adds usage with at most five tags, which become AWS's usage allocations:
    /// `meter.add_tagged("requests", 1, [("team", "a")])`.
    ///
    /// # Errors
    ///
    /// As for [`Meter::add`].
    pub fn add_tagged<K: AsRef<str>, V: AsRef<str>>(
        &self,
        dimension: &str,
        quantity: impl Into<Quantity>,
        tags: impl IntoIterator<Item = (K, V)>,
    ) -> Result<()> {
        let texts = tags
            .into_iter()
            .map(|(key, value)| Ok((c_text("a tag's key", key.as_ref())?, c_text("a tag's value", value.as_ref())?)))
            .collect::<Result<Vec<_>>>()?;
        self.add_texts(dimension, quantity.into(), &texts)
    }

    fn add_texts(&self, dimension: &str, quantity: Quantity, tags: &[(CString, CString)]) -> Result<()> {
        let dimension = c_text("the dimension", dimension)?;
        let quantity = c_text("the quantity", &quantity.to_string())?;
        let tags: Vec<(&CStr, &CStr)> = tags.iter().map(|(key, value)| (key.as_c_str(), value.as_c_str())).collect();
        Ok(self.0.add(&dimension, &quantity, &tags)?)
    }

    /// Sends the usage of every hour that is over, and what an earlier send could not settle, with retries until the
    /// client's deadline. [`Meter::sending`] does it by itself.
    ///
    /// # Errors
    ///
    /// [`Status::UsageHeld`](crate::Status::UsageHeld) (usage became held: see [`Meter::report`]);
    /// [`Status::JournalBusy`](crate::Status::JournalBusy) (another one sends); or any other: what is left waits in the
    /// journal.
    pub fn send(&self, cancellation: Option<&Cancellation>) -> Result<()> {
        Ok(self.0.send(0, cancellation.map(Cancellation::handle))?)
    }

    /// Does the same, and sends this hour's usage too: the program ends. What is added afterwards belongs to the next
    /// hour.
    ///
    /// # Errors
    ///
    /// As for [`Meter::send`].
    pub fn send_final(&self, cancellation: Option<&Cancellation>) -> Result<()> {
        Ok(self.0.send(MPMETER_SEND_FINAL, cancellation.map(Cancellation::handle))?)
    }

    /// How long until the next send is due, in this journal's own minute of the hour; zero if it is due.
    ///
    /// # Errors
    ///
    /// `Journal`, `JournalDamaged`, `JournalBusy`, `OutOfMemory`, `Internal`.
    pub fn next_due(&self) -> Result<Duration> {
        Ok(Duration::from_millis(u64::try_from(self.0.next_due()?).unwrap_or(0)))
    }

    /// The books, one JSON object on one line: pending, held and sent, and totals by dimension.
    /// `mpmeter_meter_report()`
    /// in the C header lists its keys.
    ///
    /// # Errors
    ///
    /// As for [`Meter::next_due`].
    pub fn report(&self) -> Result<String> {
        Ok(self.0.report()?)
    }

    /// Sends by a thread of its own what is due. [`SendingBuilder::start`] starts it.
    pub fn sending(&self) -> SendingBuilder {
        SendingBuilder::new(self.clone())
    }
}

impl fmt::Debug for Meter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Meter").finish_non_exhaustive()
    }
}

/// How usage is billed: see [`Client::meter`].
#[derive(Clone, Debug)]
#[must_use = "nothing is opened before open()"]
pub struct MeterBuilder<'a> {
    client: &'a Client,
    product_code: &'a str,
    journal: PathBuf,
    flags: u32,
}

impl<'a> MeterBuilder<'a> {
    pub(crate) fn new(client: &'a Client, product_code: &'a str, journal: PathBuf) -> MeterBuilder<'a> {
        MeterBuilder { client, product_code, journal, flags: 0 }
    }

    /// Bills whole units only, for a dimension that is sold by the piece; the rest is carried to the next hour.
    pub fn whole_units(mut self) -> MeterBuilder<'a> {
        self.flags |= MPMETER_METER_WHOLE_UNITS;
        self
    }

    /// Holds usage that could not be sent within six hours, instead of billing it in the current hour.
    pub fn hold_late(mut self) -> MeterBuilder<'a> {
        self.flags |= MPMETER_METER_HOLD_LATE;
        self
    }

    /// Opens the journal, or makes it. It must lie on a volume that outlives the container. Nothing is sent. The meter
    /// may outlive the client.
    ///
    /// # Errors
    ///
    /// [`Status::JournalDamaged`](crate::Status::JournalDamaged) (a file that is empty, cut or damaged is never begun
    /// anew), `Journal`, `JournalBusy`, `UntrustedProduct`, `PlatformNotSupported` (Amazon Bedrock AgentCore),
    /// `InvalidArgument`, `OutOfMemory`, `Internal`.
    pub fn open(self) -> Result<Meter> {
        let code = c_text("the product code", self.product_code)?;
        let path = c_path(&self.journal)?;
        Ok(Meter(Arc::new(owned::Meter::open(&self.client.0, &code, &path, self.flags)?)))
    }
}

/// The books of the journal at that path, as [`Meter::report`] has them. The journal is not made if there is none. For
/// a tool that looks from outside.
///
/// # Errors
///
/// `Journal`, `JournalDamaged`, `JournalBusy`, `InvalidArgument`, `OutOfMemory`, `Internal`.
pub fn journal_report(journal: impl AsRef<Path>) -> Result<String> {
    Ok(owned::journal_report(&c_path(journal.as_ref())?)?)
}

pub(crate) fn c_path(path: &Path) -> Result<CString> {
    CString::new(path.as_os_str().as_bytes())
        .map_err(|_| Error::invalid("the journal's path has a NUL character in it.".to_owned()))
}
