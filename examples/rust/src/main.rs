//! A paid product's start: it runs only if AWS Marketplace says so.

use std::process::ExitCode;

use mpmeter::{Client, Error, LogLevel, Registration};

const PRODUCT_CODE: &str = "4w1vgsrkqdkypbz43g7qkk4uz";
const PUBLIC_KEY: &str = include_str!("../public-key.pem");

fn main() -> ExitCode {
    match register() {
        Ok(registration) => {
            println!("registered in {}: the product begins here", registration.region().unwrap_or("?"));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("not registered: {}", error.text());
            error.action().into() // 75: try again later. 1: stop.
        }
    }
}

fn register() -> Result<Registration, Error> {
    let client = Client::builder()
        .public_key(1, PUBLIC_KEY)
        .log(LogLevel::Info, |level, line| eprintln!("mpmeter: {level}: {line}"))
        .build()?;
    client.register_usage(PRODUCT_CODE)
}
