//! Why a call failed, as a Rust error.

use std::ffi::CString;
use std::fmt::{self, Write};
use std::time::Duration;

use mpmeter_sys::owned::{status_action, status_name, Failure};
use mpmeter_sys::raw::{MPMETER_ACTION_RETRY, MPMETER_E_INVALID_ARGUMENT};

use crate::{Action, Status};

/// What this crate's functions return.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a call failed. It holds no secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Error(Box<Failure>);

impl Error {
    /// Which failure it is. A number that this release does not know, from a newer shared library, is
    /// [`Status::Internal`]; [`Error::code`] has the number.
    #[must_use]
    pub fn status(&self) -> Status {
        Status::from_code(self.0.status).unwrap_or(Status::Internal)
    }

    /// The status's number.
    #[must_use]
    pub fn code(&self) -> i32 {
        self.0.status
    }

    /// What to do: [`Action::Retry`] or [`Action::Terminate`].
    #[must_use]
    pub fn action(&self) -> Action {
        if status_action(self.0.status) == MPMETER_ACTION_RETRY {
            Action::Retry
        } else {
            Action::Terminate
        }
    }

    /// What happened and where it was seen, for a log.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What to do about it, for the engineer on duty.
    #[must_use]
    pub fn fix(&self) -> &str {
        &self.0.fix
    }

    /// The HTTP status of the answer that caused it.
    #[must_use]
    pub fn http_status(&self) -> Option<u16> {
        u16::try_from(self.0.http_status).ok().filter(|&status| status != 0)
    }

    /// The error type that AWS answered, such as "CustomerNotEntitledException".
    #[must_use]
    pub fn aws_type(&self) -> Option<&str> {
        self.0.aws_type.as_deref()
    }

    /// AWS's request id, for a support case.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// The Region that was used.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.0.region.as_deref()
    }

    /// Where the Region was found: see [`Region::source`](crate::Region::source).
    #[must_use]
    pub fn region_source(&self) -> Option<&str> {
        self.0.region_source.as_deref()
    }

    /// Where the credentials came from: see
    /// [`Registration::credentials_source`](crate::Registration::credentials_source).
    #[must_use]
    pub fn credentials_source(&self) -> Option<&str> {
        self.0.credentials_source.as_deref()
    }

    /// "ecs", "fargate", "eks", "ec2" or "none"; `None` for a call that does not look.
    #[must_use]
    pub fn platform(&self) -> Option<&str> {
        self.0.platform.as_deref()
    }

    /// How many RegisterUsage requests were tried.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        u32::try_from(self.0.attempts).unwrap_or(0)
    }

    /// The time from the call to its failure, in milliseconds.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.elapsed_ms).unwrap_or(0))
    }

    /// Everything that is known as one line for a log, as `mpmeter_error_text()` writes it:
    /// `MPMETER_E_… (terminate): what happened. Fix: what to do. [region=eu-west-3 … attempts=1 elapsed_ms=12]`.
    #[must_use]
    pub fn text(&self) -> String {
        let mut line = format!("{} ({}): {}", status_name(self.code()), self.action(), sentence(self.message()));
        if !self.fix().is_empty() {
            let _ = write!(line, " Fix: {}", sentence(self.fix()));
        }
        line += " [";
        let known = [
            ("region", self.region()),
            ("region_source", self.region_source()),
            ("credentials_source", self.credentials_source()),
            ("platform", self.platform()),
            ("request_id", self.request_id()),
            ("aws_type", self.aws_type()),
        ];
        for (key, value) in known {
            if let Some(value) = value {
                let _ = write!(line, "{key}={} ", quoted(value));
            }
        }
        if let Some(status) = self.http_status() {
            let _ = write!(line, "http_status={status} ");
        }
        let _ = write!(line, "attempts={} elapsed_ms={}]", self.attempts(), self.elapsed().as_millis());
        line.chars().map(on_one_line).collect()
    }

    pub(crate) fn invalid(message: String) -> Error {
        Error::from(Failure { message, ..Failure::of(MPMETER_E_INVALID_ARGUMENT) })
    }

    /// Names the option that was not accepted, if that is what happened.
    pub(crate) fn refused(failure: Failure, message: impl FnOnce() -> String) -> Error {
        match failure.status {
            MPMETER_E_INVALID_ARGUMENT => Error::from(Failure { message: message(), ..failure }),
            _ => Error::from(failure),
        }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Error {
        Error(Box::new(failure))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({})", self.message(), status_name(self.code()))
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Error")
            .field("status", &self.status())
            .field("action", &self.action())
            .field("message", &self.message())
            .field("fix", &self.fix())
            .field("http_status", &self.http_status())
            .field("aws_type", &self.aws_type())
            .field("request_id", &self.request_id())
            .field("region", &self.region())
            .field("region_source", &self.region_source())
            .field("credentials_source", &self.credentials_source())
            .field("platform", &self.platform())
            .field("attempts", &self.attempts())
            .field("elapsed", &self.elapsed())
            .finish()
    }
}

impl std::error::Error for Error {}

fn sentence(text: &str) -> String {
    if text.ends_with(['.', '!', '?', '…']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}

/// In quotes, if a reader could not tell the value from the rest of the line.
fn quoted(value: &str) -> String {
    if value.contains(|c: char| c <= ' ' || matches!(c, '"' | ']' | '=')) {
        format!("\"{value}\"")
    } else {
        value.to_owned()
    }
}

/// What would move a terminal's cursor becomes a space: the message may quote a server.
fn on_one_line(c: char) -> char {
    match c {
        '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' => ' ',
        '\u{2066}'..='\u{2069}' => ' ',
        _ => c,
    }
}

/// The text for C, which would take a NUL for its end.
pub(crate) fn c_text(name: &str, text: &str) -> Result<CString> {
    CString::new(text).map_err(|_| Error::invalid(format!("{name} has a NUL character in it.")))
}

pub(crate) fn c_number(name: &str, value: u32) -> Result<i32> {
    i32::try_from(value).map_err(|_| Error::invalid(format!("{name} is {value}; the largest is {}.", i32::MAX)))
}
