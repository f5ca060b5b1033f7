//! What a program is to do about a status.

use std::fmt;
use std::process::ExitCode;

use crate::Status;

/// What to do about a status. AWS asks a container to stop on every error but throttling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Go on.
    Proceed,
    /// A temporary failure lasted past the deadline: do not start the product; exit and be restarted, or call again.
    Retry,
    /// Stop. Calling again will not help until somebody changes something.
    Terminate,
}

impl Action {
    /// "proceed", "retry" or "terminate".
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Action::Proceed => "proceed",
            Action::Retry => "retry",
            Action::Terminate => "terminate",
        }
    }

    /// The exit status that the mpmeter command has for it: 0, 75 (`EX_TEMPFAIL` of sysexits.h) or 1.
    #[must_use]
    pub const fn exit_status(self) -> u8 {
        match self {
            Action::Proceed => 0,
            Action::Retry => 75,
            Action::Terminate => 1,
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

impl From<Action> for ExitCode {
    fn from(action: Action) -> ExitCode {
        ExitCode::from(action.exit_status())
    }
}

impl Status {
    /// One sentence: what it means.
    #[must_use]
    pub fn message(self) -> String {
        mpmeter_sys::owned::status_message(self.code())
    }

    /// One sentence: what usually fixes it; empty for [`Status::Ok`].
    #[must_use]
    pub fn fix(self) -> String {
        mpmeter_sys::owned::status_fix(self.code())
    }
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}
