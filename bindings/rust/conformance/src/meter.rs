//! The cases of metering.

use std::time::{Duration, UNIX_EPOCH};

use mpmeter::{Cancellation, Client, Meter, Quantity};
use serde_json::{json, Map, Value};

use crate::{list, object, Outcome};

/// Performs the steps. What `found` holds is printed after a failure too.
pub fn meter(
    client: &Client,
    code: &str,
    arguments: &Value,
    cancellation: &Cancellation,
    found: &mut Map<String, Value>,
) -> Outcome {
    found.insert("steps".to_owned(), 0.into());
    let mut builder = client.meter(code, plain(&arguments["journal"]));
    for flag in list(&arguments["flags"]) {
        builder = if flag == "whole_units" { builder.whole_units() } else { builder.hold_late() };
    }
    let meter = builder.open()?;
    for (index, step) in list(&arguments["steps"]).iter().enumerate() {
        take(&meter, step, cancellation, found)?;
        found.insert("steps".to_owned(), (index + 1).into());
    }
    Ok(found.clone())
}

fn take(
    meter: &Meter,
    step: &Value,
    cancellation: &Cancellation,
    found: &mut Map<String, Value>,
) -> Result<(), Box<dyn std::error::Error>> {
    let dimension = step["dimension"].as_str();
    match step["step"].as_str().unwrap_or_default() {
        "check" => meter.check(dimension, Some(cancellation))?,
        "add" => {
            let tags = object(step["tags"].clone());
            let tags = tags.iter().map(|(key, value)| (key, plain(value)));
            meter.add_tagged(dimension.unwrap_or_default(), quantity(step)?, tags)?;
        }
        "send" if step["final"] == true => meter.send_final(Some(cancellation))?,
        "send" => meter.send(Some(cancellation))?,
        "next_due" => drop(found.insert("due".to_owned(), meter.next_due()?.is_zero().into())),
        "report" => {
            let books: Value = serde_json::from_str(&meter.report()?)?;
            for part in ["pending", "held", "sent"] {
                let mut entries: Vec<String> = list(&books[part])
                    .iter()
                    .map(|entry| format!("{}={}", plain(&entry["dimension"]), plain(&entry["quantity"])))
                    .collect();
                entries.sort();
                found.insert(part.to_owned(), entries.into());
            }
        }
        step => return Err(format!("there is no step '{step}'").into()),
    }
    Ok(())
}

pub fn usage(client: &Client, code: &str, arguments: &Value, cancellation: &Cancellation) -> Outcome {
    let dimension = plain(&arguments["dimension"]);
    let mut request = client.usage(code, dimension, quantity(arguments)?).cancellation(cancellation);
    if let Some(seconds) = arguments["timestamp"].as_u64() {
        request = request.timestamp(UNIX_EPOCH + Duration::from_secs(seconds));
    }
    if let Some(token) = arguments["client_token"].as_str() {
        request = request.client_token(token);
    }
    if arguments["dry_run"] == true {
        request = request.dry_run();
    }
    Ok(object(json!({ "record_id": request.send()? })))
}

fn quantity(value: &Value) -> Result<Quantity, mpmeter::Error> {
    plain(&value["quantity"]).parse()
}

fn plain(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
