//! What generated tests hold conversions to.

use std::panic::panic_any;

use super::{Arbitrary, Source};
use crate::{ConversionError, Object, codec::Json};

/// How many objects of each kind are converted; `KUBEFORGE_CASES` says another number.
const CASES: u64 = 64;

type ToHub<S, H> = fn(S) -> Result<H, ConversionError>;
type FromHub<S, H> = fn(H) -> Result<S, ConversionError>;

/// Converts arbitrary, defaulted objects of a spoke to the hub and back: each must come back as it was.
///
/// # Panics
/// With the seed of the first that does not, and how it differs.
pub fn comes_back<S, H>(to_hub: ToHub<S, H>, from_hub: FromHub<S, H>)
where
    S: Arbitrary + Object + Clone + PartialEq + Json,
{
    each(|object: S| same(&object, &there_and_back(object.clone(), to_hub, from_hub)?));
}

/// As [`comes_back`], for a conversion that loses something: what came back once must come back as it is the second
/// time. Objects that the conversion refuses are passed over.
///
/// # Panics
/// With the seed of the first that does not, and how it differs.
pub fn comes_back_the_second_time<S, H>(to_hub: ToHub<S, H>, from_hub: FromHub<S, H>)
where
    S: Arbitrary + Object + Clone + PartialEq + Json,
{
    each(|object: S| match there_and_back(object, to_hub, from_hub) {
        Ok(once) => same(&once, &there_and_back(once.clone(), to_hub, from_hub)?),
        Err(_refused) => Ok(()),
    });
}

fn there_and_back<S, H>(object: S, to_hub: ToHub<S, H>, from_hub: FromHub<S, H>) -> Result<S, String> {
    let hub = to_hub(object).map_err(|err| format!("to the hub: {err}"))?;
    from_hub(hub).map_err(|err| format!("from the hub: {err}"))
}

fn each<S: Arbitrary + Object>(check: impl Fn(S) -> Result<(), String>) {
    let cases = std::env::var("KUBEFORGE_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(CASES);
    for seed in 0..cases {
        let mut object: S = Source::from_seed(seed).any();
        object.set_defaults();
        if let Err(difference) = check(object) {
            panic_any(format!("seed {seed}: {difference}"));
        }
    }
}

/// Compares by JSON too, which tells more apart than comparison does, and shows what differs.
fn same<S: PartialEq + Json>(before: &S, after: &S) -> Result<(), String> {
    let [before_json, after_json] =
        [before, after].map(|object| String::from_utf8_lossy(&crate::codec::to_json_vec(object)).into_owned());
    if before == after && before_json == after_json {
        return Ok(());
    }
    Err(format!("it came back another\n  before {before_json}\n  after  {after_json}"))
}
