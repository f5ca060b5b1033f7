//! How much a line of the log matters.

use std::fmt;

use mpmeter_sys::raw::{mpmeter_log_level, MPMETER_LOG_DEBUG, MPMETER_LOG_INFO, MPMETER_LOG_WARNING};

/// How much a log line matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LogLevel {
    /// Each source asked, each answer's status.
    Debug,
    /// What was resolved, each retry and why.
    Info,
    /// It works, but somebody should look.
    Warning,
}

impl LogLevel {
    pub(crate) fn number(self) -> mpmeter_log_level {
        match self {
            LogLevel::Debug => MPMETER_LOG_DEBUG,
            LogLevel::Info => MPMETER_LOG_INFO,
            LogLevel::Warning => MPMETER_LOG_WARNING,
        }
    }

    pub(crate) fn of(number: mpmeter_log_level) -> LogLevel {
        match number {
            MPMETER_LOG_DEBUG => LogLevel::Debug,
            MPMETER_LOG_INFO => LogLevel::Info,
            _ => LogLevel::Warning,
        }
    }
}

impl fmt::Display for LogLevel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            LogLevel::Debug => "debug",
            LogLevel::Info => "info",
            LogLevel::Warning => "warning",
        })
    }
}
