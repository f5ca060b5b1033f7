//! A product that is billed by use: each line of standard input is one request. A thread sends what is due.

use std::io::{stdin, BufRead};
use std::process::ExitCode;

use mpmeter::{Client, Error};

const PRODUCT_CODE: &str = "4w1vgsrkqdkypbz43g7qkk4uz";

fn main() -> ExitCode {
    let journal = std::env::args().nth(1).unwrap_or_else(|| "usage".to_owned());
    match serve(&journal) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}", error.text());
            error.action().into() // 75: try again later. 1: stop.
        }
    }
}

fn serve(journal: &str) -> Result<(), Error> {
    let client = Client::builder().unverified(1).build()?; // Metering needs no public key.
    let meter = client.meter(PRODUCT_CODE, journal).open()?;
    meter.check(Some("requests"), None)?;
    let sending = meter.sending().on_error(|error| eprintln!("{}", error.text())).start()?;
    for _request in stdin().lock().lines().map_while(Result::ok) {
        meter.add("requests", 1)?; // Once the request is served: on the disk when it returns.
    }
    sending.stop() // Sends what is left.
}
