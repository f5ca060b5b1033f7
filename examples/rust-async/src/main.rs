//! A paid product's start in an async program: the call runs where blocking is allowed, and SIGTERM stops it.

use std::process::ExitCode;

use mpmeter::{Cancellation, Client, Error, Registration};
use tokio::signal::unix::{signal, SignalKind};
use tokio::task::spawn_blocking;

const PRODUCT_CODE: &str = "4w1vgsrkqdkypbz43g7qkk4uz";
const PUBLIC_KEY: &str = include_str!("../public-key.pem");

#[tokio::main]
async fn main() -> ExitCode {
    let mut terminate = signal(SignalKind::terminate()).expect("a signal handler");
    let outcome = match Client::builder().public_key(1, PUBLIC_KEY).build() {
        Ok(client) => tokio::select! {
            outcome = register(client) => outcome,
            // The future of register() is dropped here, and the call ends with it.
            _ = terminate.recv() => return ExitCode::from(143),
        },
        Err(error) => Err(error),
    };
    match outcome {
        Ok(registration) => {
            println!("registered in {}: the product begins here", registration.region().unwrap_or("?"));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("not registered: {}", error.text());
            error.action().into()
        }
    }
}

async fn register(client: Client) -> Result<Registration, Error> {
    let cancellation = Cancellation::new();
    let _stops_the_call_when_dropped = cancellation.drop_guard();
    let call = spawn_blocking(move || client.request(PRODUCT_CODE).cancellation(&cancellation).send());
    call.await.expect("the call does not panic")
}
