//! What Rust can express and C cannot, or does not accept, ends in an `Error` of the right status; nothing is sent.

use std::time::Duration;

use mpmeter::{endpoint, Cancellation, Client, ClientBuilder, EndpointKind, LogLevel, ProductKind, Proof, Status};

const KEY: &str = include_str!("../../../../examples/rust/public-key.pem");
const NUL: &str = "a\0b";

fn builder() -> ClientBuilder {
    Client::builder().public_key(1, KEY)
}

#[test]
fn options_that_are_not_accepted() {
    let invalid = Status::InvalidArgument;
    let rows: Vec<(&str, ClientBuilder, Status, &str)> = vec![
        ("no key", Client::builder(), Status::PublicKey, "key"),
        ("not a key", Client::builder().public_key(1, "not a key"), Status::PublicKey, "PEM"),
        ("an empty key", Client::builder().public_key(1, ""), Status::PublicKey, ""),
        ("NUL in a key", Client::builder().public_key(1, NUL), invalid, "NUL"),
        ("version 0", Client::builder().public_key(0, KEY), invalid, "0"),
        ("a huge version", Client::builder().public_key(u32::MAX, KEY), invalid, "4294967295"),
        ("a version twice", builder().public_key(1, KEY), invalid, "twice"),
        ("too few bits", builder().minimum_key_bits(0), invalid, "1024"),
        ("too many bits", builder().minimum_key_bits(u32::MAX), invalid, "4294967295"),
        ("a code with NUL", builder().trust_product(NUL, ProductKind::Paid), invalid, "NUL"),
        ("a code with a space", builder().trust_product("a b", ProductKind::Free), invalid, "a b"),
        ("no time", builder().deadline(Duration::ZERO), invalid, "0ns"),
        ("more than a day", builder().deadline(Duration::from_millis(86_400_001)), invalid, "24 h"),
        ("the longest time", builder().deadline(Duration::MAX), invalid, "24 h"),
        ("unverified version 0", Client::builder().unverified(0), invalid, "0"),
        ("unverified version huge", Client::builder().unverified(u32::MAX), invalid, "4294967295"),
    ];
    for (name, builder, status, message) in rows {
        let error = builder.build().expect_err(name);
        assert_eq!(error.status(), status, "{name}: {error}");
        assert!(error.message().contains(message), "{name}: {error}");
        assert!(!error.fix().is_empty(), "{name}");
    }
}

#[test]
fn options_at_their_limits() {
    for builder in [
        builder().deadline(Duration::from_nanos(1)),
        builder().deadline(Duration::from_secs(86_400)),
        builder().minimum_key_bits(1024),
        Client::builder().public_key(i32::MAX as u32, KEY),
        Client::builder().unverified(1),
    ] {
        builder.build().expect("accepted");
    }
}

#[test]
fn arguments_that_are_not_accepted() {
    let client = builder().build().expect("a client");
    let long = "a".repeat(256);
    for code in ["", NUL, "a b", "é", long.as_str()] {
        assert_eq!(client.register_usage(code).expect_err(code).status(), Status::InvalidArgument);
    }
    for nonce in ["", NUL, "line\nend", long.as_str()] {
        let error = client.request("code").nonce(nonce).send().expect_err(nonce);
        assert_eq!((error.status(), error.attempts()), (Status::InvalidArgument, 0));
    }
    let big = "a".repeat(1 << 20);
    for proof in [Proof::new(NUL, "c", "n"), Proof::new("t", NUL, "n"), Proof::new("t", "c", NUL)] {
        assert_eq!(client.verify(&proof).expect_err("NUL").status(), Status::InvalidArgument);
    }
    for (token, status) in
        [("", Status::TokenMalformed), (&*big, Status::TokenMalformed), ("a.b.c", Status::TokenMalformed)]
    {
        let error = client.verify(&Proof::new(token, "c", "n")).expect_err(token);
        assert!([status, Status::InvalidArgument].contains(&error.status()), "{error}");
    }
    let error = client.verify(&Proof::new("a.b.c", "c", "n").public_key_version(2)).expect_err("no such key");
    assert_eq!(error.status(), Status::PublicKey);
    let error = client.verify(&Proof::new("a.b.c", "c", "n").public_key_version(u32::MAX)).expect_err("huge");
    assert_eq!(error.status(), Status::InvalidArgument);
}

#[test]
fn endpoints() {
    let fips = [EndpointKind::Fips, EndpointKind::Fips];
    assert!(endpoint("eu-west-3", &[]).expect("a URL").starts_with("https://"));
    assert!(endpoint("us-east-1", &fips).expect("a URL").contains("fips"));
    for region in ["", NUL, "no region", "../x"] {
        assert_eq!(endpoint(region, &[]).expect_err(region).status(), Status::InvalidArgument);
    }
}

#[test]
fn diagnoses_that_are_not_made() {
    let error = builder().diagnosis().product_code(NUL).run().expect_err("NUL");
    assert_eq!(error.status(), Status::InvalidArgument);
    let error = builder().diagnosis().send_registration().run().expect_err("no code");
    assert_eq!(error.status(), Status::InvalidArgument);
    let cancellation = Cancellation::new();
    cancellation.cancel();
    let error = builder().diagnosis().cancellation(&cancellation).run().expect_err("cancelled");
    assert_eq!(error.status(), Status::Cancelled);
}

#[test]
fn a_diagnosis_of_metering_looks_at_the_journal_and_the_dimensions() {
    let asked = builder().metering_diagnosis().dimension(NUL).run().expect_err("NUL");
    assert_eq!(asked.status(), Status::InvalidArgument);
    assert_eq!(
        builder().metering_diagnosis().journal("a\0b").run().expect_err("NUL").status(),
        Status::InvalidArgument
    );
    let made = builder();
    let asked = made.metering_diagnosis().journal("/missing/usage").dimension("requests").dimension("a-dash");
    let found = asked.run().expect("a diagnosis");
    for check in ["journal-place", "dimensions"] {
        let rest = found.json().split(&format!("\"{check}\"")).nth(1).expect(check);
        let own = rest.split('}').next().unwrap_or_default();
        assert!(own.contains("\"fail\""), "{}", found.json());
    }
}

#[test]
fn an_error_is_an_error() {
    fn check<T: std::error::Error + Send + Sync + 'static>(_: &T) {}
    let error = Client::builder().build().expect_err("no key");
    check(&error);
    assert_eq!(error.to_string(), format!("{} (MPMETER_E_PUBLIC_KEY)", error.message()));
    assert!(format!("{error:?}").contains("PublicKey"));
    assert_eq!(error.clone(), error);
}

#[test]
fn what_is_shown_for_debugging_holds_no_key() {
    let shown = format!("{:?} {:?}", builder().log(LogLevel::Info, |_, _| {}), builder().build().expect("a client"));
    assert!(!shown.contains("BEGIN"), "{shown}");
}

#[test]
fn what_may_cross_threads() {
    fn check<T: Send + Sync + 'static>() {}
    check::<Client>();
    check::<ClientBuilder>();
    check::<Cancellation>();
    check::<mpmeter::Registration>();
    check::<mpmeter::Error>();
    check::<mpmeter::Diagnosis>();
}
