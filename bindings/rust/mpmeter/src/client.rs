//! What a program calls: a client, and what may be said of one call.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use mpmeter_sys::owned;

use crate::error::{c_number, c_text};
use crate::{Cancellation, ClientBuilder, MeterBuilder, Quantity, Region, Registration, Result, UsageRequest};

/// Everything that a program needs to register. Make one with [`Client::builder`] and keep it. A clone is the same
/// client; any number of threads may use it.
#[derive(Clone)]
pub struct Client(pub(crate) Arc<owned::Client>);

impl Client {
    /// What a client needs. [`ClientBuilder::build`] makes it.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    pub(crate) fn new(options: &owned::Options) -> Result<Client> {
        Ok(Client(Arc::new(owned::Client::new(options)?)))
    }

    /// Registers this container: finds Region and role, calls RegisterUsage with retries until
    /// [the deadline](ClientBuilder::deadline), verifies the signed response. Blocks for as long as that takes.
    ///
    /// Calls for one product at the same time are one request; once accepted, the registration is remembered, and later
    /// calls of this client return at once. The product code has 1 to 255 characters of AWS's pattern
    /// `[-a-zA-Z0-9/=:_.@]`. With a nonce of the caller's, or a cancellation: [`Client::request`].
    ///
    /// # Errors
    ///
    /// Any [`Status`](crate::Status). Stop on all but those whose [action](crate::Error::action) is to retry.
    pub fn register_usage(&self, product_code: &str) -> Result<Registration> {
        self.request(product_code).send()
    }

    /// One registration of which more is to be said. [`RegisterRequest::send`] does it.
    pub fn request<'a>(&'a self, product_code: &'a str) -> RegisterRequest<'a> {
        RegisterRequest { client: self, product_code, nonce: None, cancellation: None }
    }

    /// Verifies a token that RegisterUsage answered earlier, offline. Sends nothing and reads no file. Only the
    /// client's public keys count: the trusted products do not.
    ///
    /// # Errors
    ///
    /// [`Status::PublicKey`](crate::Status::PublicKey) (no key of that version), `TokenMalformed`, `TokenAlgorithm`,
    /// `TokenSignature`, `TokenClaims`, `InvalidArgument`, `OutOfMemory`, `Internal`.
    pub fn verify(&self, proof: &Proof<'_>) -> Result<Registration> {
        let token = c_text("the token", proof.token)?;
        let product_code = c_text("the product code", proof.product_code)?;
        let nonce = c_text("the nonce", proof.nonce)?;
        let version = c_number("the public key version", proof.public_key_version.unwrap_or(0))?;
        Ok(Registration(self.0.verify(&token, &product_code, version, &nonce)?))
    }

    /// The usage of a product in this task or pod. [`MeterBuilder::open`] opens the journal at that path, or makes it.
    pub fn meter<'a>(&'a self, product_code: &'a str, journal: impl Into<PathBuf>) -> MeterBuilder<'a> {
        MeterBuilder::new(self, product_code, journal.into())
    }

    /// One record of usage, for a program that keeps books of its own, and no journal. [`UsageRequest::send`] sends it.
    pub fn usage<'a>(
        &'a self,
        product_code: &'a str,
        dimension: &'a str,
        quantity: impl Into<Quantity>,
    ) -> UsageRequest<'a> {
        UsageRequest::new(self, product_code, dimension, quantity.into())
    }

    /// Finds the Region that the program runs in, without registering: AWS_REGION, AWS_DEFAULT_REGION, the ECS task's
    /// ARN, the issuer of the EKS web-identity token, EC2 instance metadata, in this order. Never a default. Takes
    /// seconds at most.
    ///
    /// # Errors
    ///
    /// `RegionNotFound`, `Deadline`, `Cancelled`, `InvalidArgument`, `OutOfMemory`, `Internal`.
    pub fn find_region(&self, cancellation: Option<&Cancellation>) -> Result<Region> {
        Ok(Region(self.0.find_region(cancellation.map(Cancellation::handle))?))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Client").finish_non_exhaustive()
    }
}

/// One registration: see [`Client::request`].
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before send()"]
pub struct RegisterRequest<'a> {
    client: &'a Client,
    product_code: &'a str,
    nonce: Option<&'a str>,
    cancellation: Option<&'a Cancellation>,
}

impl<'a> RegisterRequest<'a> {
    /// Sends this nonce instead of a fresh random one, which is what proves that the answer is fresh: 1 to 255 bytes
    /// without control characters, for a caller that wants to hand the proof to somebody else. A remembered
    /// registration serves only the same nonce.
    pub fn nonce(mut self, nonce: &'a str) -> RegisterRequest<'a> {
        self.nonce = Some(nonce);
        self
    }

    /// Lets another thread stop the call.
    pub fn cancellation(mut self, cancellation: &'a Cancellation) -> RegisterRequest<'a> {
        self.cancellation = Some(cancellation);
        self
    }

    /// Registers, as [`Client::register_usage`] does.
    ///
    /// # Errors
    ///
    /// Any [`Status`](crate::Status).
    pub fn send(self) -> Result<Registration> {
        let code = c_text("the product code", self.product_code)?;
        let nonce = self.nonce.map(|nonce| c_text("the nonce", nonce)).transpose()?;
        let cancellation = self.cancellation.map(Cancellation::handle);
        Ok(Registration(self.client.0.register_usage(&code, nonce.as_deref(), cancellation)?))
    }
}

/// What a token has to prove: see [`Client::verify`].
#[derive(Clone, Copy, Debug)]
pub struct Proof<'a> {
    token: &'a str,
    product_code: &'a str,
    nonce: &'a str,
    public_key_version: Option<u32>,
}

impl<'a> Proof<'a> {
    /// That `token` ([`Registration::signature`], at most 16384 bytes) was issued for this product and this nonce.
    #[must_use]
    pub fn new(token: &'a str, product_code: &'a str, nonce: &'a str) -> Proof<'a> {
        Proof { token, product_code, nonce, public_key_version: None }
    }

    /// That it was signed with this key version, too. Without it, any version whose key the client has will do.
    #[must_use]
    pub fn public_key_version(mut self, version: u32) -> Proof<'a> {
        self.public_key_version = Some(version);
        self
    }
}
