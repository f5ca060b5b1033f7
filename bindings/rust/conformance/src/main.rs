//! The conformance driver of the Rust binding: performs one case of the table and prints what came of it. See
//! bindings/conformance/README.md.

use std::error::Error as StdError;
use std::time::{Duration, UNIX_EPOCH};
use std::{env, fs, thread};

use mpmeter::{Action, Cancellation, Client, ClientBuilder, EndpointKind, Error, ProductKind, Proof, RegionPolicy};
use mpmeter::{Registration, Status};
use serde_json::{json, Map, Value};

mod meter;

type Outcome = Result<Map<String, Value>, Box<dyn StdError>>;

fn main() -> Result<(), Box<dyn StdError>> {
    let argument = env::args().nth(1).ok_or("usage: conformance CASE.json | --statuses")?;
    if argument == "--statuses" {
        println!("{}", statuses());
        return Ok(());
    }
    let case: Value = serde_json::from_str(&fs::read_to_string(argument)?)?;
    let mut seen = Map::new();
    let printed = match call(&case, &mut seen) {
        Ok(found) => {
            let mut all = outcome(Status::Ok, &Status::Ok.message(), "");
            all.extend(found);
            all
        }
        Err(error) => {
            let mut all = failure(error.downcast_ref::<Error>().ok_or_else(|| error.to_string())?);
            all.extend(seen);
            all
        }
    };
    println!("{}", Value::Object(printed));
    Ok(())
}

/// What `seen` holds is printed after a failure too.
fn call(case: &Value, seen: &mut Map<String, Value>) -> Outcome {
    let options = &case["options"];
    let arguments = &case["call"]["arguments"];
    let function = case["call"]["function"].as_str().unwrap_or_default();
    match function {
        "endpoint" => {
            let kinds: Vec<EndpointKind> = list(&arguments["kinds"])
                .iter()
                .map(|kind| if kind == "fips" { EndpointKind::Fips } else { EndpointKind::DualStack })
                .collect();
            return Ok(object(json!({"endpoint": mpmeter::endpoint(&text(&arguments["region"]), &kinds)?})));
        }
        "version" => {
            let version = mpmeter::version();
            return Ok(object(json!({ "version": version })));
        }
        _ => {}
    }
    let builder = configure(options)?;
    let cancellation = Cancellation::new();
    match options["cancel_after_ms"].as_u64() {
        Some(0) => cancellation.cancel(),
        Some(after) => {
            let cancellation = cancellation.clone();
            thread::spawn(move || {
                thread::sleep(Duration::from_millis(after));
                cancellation.cancel();
            });
        }
        None => {}
    }
    let code = text(&arguments["product_code"]);
    if function == "diagnose" {
        let mut request = builder.diagnosis().product_code(code).cancellation(&cancellation);
        if arguments["register"] == true {
            request = request.send_registration();
        }
        let diagnosis = request.run()?;
        let report: Value = serde_json::from_str(diagnosis.json())?;
        return Ok(object(json!({
            "verdict": diagnosis.status().name(),
            "first_failure": report["first_failure"],
            "checks": list(&report["checks"]).len(),
        })));
    }
    let client = builder.build()?;
    let nonce = arguments.get("nonce").map(text);
    match function {
        "register_usage" => register(&client, &code, nonce.as_deref(), &cancellation),
        "register_usage_twice" => {
            register(&client, &code, nonce.as_deref(), &cancellation)?;
            register(&client, &code, nonce.as_deref(), &cancellation)
        }
        "verify" => {
            let (token, nonce) = (text(&arguments["token"]), nonce.unwrap_or_default());
            let mut proof = Proof::new(&token, &code, &nonce);
            match number(&arguments["public_key_version"])? {
                0 => {}
                version => proof = proof.public_key_version(version),
            }
            Ok(registration(&client.verify(&proof)?))
        }
        "find_region" => {
            let region = client.find_region(Some(&cancellation))?;
            Ok(object(json!({
                "region": region.name(),
                "region_source": region.source(),
                "platform": region.platform(),
                "supported": region.is_supported(),
            })))
        }
        "meter" => meter::meter(&client, &code, arguments, &cancellation, seen),
        "meter_usage" => meter::usage(&client, &code, arguments, &cancellation),
        _ => Err(format!("there is no function '{function}'").into()),
    }
}

fn register(client: &Client, code: &str, nonce: Option<&str>, cancellation: &Cancellation) -> Outcome {
    let mut request = client.request(code).cancellation(cancellation);
    if let Some(nonce) = nonce {
        request = request.nonce(nonce);
    }
    Ok(registration(&request.send()?))
}

fn configure(options: &Value) -> Result<ClientBuilder, Box<dyn StdError>> {
    let mut builder = Client::builder();
    for key in list(&options["public_keys"]) {
        let pem = match key.get("file") {
            Some(file) => fs::read_to_string(text(file))?,
            None => text(&key["pem"]),
        };
        builder = builder.public_key(number(&key["version"])?, pem);
    }
    for (code, kind) in options["trusted_products"].as_object().into_iter().flatten() {
        let kind = if kind == "free" { ProductKind::Free } else { ProductKind::Paid };
        builder = builder.trust_product(code, kind);
    }
    if options["accept_free_products"] == true {
        builder = builder.accept_free_products(true);
    }
    if let Some(milliseconds) = options["deadline_ms"].as_u64() {
        builder = builder.deadline(Duration::from_millis(milliseconds));
    }
    if let Some(policy) = options["region_policy"].as_str() {
        builder = builder.region_policy(match policy {
            "attempt" => RegionPolicy::Attempt,
            "ask" => RegionPolicy::Ask,
            _ => RegionPolicy::Enforce,
        });
    }
    if !options["unverified_key_version"].is_null() {
        builder = builder.unverified(number(&options["unverified_key_version"])?);
    }
    // generated: plain options, by `make generate`
    if !options["minimum_key_bits"].is_null() {
        builder = builder.minimum_key_bits(number(&options["minimum_key_bits"])?);
    }
    if !options["app_id"].is_null() {
        builder = builder.app_id(text(&options["app_id"]));
    }
    // end of generated
    Ok(builder)
}

/// A text that begins with $ stands for an environment variable.
fn text(value: &Value) -> String {
    let plain = value.as_str().unwrap_or_default();
    match plain.strip_prefix('$') {
        Some(name) => env::var(name).unwrap_or_default(),
        None => plain.to_owned(),
    }
}

/// A number, or a text of one. What Rust's type cannot express is an argument that is not accepted.
fn number(value: &Value) -> Result<u32, Box<dyn StdError>> {
    let number = match value.as_i64() {
        Some(number) => number,
        None if value.is_null() => 0,
        None => text(value).parse()?,
    };
    Ok(u32::try_from(number).unwrap_or(0))
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

fn object(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

fn outcome(status: Status, message: &str, fix: &str) -> Map<String, Value> {
    object(json!({
        "status": status.name(),
        "code": status.code(),
        "action": status.action().name(),
        "message": message,
        "fix": fix,
        "error_type": error_type(status),
    }))
}

fn error_type(status: Status) -> Option<String> {
    (status.action() != Action::Proceed).then(|| format!("{status:?}"))
}

fn registration(found: &Registration) -> Map<String, Value> {
    let issued = found.issued_at().and_then(|at| at.duration_since(UNIX_EPOCH).ok()).map(|at| at.as_secs());
    object(json!({
        "product_code": found.product_code(),
        "product_kind": if found.product_kind() == ProductKind::Free { "free" } else { "paid" },
        "public_key_version": found.public_key_version(),
        "nonce": found.nonce(),
        "verified": found.is_verified(),
        "signature": found.signature(),
        "public_key_rotation": found.public_key_rotation(),
        "issued_at": issued,
        "region": found.region(),
        "region_source": found.region_source(),
        "credentials_source": found.credentials_source(),
        "platform": found.platform(),
        "request_id": found.request_id(),
        "attempts": found.attempts(),
        "elapsed_ms": found.elapsed().as_millis() as u64,
    }))
}

fn failure(error: &Error) -> Map<String, Value> {
    let mut all = outcome(error.status(), error.message(), error.fix());
    all.extend(object(json!({
        "text": error.text(),
        "region": error.region(),
        "region_source": error.region_source(),
        "credentials_source": error.credentials_source(),
        "platform": error.platform(),
        "request_id": error.request_id(),
        "aws_type": error.aws_type(),
        "http_status": error.http_status(),
        "attempts": error.attempts(),
        "elapsed_ms": error.elapsed().as_millis() as u64,
    })));
    all
}

/// From the enumeration, as the binding has it; nothing is asked of the library.
fn statuses() -> Value {
    let row = |&status: &Status| {
        json!({
            "status": status.name(),
            "code": status.code(),
            "action": status.action().name(),
            "error_type": error_type(status),
        })
    };
    Status::ALL.iter().map(row).collect()
}
