//! One record of usage, for a program that keeps books of its own.

use std::time::SystemTime;

use mpmeter_sys::owned;
use mpmeter_sys::raw::MPMETER_USAGE_DRY_RUN;

use crate::error::c_text;
use crate::{Cancellation, Client, Error, Quantity, Result};

/// One record of usage: see [`Client::usage`].
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before send()"]
pub struct UsageRequest<'a> {
    client: &'a Client,
    product_code: &'a str,
    dimension: &'a str,
    quantity: Quantity,
    timestamp: Option<SystemTime>,
    client_token: Option<&'a str>,
    flags: u32,
    cancellation: Option<&'a Cancellation>,
}

impl<'a> UsageRequest<'a> {
    pub(crate) fn new(
        client: &'a Client,
        product_code: &'a str,
        dimension: &'a str,
        quantity: Quantity,
    ) -> UsageRequest<'a> {
        let (timestamp, client_token, cancellation) = (None, None, None);
        UsageRequest { client, product_code, dimension, quantity, timestamp, client_token, flags: 0, cancellation }
    }

    /// When it was used, at most six hours ago. The default is now.
    pub fn timestamp(mut self, timestamp: SystemTime) -> UsageRequest<'a> {
        self.timestamp = Some(timestamp);
        self
    }

    /// 1 to 64 visible characters. The default is a fresh one.
    pub fn client_token(mut self, token: &'a str) -> UsageRequest<'a> {
        self.client_token = Some(token);
        self
    }

    /// Asks whether the container may meter, and meters nothing.
    pub fn dry_run(mut self) -> UsageRequest<'a> {
        self.flags |= MPMETER_USAGE_DRY_RUN;
        self
    }

    /// Lets another thread stop the call.
    pub fn cancellation(mut self, cancellation: &'a Cancellation) -> UsageRequest<'a> {
        self.cancellation = Some(cancellation);
        self
    }

    /// Sends it. The answer is AWS's MeteringRecordId, which is not signed; `None` after a dry run.
    ///
    /// AWS keeps one quantity for each task or pod, dimension and hour, for good: after an error that leaves the
    /// outcome open, such as `Deadline`, call it again with the same quantity, timestamp and client token.
    ///
    /// # Errors
    ///
    /// [`Status::UsageDuplicate`](crate::Status::UsageDuplicate) (another quantity stands there), or any other.
    pub fn send(self) -> Result<Option<String>> {
        let product_code = c_text("the product code", self.product_code)?;
        let dimension = c_text("the dimension", self.dimension)?;
        let quantity = c_text("the quantity", &self.quantity.to_string())?;
        let client_token = self.client_token.map(|token| c_text("the client token", token)).transpose()?;
        let timestamp = self.timestamp.map_or(Ok(0), seconds)?;
        let usage = owned::Usage {
            product_code: &product_code,
            dimension: &dimension,
            quantity: &quantity,
            timestamp,
            client_token: client_token.as_deref(),
            flags: self.flags,
        };
        Ok(self.client.0.meter_usage(&usage, self.cancellation.map(Cancellation::handle))?)
    }
}

/// Seconds since 1970. 0 would stand for now.
fn seconds(time: SystemTime) -> Result<i64> {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).ok();
    let seconds = since.and_then(|since| i64::try_from(since.as_secs()).ok()).filter(|&seconds| seconds != 0);
    seconds.ok_or_else(|| Error::invalid("the timestamp is not after 1970.".to_owned()))
}
