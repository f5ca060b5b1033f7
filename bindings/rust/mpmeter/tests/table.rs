//! The table of statuses in Rust is the library's own, and the versions of the crates are the library's.

use std::collections::HashSet;
use std::process::ExitCode;

use mpmeter::{Action, Status};
use mpmeter_sys::owned;

#[test]
fn statuses_are_the_librarys() {
    let library = owned::statuses();
    assert_eq!(Status::ALL.iter().map(|status| status.code()).collect::<Vec<_>>(), library);
    for status in Status::ALL {
        assert_eq!(status.name(), owned::status_name(status.code()));
        assert_eq!(status.message(), owned::status_message(status.code()));
        assert_eq!(status.fix().is_empty(), *status == Status::Ok);
        assert_eq!(status.action() as i32, owned::status_action(status.code()));
        assert_eq!(Status::from_code(status.code()), Some(*status));
        assert_eq!(format!("{status:>40}").len(), 40);
    }
    assert_eq!(Status::ALL.iter().map(|status| status.name()).collect::<HashSet<_>>().len(), library.len());
}

#[test]
fn a_number_that_is_none_is_none() {
    for code in [-1, 4, 62, i32::MIN, i32::MAX] {
        assert_eq!(Status::from_code(code), None);
    }
}

#[test]
fn actions_have_the_commands_exit_statuses() {
    let rows = [(Action::Proceed, "proceed", 0), (Action::Retry, "retry", 75), (Action::Terminate, "terminate", 1)];
    for (action, name, exit) in rows {
        assert_eq!((action.name(), action.to_string().as_str(), action.exit_status()), (name, name, exit));
        assert_eq!(format!("{:?}", ExitCode::from(action)), format!("{:?}", ExitCode::from(exit)));
    }
}

#[test]
fn versions_are_the_librarys() {
    assert_eq!(mpmeter::version(), env!("CARGO_PKG_VERSION"));
}
