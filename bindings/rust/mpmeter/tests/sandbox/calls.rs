//! Calls as a program makes them, with the sandbox in AWS's place. What each answer holds is the conformance table's to
//! check.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::container::Sandbox;
use mpmeter::{Action, Cancellation, Client, LogLevel, Proof, Status};

#[test]
fn registers_and_verifies_again() {
    let sandbox = Sandbox::start("--scenario ecs-ec2");
    let client = sandbox.client(|builder| builder);
    let registration = client.register_usage(sandbox.product()).expect("registered");
    assert!(registration.is_verified());
    assert_eq!(registration.region(), Some("eu-west-3"));
    assert!(registration.issued_at().is_some());
    let proof = Proof::new(registration.signature(), sandbox.product(), registration.nonce());
    let again = client.verify(&proof.public_key_version(1)).expect("genuine");
    assert_eq!((again.region(), again.attempts(), again.nonce()), (None, 0, registration.nonce()));
    let error = client.verify(&Proof::new(registration.signature(), sandbox.product(), "other")).expect_err("nonce");
    assert_eq!(error.status(), Status::TokenClaims);
    assert_eq!(client.find_region(None).expect("a Region").source(), "ecs-task-metadata");
}

#[test]
fn an_error_says_what_aws_said() {
    let sandbox = Sandbox::start("--scenario eks-irsa --fault not-entitled");
    let error = sandbox.client(|builder| builder).register_usage(sandbox.product()).expect_err("not entitled");
    assert_eq!((error.status(), error.action()), (Status::CustomerNotEntitled, Action::Terminate));
    assert_eq!((error.http_status(), error.aws_type()), (Some(400), Some("CustomerNotEntitledException")));
    assert_eq!((error.region_source(), error.credentials_source()), (Some("AWS_REGION"), Some("eks-irsa")));
    assert_eq!((error.platform(), error.attempts()), (Some("eks"), 1));
    assert!(error.request_id().is_some());
}

#[test]
fn a_deadline_ends_a_call() {
    let sandbox = Sandbox::start("--scenario ecs-fargate --fault hang");
    let client = sandbox.client(|builder| builder.deadline(Duration::from_millis(300)));
    let error = client.register_usage(sandbox.product()).expect_err("no answer");
    assert_eq!((error.status(), error.action()), (Status::Deadline, Action::Retry));
}

#[test]
fn a_cancellation_ends_a_call_from_another_thread() {
    let sandbox = Sandbox::start("--scenario ecs-fargate --fault hang");
    let client = sandbox.client(|builder| builder);
    let cancellation = Cancellation::new();
    let other = cancellation.clone();
    let canceller = thread::spawn(move || {
        thread::sleep(Duration::from_millis(200));
        other.cancel();
    });
    let begin = Instant::now();
    let error = client.request(sandbox.product()).cancellation(&cancellation).send().expect_err("cancelled");
    assert_eq!(error.status(), Status::Cancelled);
    assert!(begin.elapsed() < Duration::from_secs(20), "it does not wait for the deadline");
    canceller.join().expect("joined");
    assert!(cancellation.is_cancelled());
    // There is no way back.
    let error = client.find_region(Some(&cancellation)).expect_err("cancelled");
    assert_eq!(error.status(), Status::Cancelled);
}

#[test]
fn a_guard_that_is_dropped_ends_a_call() {
    let sandbox = Sandbox::start("--scenario ecs-fargate --fault hang");
    let client = sandbox.client(|builder| builder);
    let cancellation = Cancellation::new();
    let (product, inside) = (sandbox.product().to_owned(), cancellation.clone());
    let guard = cancellation.drop_guard();
    let call = thread::spawn(move || client.request(&product).cancellation(&inside).send());
    thread::sleep(Duration::from_millis(100));
    drop(guard);
    let error = call.join().expect("joined").expect_err("cancelled");
    assert_eq!(error.status(), Status::Cancelled);
    let disarmed = Cancellation::new();
    disarmed.drop_guard().disarm();
    assert!(!disarmed.is_cancelled());
}

#[test]
fn threads_share_one_request() {
    let sandbox = Sandbox::start("--scenario ecs-fargate");
    let client = sandbox.client(|builder| builder);
    let mut calls = Vec::new();
    for _ in 0..8 {
        let (client, product) = (client.clone(), sandbox.product().to_owned());
        calls.push(thread::spawn(move || client.register_usage(&product).expect("registered").nonce().to_owned()));
    }
    let nonces: Vec<String> = calls.into_iter().map(|call| call.join().expect("joined")).collect();
    assert!(nonces.windows(2).all(|pair| pair[0] == pair[1]), "{nonces:?}");
}

#[test]
fn the_log_arrives_on_the_callers_thread() {
    let sandbox = Sandbox::start("--scenario ecs-fargate --fault throttle:1");
    let lines = Arc::new(Mutex::new(Vec::new()));
    let here = thread::current().id();
    let client = sandbox.client(|builder| {
        let lines = Arc::clone(&lines);
        builder.log(LogLevel::Info, move |level, message| {
            assert_eq!(thread::current().id(), here);
            lines.lock().expect("lines").push((level, message.to_owned()));
        })
    });
    client.register_usage(sandbox.product()).expect("registered");
    let lines = lines.lock().expect("lines");
    assert!(lines.iter().any(|(_, line)| line.contains("attempt 2")), "{lines:?}");
    assert!(lines.iter().all(|(level, line)| *level >= LogLevel::Info && !line.contains('\n')), "{lines:?}");
}

#[test]
fn a_log_that_panics_changes_nothing() {
    let sandbox = Sandbox::start("--scenario ecs-ec2");
    let count = Arc::new(AtomicUsize::new(0));
    let client = sandbox.client(|builder| {
        let count = Arc::clone(&count);
        builder.log(LogLevel::Debug, move |_, _| {
            count.fetch_add(1, Ordering::Relaxed);
            std::panic::panic_any(PanicsWhenDropped);
        })
    });
    client.register_usage(sandbox.product()).expect("registered");
    assert!(count.load(Ordering::Relaxed) >= 3);
}

struct PanicsWhenDropped;

impl Drop for PanicsWhenDropped {
    fn drop(&mut self) {
        panic!("while it is dropped");
    }
}

#[test]
fn a_client_gives_up_its_log() {
    let (log, sandbox) = (Arc::new(()), Sandbox::start("--scenario ecs-fargate"));
    let inside = Arc::clone(&log);
    let client = sandbox.client(|builder| {
        builder.log(LogLevel::Debug, move |_, _| {
            let _ = &inside;
        })
    });
    let clone = client.clone();
    drop(client);
    assert_eq!(Arc::strong_count(&log), 2);
    drop(clone);
    assert_eq!(Arc::strong_count(&log), 1);
}

#[test]
fn a_diagnosis_finds_what_is_wrong() {
    let sandbox = Sandbox::start("--scenario ecs-fargate");
    let _guard = sandbox.enter();
    let code = sandbox.product();
    let diagnosis = Client::builder().public_key(1, sandbox.key()).diagnosis().product_code(code).run().expect("made");
    assert_eq!(diagnosis.status(), Status::Ok, "{}", diagnosis.json());
    let diagnosis = Client::builder().public_key(1, "no key").diagnosis().product_code(code).run().expect("made");
    assert_eq!(diagnosis.status(), Status::PublicKey, "{}", diagnosis.json());
}

#[test]
fn ten_thousand_calls_do_not_grow() {
    let sandbox = Sandbox::start("--scenario ecs-fargate");
    let client = sandbox.client(|builder| builder.log(LogLevel::Debug, |_, _| {}));
    let registered = client.register_usage(sandbox.product()).expect("registered");
    let round = |count: usize| {
        for _ in 0..count {
            client.request(sandbox.product()).cancellation(&Cancellation::new()).send().expect("remembered");
            let proof = Proof::new(registered.signature(), sandbox.product(), "other");
            client.verify(&proof).expect_err("another nonce");
            Client::builder().public_key(1, "no key").build().expect_err("no key");
        }
    };
    round(1_000);
    let before = resident_pages();
    round(10_000);
    let grown = resident_pages().saturating_sub(before) * 4;
    assert!(grown < 2_048, "{grown} KiB more");
}

fn resident_pages() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").expect("Linux");
    statm.split(' ').nth(1).and_then(|pages| pages.parse().ok()).expect("a number")
}
