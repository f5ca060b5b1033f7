//! What a registration holds.

use std::time::{Duration, SystemTime};

use mpmeter_sys::owned;

use crate::ProductKind;

/// A registration that AWS accepted, and whose proof held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration(pub(crate) owned::Registration);

impl Registration {
    /// The ProductCode that was registered.
    #[must_use]
    pub fn product_code(&self) -> &str {
        &self.0.product_code
    }

    /// [`ProductKind::Free`] if the code was trusted as free, else [`ProductKind::Paid`].
    #[must_use]
    pub fn product_kind(&self) -> ProductKind {
        ProductKind::of(self.0.product_kind)
    }

    /// The PublicKeyVersion that AWS signed with.
    #[must_use]
    pub fn public_key_version(&self) -> u32 {
        u32::try_from(self.0.public_key_version).unwrap_or(0)
    }

    /// The nonce that was sent, and found in the proof.
    #[must_use]
    pub fn nonce(&self) -> &str {
        &self.0.nonce
    }

    /// Whether the signature was verified: always, but with
    /// [`ClientBuilder::unverified`](crate::ClientBuilder::unverified).
    #[must_use]
    pub fn is_verified(&self) -> bool {
        self.0.verified
    }

    /// The signed response, a JWT in compact form; store it to verify it again.
    #[must_use]
    pub fn signature(&self) -> &str {
        &self.0.signature
    }

    /// AWS's PublicKeyRotationTimestamp as it was sent: this key version has expired, and a newer one is to be shipped.
    #[must_use]
    pub fn public_key_rotation(&self) -> Option<&str> {
        self.0.public_key_rotation.as_deref()
    }

    /// When AWS says that it issued the proof; `None` if it does not say.
    #[must_use]
    pub fn issued_at(&self) -> Option<SystemTime> {
        let seconds = u64::try_from(self.0.issued_at).ok().filter(|&seconds| seconds != 0)?;
        SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
    }

    /// The Region that was registered in. This and the following are `None` or zero for
    /// [`Client::verify`](crate::Client::verify).
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.0.region.as_deref()
    }

    /// Where the Region was found: see [`Region::source`](crate::Region::source).
    #[must_use]
    pub fn region_source(&self) -> Option<&str> {
        self.0.region_source.as_deref()
    }

    /// "eks-irsa", "ecs-task-role", "eks-pod-identity", "environment", "shared-credentials-file" or
    /// "ec2-instance-role".
    #[must_use]
    pub fn credentials_source(&self) -> Option<&str> {
        self.0.credentials_source.as_deref()
    }

    /// "ecs", "fargate", "eks", "ec2" or "none".
    #[must_use]
    pub fn platform(&self) -> Option<&str> {
        self.0.platform.as_deref()
    }

    /// AWS's request id of the answer.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// How many RegisterUsage requests were tried, the accepted one included.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        u32::try_from(self.0.attempts).unwrap_or(0)
    }

    /// The time from the call to the answer, in milliseconds.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.elapsed_ms).unwrap_or(0))
    }
}
