//! Everything that is tested with mpmeter-sandbox in AWS's place.

mod calls;
mod container;
mod examples;
mod metering;
