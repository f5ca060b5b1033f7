//! A product that is billed by use, as an async program: each line of standard input is one request, until SIGTERM.

use std::process::exit;

use mpmeter::{Action, Client, Error, Meter};
use tokio::io::{stdin, AsyncBufReadExt, BufReader};
use tokio::signal::unix::{signal, SignalKind};
use tokio::task::spawn_blocking;

const PRODUCT_CODE: &str = "4w1vgsrkqdkypbz43g7qkk4uz";

#[tokio::main]
async fn main() {
    let journal = std::env::args().nth(1).unwrap_or_else(|| "usage".to_owned());
    let action = match serve(journal).await {
        Ok(()) => Action::Proceed,
        Err(error) => {
            eprintln!("{}", error.text());
            error.action()
        }
    };
    exit(action.exit_status().into()) // A return would wait for what still reads standard input.
}

async fn serve(journal: String) -> Result<(), Error> {
    let mut terminate = signal(SignalKind::terminate()).expect("a signal handler");
    let meter = blocking(move || open(&journal)).await?;
    let sending = meter.sending().on_error(|error| eprintln!("{}", error.text())).start()?;
    let mut requests = BufReader::new(stdin()).lines();
    loop {
        tokio::select! {
            request = requests.next_line() => if !matches!(request, Ok(Some(_))) { break },
            _ = terminate.recv() => break,
        }
        let meter = meter.clone();
        blocking(move || meter.add("requests", 1)).await?; // Once the request is served.
    }
    blocking(move || sending.stop()).await // Sends what is left.
}

fn open(journal: &str) -> Result<Meter, Error> {
    let client = Client::builder().unverified(1).build()?; // Metering needs no public key.
    let meter = client.meter(PRODUCT_CODE, journal).open()?;
    meter.check(Some("requests"), None)?;
    Ok(meter)
}

/// Runs a call where blocking is allowed.
async fn blocking<T: Send + 'static>(call: impl FnOnce() -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
    spawn_blocking(call).await.expect("the call does not panic")
}
