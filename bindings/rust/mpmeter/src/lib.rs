//! Registers a paid container with AWS Marketplace, and verifies AWS's signed response.
//!
//! A product that is sold by the container calls [`Client::register_usage`] once when it starts, and runs only if that
//! succeeds:
//!
//! ```no_run
//! # const PUBLIC_KEY: &str = "";
//! # fn main() -> Result<(), mpmeter::Error> {
//! let client = mpmeter::Client::builder().public_key(1, PUBLIC_KEY).build()?;
//! client.register_usage("4w1vgsrkqdkypbz43g7qkk4uz")?;
//! # Ok(())
//! # }
//! ```
//!
//! The Region and the role of the ECS task or EKS pod are found at run time. Throttling and outages are retried for up
//! to 30 minutes, as AWS recommends. AWS's signed response is verified with the product's public key, so that a fake
//! server or a replayed response cannot start the product. See [RegisterUsage] at AWS.
//!
//! # Errors
//!
//! Every failure is an [`Error`]: [`Error::status`] says which, and [`Error::action`] what to do: exit and be restarted
//! ([`Action::Retry`]), or stop ([`Action::Terminate`]). An [`Action`] converts to the [`std::process::ExitCode`] for
//! it.
//!
//! # Waiting and cancelling
//!
//! Calls block. A [`Cancellation`] stops them from another thread within 100 ms. In an async program run them where
//! blocking is allowed (`tokio::task::spawn_blocking`), with a [`DropGuard`] in the future: a call whose future is
//! dropped then stops as well.
//!
//! # Metering
//!
//! A product that is billed by use opens a [`Meter`]: [`Meter::add`] puts what was used into a journal on the disk, and
//! [`Meter::sending`] starts a thread that bills it, hour by hour:
//!
//! ```no_run
//! # fn main() -> Result<(), mpmeter::Error> {
//! let client = mpmeter::Client::builder().unverified(1).build()?; // Metering needs no public key.
//! let meter = client.meter("4w1vgsrkqdkypbz43g7qkk4uz", "/var/lib/product/usage").open()?;
//! meter.check(Some("requests"), None)?;
//! let sending = meter.sending().start()?;
//! meter.add("requests", 1)?;
//! sending.stop() // Sends what is left.
//! # }
//! ```
//!
//! # Threads, processes and the environment
//!
//! A [`Client`] is `Send` and `Sync`, and a clone is the same client. [`ClientBuilder::build`] reads the process's
//! environment; no other thread may be changing it just then, not even by [`std::env::set_var`]. The library starts no
//! thread and installs no signal handler; this crate starts one for [`Meter::sending`] alone.
//!
//! # Linking
//!
//! The library is linked statically, from the crate `mpmeter-sys`: a container needs nothing beside the program. The
//! feature `dynamic` links libmpmeter.so.1 instead.
//!
//! [RegisterUsage]:
//! https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_RegisterUsage.html

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod action;
mod builder;
mod cancellation;
mod client;
mod diagnosis;
mod error;
mod log;
mod meter;
mod quantity;
mod region;
mod registration;
mod sending;
mod status;
mod usage;

pub use action::Action;
pub use builder::{ClientBuilder, ProductKind, RegionPolicy};
pub use cancellation::{Cancellation, DropGuard};
pub use client::{Client, Proof, RegisterRequest};
pub use diagnosis::{Diagnosis, DiagnosisRequest, MeteringDiagnosisRequest};
pub use error::{Error, Result};
pub use log::LogLevel;
pub use meter::{journal_report, Meter, MeterBuilder};
pub use quantity::Quantity;
pub use region::{endpoint, EndpointKind, Region};
pub use registration::Registration;
pub use sending::{Sending, SendingBuilder};
pub use status::Status;
pub use usage::UsageRequest;

/// The version of the library that is linked, as "major.minor.patch".
#[must_use]
pub fn version() -> String {
    mpmeter_sys::owned::version()
}
