//! Usage: what is added is billed once. The sandbox's ledger says what AWS would bill.

use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};
use std::{fs, path::PathBuf, thread};

use crate::container::Sandbox;
use mpmeter::{journal_report, Cancellation, Client, Meter, Quantity, Sending, Status};

/// A path where nothing is yet.
fn journal(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder.join("usage")
}

/// The books without blanks.
fn books(meter: &Meter) -> String {
    meter.report().expect("books").replace(' ', "")
}

fn metered(sandbox: &Sandbox, name: &str) -> Meter {
    let client = sandbox.client(|builder| builder);
    client.meter(sandbox.product(), journal(name)).open().expect("a meter") // It outlives the client.
}

#[test]
fn threads_add_and_the_last_send_bills_all() {
    let sandbox = Sandbox::start("--scenario eks-irsa");
    let meter = metered(&sandbox, "threads");
    meter.check(Some("requests"), None).expect("it may meter");
    let sending = meter.sending().on_error(|error| panic!("{error}")).start().expect("a thread");
    let mut adding = Vec::new();
    for _ in 0..8 {
        let meter = meter.clone();
        adding.push(thread::spawn(move || {
            let quantity: Quantity = "0.25".parse().expect("a decimal");
            meter.add("requests", quantity).expect("added");
            meter.add_tagged("storage", 1, [("team", "a"), ("stage", "test")]).expect("added");
        }));
    }
    for thread in adding {
        thread.join().expect("joined");
    }
    sending.stop().expect("all is sent");
    assert_eq!(sandbox.billed(), [("requests".to_owned(), "2".to_owned()), ("storage".to_owned(), "8".to_owned())]);
    let books = books(&meter);
    assert!(books.contains(r#""pending":[]"#) && books.contains(r#""record_id":""#), "{books}");
    let due = meter.next_due().expect("a time");
    assert!(!due.is_zero() && due <= Duration::from_secs(7200), "{due:?}");
}

#[test]
fn an_hour_that_is_over_is_sent_by_the_thread() {
    let sandbox = Sandbox::start("--scenario ecs-fargate");
    let meter = metered(&sandbox, "hour");
    meter.add("requests", 3).expect("added");
    meter.send(None).expect("nothing is due");
    assert_eq!(sandbox.billed(), []);
    // The journal belongs to another hour now: AWS says so, and the hour is over.
    sandbox.clock("+2h");
    meter.check(Some("requests"), None).expect("it may meter");
    let sending = meter.sending().start().expect("a thread");
    let begin = Instant::now();
    while sandbox.billed().is_empty() {
        assert!(begin.elapsed() < Duration::from_secs(120), "{}", books(&meter));
        thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(sandbox.billed(), [("requests".to_owned(), "3".to_owned())]);
    sending.stop().expect("nothing is left");
}

#[test]
fn a_handle_that_is_dropped_sends_what_is_left() {
    let sandbox = Sandbox::start("--scenario ecs-fargate");
    let meter = metered(&sandbox, "dropped");
    let sending = meter.sending().start().expect("a thread");
    meter.add("requests", 1).expect("added");
    drop(sending);
    assert_eq!(sandbox.billed(), [("requests".to_owned(), "1".to_owned())]);
}

#[test]
fn the_last_send_takes_its_grace_and_no_longer() {
    let sandbox = Sandbox::start("--scenario ecs-fargate --fault hang");
    let meter = metered(&sandbox, "grace");
    let sending = meter.sending().grace(Duration::from_millis(300)).start().expect("a thread");
    meter.add("requests", 1).expect("added");
    let begin = Instant::now();
    assert_eq!(sending.stop().expect_err("no answer").status(), Status::Cancelled);
    assert!(begin.elapsed() < Duration::from_secs(60), "it does not wait for the deadline");
    assert!(books(&meter).contains(r#""quantity":"1""#), "it waits in the journal");
}

#[test]
fn the_thread_tells_why_it_cannot_send_and_may_panic_then() {
    let sandbox = Sandbox::start("--scenario ecs-fargate");
    let path = journal("told");
    let meter = sandbox.client(|builder| builder).meter(sandbox.product(), &path).open().expect("a meter");
    fs::write(&path, "damaged").expect("written");
    let (tell, told) = channel();
    let report = move |error: mpmeter::Error| {
        tell.send(error.status()).expect("it is waited for");
        panic!("in the report");
    };
    let sending = meter.sending().on_error(report).start().expect("a thread");
    assert_eq!(told.recv_timeout(Duration::from_secs(120)), Ok(Status::JournalDamaged));
    assert_eq!(sending.stop().expect_err("damaged").status(), Status::JournalDamaged);
}

#[test]
fn the_thread_may_stop_itself_when_it_tells() {
    let sandbox = Sandbox::start("--scenario ecs-fargate");
    let path = journal("itself");
    let meter = sandbox.client(|builder| builder).meter(sandbox.product(), &path).open().expect("a meter");
    fs::write(&path, "damaged").expect("written");
    let (tell, told) = channel();
    let place = Arc::new(Mutex::new(None::<Sending>));
    let mine = Arc::clone(&place);
    let report = move |_: mpmeter::Error| loop {
        if let Some(sending) = mine.lock().expect("no panic").take() {
            return tell.send(sending.stop().is_ok()).expect("it is waited for");
        }
        thread::yield_now();
    };
    let sending = meter.sending().grace(Duration::from_millis(300)).on_error(report).start().expect("a thread");
    *place.lock().expect("no panic") = Some(sending);
    assert_eq!(told.recv_timeout(Duration::from_secs(120)), Ok(true));
}

#[test]
fn a_cancellation_ends_a_send() {
    let sandbox = Sandbox::start("--scenario ecs-fargate --fault hang");
    let meter = metered(&sandbox, "cancelled");
    meter.add("requests", 1).expect("added");
    let cancellation = Cancellation::new();
    let other = cancellation.clone();
    let call = thread::spawn(move || meter.send_final(Some(&other)));
    thread::sleep(Duration::from_millis(200));
    cancellation.cancel();
    assert_eq!(call.join().expect("joined").expect_err("cancelled").status(), Status::Cancelled);
}

#[test]
fn a_single_record_needs_no_journal() {
    let sandbox = Sandbox::start("--scenario eks-irsa");
    let client = sandbox.client(|builder| builder);
    let usage = |quantity: u32| client.usage(sandbox.product(), "requests", quantity).client_token("token");
    assert_eq!(usage(5).dry_run().send().expect("it may meter"), None);
    let hour = SystemTime::now();
    let id = usage(5).timestamp(hour).send().expect("recorded");
    assert_eq!(usage(5).timestamp(hour).send().expect("recorded"), id);
    assert_eq!(usage(6).timestamp(hour).send().expect_err("another").status(), Status::UsageDuplicate);
    let error = usage(5).timestamp(SystemTime::UNIX_EPOCH).send().expect_err("1970");
    assert_eq!(error.status(), Status::InvalidArgument);
    assert_eq!(sandbox.billed(), [("requests".to_owned(), "5".to_owned())]);
}

#[test]
fn a_damaged_journal_is_refused() {
    let sandbox = Sandbox::start("--scenario ecs-fargate");
    let path = journal("damaged");
    let client = sandbox.client(|builder| builder);
    let open = || client.meter(sandbox.product(), &path).whole_units().hold_late().open();
    assert_eq!(journal_report(&path).expect_err("none").status(), Status::Journal);
    open().expect("made").add("requests", Quantity::from_millionths(1).expect("small")).expect("added");
    assert!(journal_report(&path).expect("books").contains("0.000001"));
    fs::write(&path, "").expect("emptied");
    assert_eq!(open().expect_err("empty").status(), Status::JournalDamaged);
    assert_eq!(fs::metadata(&path).expect("it is there").len(), 0);
}

#[test]
fn what_c_cannot_hold_is_refused() {
    let sandbox = Sandbox::start("--scenario ecs-fargate");
    let meter = metered(&sandbox, "nul");
    let tags: Vec<(String, &str)> = (0..6).map(|key| (key.to_string(), "v")).collect();
    let invalid = Status::InvalidArgument;
    for error in [
        meter.add("a\0b", 1),
        meter.add("", 1),
        meter.add_tagged("a", 1, [("a\0b", "v")]),
        meter.add_tagged("a", 1, [("k", "v\0")]),
        meter.add_tagged("a", 1, tags),
        meter.check(Some("a\0b"), None),
        journal_report("a\0b").map(drop),
    ] {
        assert_eq!(error.expect_err("refused").status(), invalid);
    }
    let client = Client::builder().unverified(1).build().expect("a client");
    assert_eq!(client.meter("a\0b", "usage").open().expect_err("NUL").status(), invalid);
    assert_eq!(client.meter("code", "a\0b").open().expect_err("NUL").status(), invalid);
    assert!(books(&meter).contains(r#""pending":[]"#));
}
