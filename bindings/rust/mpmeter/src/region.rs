//! The Region that a program runs in, and the URL at which RegisterUsage is served in one.

use mpmeter_sys::owned;
use mpmeter_sys::raw::{MPMETER_ENDPOINT_DUALSTACK, MPMETER_ENDPOINT_FIPS};

use crate::error::c_text;
use crate::{Error, Result};

/// A Region that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region(pub(crate) owned::Region);

impl Region {
    /// Its name, such as "eu-west-3".
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Where it was found: "AWS_REGION", "AWS_DEFAULT_REGION", "ecs-task-metadata", "eks-web-identity-token" or
    /// "ec2-instance-metadata".
    #[must_use]
    pub fn source(&self) -> &str {
        &self.0.source
    }

    /// "ecs", "fargate", "eks", "ec2" or "none".
    #[must_use]
    pub fn platform(&self) -> &str {
        &self.0.platform
    }

    /// False if AWS's documentation names it as one where RegisterUsage is not offered.
    #[must_use]
    pub fn is_supported(&self) -> bool {
        self.0.supported
    }
}

/// A kind of endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EndpointKind {
    /// One whose cryptography is validated under FIPS 140.
    Fips,
    /// One that is reached over IPv4 and IPv6.
    DualStack,
}

/// The URL at which RegisterUsage is served in a Region, by AWS's endpoint rules for the service. It says where to
/// look, not that AWS has put a server there.
///
/// # Errors
///
/// [`Status::InvalidArgument`](crate::Status::InvalidArgument): not the name of a Region, or a kind that its partition
/// does not have.
pub fn endpoint(region: &str, kinds: &[EndpointKind]) -> Result<String> {
    let bits = kinds.iter().fold(0, |bits, kind| {
        bits | match kind {
            EndpointKind::Fips => MPMETER_ENDPOINT_FIPS,
            EndpointKind::DualStack => MPMETER_ENDPOINT_DUALSTACK,
        }
    });
    owned::endpoint(&c_text("the Region", region)?, bits).map_err(|failure| {
        Error::refused(failure, || format!("{region:?} is not a Region, or has no endpoint of this kind."))
    })
}
