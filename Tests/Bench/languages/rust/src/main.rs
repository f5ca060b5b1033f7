//! A start of Rust; with an argument, and a registration.

use mpmeter::Client;

fn main() {
    if std::env::args().len() > 1 {
        let path = std::env::var("BENCH_KEY").expect("BENCH_KEY");
        let key = std::fs::read_to_string(path).expect("the key");
        let client = Client::builder().public_key(1, key).build().expect("a client");
        client.request("bench-product").nonce("bench-1").send().expect("registered");
    }
}
