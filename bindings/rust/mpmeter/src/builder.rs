//! How a client is to behave.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use mpmeter_sys::owned::{Log, Options};
use mpmeter_sys::raw::*;

use crate::error::{c_number, c_text};
use crate::{Client, DiagnosisRequest, Error, LogLevel, MeteringDiagnosisRequest, Result};

/// What a trusted product code stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProductKind {
    /// A buyer pays for it.
    Paid,
    /// A free product: never to stand in for a paid one.
    Free,
}

impl ProductKind {
    fn number(self) -> mpmeter_product_kind {
        match self {
            ProductKind::Paid => MPMETER_PRODUCT_PAID,
            ProductKind::Free => MPMETER_PRODUCT_FREE,
        }
    }

    pub(crate) fn of(number: mpmeter_product_kind) -> ProductKind {
        match number {
            MPMETER_PRODUCT_PAID => ProductKind::Paid,
            _ => ProductKind::Free,
        }
    }
}

/// What to do in a Region that AWS's documentation names as one where RegisterUsage is not offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RegionPolicy {
    /// Call; if AWS is not there, or says so, fail with [`Status::RegionUnsupported`](crate::Status::RegionUnsupported)
    /// at once. The default.
    Ask,
    /// Fail with [`Status::RegionUnsupported`](crate::Status::RegionUnsupported) before any call.
    Enforce,
    /// Call as in any other Region, and retry as long as there.
    Attempt,
}

/// How a [`Client`] is to behave. A public key is what every program needs; everything else has a default. Values are
/// judged by [`ClientBuilder::build`].
#[derive(Clone, Default)]
#[must_use = "it makes a client with build()"]
pub struct ClientBuilder {
    public_keys: Vec<(u32, String)>,
    // generated: fields of plain options, by `make generate`
    minimum_key_bits: Option<u32>,
    app_id: Option<String>,
    // end of generated
    trusted_products: Vec<(String, ProductKind)>,
    accept_free_products: bool,
    unverified: Option<u32>,
    deadline: Option<Duration>,
    region_policy: Option<RegionPolicy>,
    log: Option<(LogLevel, Arc<Box<Log>>)>,
}

impl ClientBuilder {
    /// The same as [`Client::builder`].
    pub fn new() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// Adds a public key that AWS Marketplace issued for the product. Add several to be ready for a rotation: the first
    /// is used first, and the next one after an InvalidPublicKeyVersionException.
    ///
    /// `version` is its PublicKeyVersion, 1 or more. `pem` is "BEGIN PUBLIC KEY" or "BEGIN RSA PUBLIC KEY"; also the
    /// base64 of such a PEM, or one in which line ends are written as `\n`, as environment variables and Helm values
    /// tend to hold it.
    pub fn public_key(mut self, version: u32, pem: impl Into<String>) -> ClientBuilder {
        self.public_keys.push((version, pem.into()));
        self
    }

    // generated: plain options, by `make generate`
    /// Accepts RSA keys with at least this many bits. The default is 2048; AWS's oldest sample key has 1024. It must be
    /// 1024 to 16384.
    pub fn minimum_key_bits(mut self, bits: u32) -> ClientBuilder {
        self.minimum_key_bits = Some(bits);
        self
    }
    /// Names the vendor's product, and its version if you like, at the end of the User-Agent of every request to AWS,
    /// as app/ID. CloudTrail shows it as userAgent, so that your support and AWS's can tell which product called.
    /// Metadata services and proxies do not see it. The default is none. It is the SDKs' setting sdk_ua_app_id, but
    /// only the vendor can set it: AWS_SDK_UA_APP_ID, which a buyer could set, is not read. It must be 1 to 50 letters,
    /// digits and ``!#$%&'*+,-.^_`|~``. For example "acme-scanner#2.4.1".
    pub fn app_id(mut self, app_id: impl Into<String>) -> ClientBuilder {
        self.app_id = Some(app_id.into());
        self
    }
    // end of generated

    /// Adds a product code to the trusted list. Without a list the code given to [`Client::register_usage`] is taken to
    /// be compiled into the program; with one, a code outside it is refused. [Use a list][AWS] whenever a buyer could
    /// change the code (Helm, CloudFormation, environment). Where none is added every code is accepted: check that a
    /// computed list is not empty.
    ///
    /// [AWS]: https://docs.aws.amazon.com/marketplace/latest/userguide/container-products-billing-integration.html
    pub fn trust_product(mut self, product_code: impl Into<String>, kind: ProductKind) -> ClientBuilder {
        self.trusted_products.push((product_code.into(), kind));
        self
    }

    /// Lets trusted codes of free products register too. By default only paid ones may.
    pub fn accept_free_products(mut self, accept: bool) -> ClientBuilder {
        self.accept_free_products = accept;
        self
    }

    /// Goes without the proof: the answer's signature is not checked, and any server in AWS's place could have given
    /// it. A redirected metering endpoint (`AWS_ENDPOINT_URL…`) is then ignored. `public_key_version`, 1 or more, is
    /// what AWS is asked for when no key was added.
    pub fn unverified(mut self, public_key_version: u32) -> ClientBuilder {
        self.unverified = Some(public_key_version);
        self
    }

    /// How long one [`Client::register_usage`] may take in all, retries included: 1 ms to a day. Parts of a millisecond
    /// are rounded up. The default is 30 minutes, as AWS recommends.
    pub fn deadline(mut self, deadline: Duration) -> ClientBuilder {
        self.deadline = Some(deadline);
        self
    }

    /// Chooses what to do in a Region that is known not to offer RegisterUsage.
    pub fn region_policy(mut self, policy: RegionPolicy) -> ClientBuilder {
        self.region_policy = Some(policy);
        self
    }

    /// Sets who receives the log: lines without secrets, from `level` on. It is called on the thread that made the
    /// call, never after that call has returned, and must not use the same client. What it panics with is dropped.
    pub fn log(mut self, level: LogLevel, log: impl Fn(LogLevel, &str) + Send + Sync + 'static) -> ClientBuilder {
        let log: Box<Log> = Box::new(move |level, message| log(LogLevel::of(level), message));
        self.log = Some((level, Arc::new(log)));
        self
    }

    /// Makes the client: reads the public keys and the environment. No file is opened, and nothing is sent.
    ///
    /// # Errors
    ///
    /// [`Status::PublicKey`](crate::Status::PublicKey) (a key cannot be used, or there is none and
    /// [`ClientBuilder::unverified`] was not called), `InvalidArgument`, `OutOfMemory`, `Internal`.
    pub fn build(&self) -> Result<Client> {
        Client::new(&self.options()?)
    }

    /// Looks why a registration fails, or would fail, in the place where the program runs: platform, Region,
    /// certificates, proxies, clock, endpoint, credentials, public keys, product codes. It changes nothing, and sends
    /// no registration unless it is told to. A public key that cannot be used is found, not refused.
    /// [`DiagnosisRequest::run`] does it.
    pub fn diagnosis(&self) -> DiagnosisRequest<'_> {
        DiagnosisRequest::new(self)
    }

    /// Looks why metering fails, or would fail, in the place where the program runs: Region, role, the journal's place
    /// and content, names of dimensions, usage held, other senders. It makes no journal and changes none, and needs no
    /// public key. [`MeteringDiagnosisRequest::run`] does it.
    pub fn metering_diagnosis(&self) -> MeteringDiagnosisRequest<'_> {
        MeteringDiagnosisRequest::new(self)
    }

    pub(crate) fn options(&self) -> Result<Options> {
        let mut options = Options::new()?;
        for (number, pem) in &self.public_keys {
            let version = c_number("the public key version", *number)?;
            options.add_public_key(version, &c_text("the public key", pem)?).map_err(|failure| {
                let wrong = format!("The public key version {number} is below 1, or was added twice.");
                Error::refused(failure, || wrong)
            })?;
        }
        // generated: values of plain options, by `make generate`
        if let Some(value) = self.minimum_key_bits {
            options.set_minimum_key_bits(c_number("minimum_key_bits", value)?).map_err(|failure| {
                let wrong = format!("minimum_key_bits is {value}; it must be 1024 to 16384.");
                Error::refused(failure, || wrong)
            })?;
        }
        if let Some(value) = &self.app_id {
            options.set_app_id(&c_text("app_id", value)?).map_err(|failure| {
                let wrong = format!("app_id is {value:?}; it must be 1 to 50 letters, digits and !#$%&'*+,-.^_`|~.");
                Error::refused(failure, || wrong)
            })?;
        }
        // end of generated
        for (code, kind) in &self.trusted_products {
            options.trust_product(&c_text("a trusted product code", code)?, kind.number()).map_err(|failure| {
                let wrong = format!("The trusted product code {code:?} is malformed, or was added twice.");
                Error::refused(failure, || wrong)
            })?;
        }
        options.accept_free_products(self.accept_free_products)?;
        if let Some(version) = self.unverified {
            options.set_unverified(c_number("the unverified key version", version)?).map_err(|failure| {
                Error::refused(failure, || format!("The unverified key version is {version}; it must be 1 or more."))
            })?;
        }
        if let Some(deadline) = self.deadline {
            options.set_deadline_ms(milliseconds(deadline)).map_err(|failure| {
                Error::refused(failure, || format!("The deadline is {deadline:?}; it must be 1 ms to 24 h."))
            })?;
        }
        if let Some(policy) = self.region_policy {
            options.set_region_policy(match policy {
                RegionPolicy::Ask => MPMETER_REGION_ASK,
                RegionPolicy::Enforce => MPMETER_REGION_ENFORCE,
                RegionPolicy::Attempt => MPMETER_REGION_ATTEMPT,
            })?;
        }
        if let Some((level, log)) = &self.log {
            options.set_log(Arc::clone(log), level.number())?;
        }
        Ok(options)
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ClientBuilder")
            .field("public_keys", &self.public_keys.iter().map(|(version, _)| version).collect::<Vec<_>>())
            // generated: debugging of plain options, by `make generate`
            .field("minimum_key_bits", &self.minimum_key_bits)
            .field("app_id", &self.app_id)
            // end of generated
            .field("trusted_products", &self.trusted_products)
            .field("accept_free_products", &self.accept_free_products)
            .field("unverified", &self.unverified)
            .field("deadline", &self.deadline)
            .field("region_policy", &self.region_policy)
            .field("log", &self.log.as_ref().map(|(level, _)| level))
            .finish()
    }
}

/// Rounded up, so that no positive time becomes none.
fn milliseconds(time: Duration) -> i64 {
    let whole = time.as_millis() + u128::from(time.subsec_nanos() % 1_000_000 != 0);
    i64::try_from(whole).unwrap_or(i64::MAX)
}
