//! Numbers in the text forms of Go, which messages show.

use kubeforge_machinery::patch::go_format::GoFormat;
use serde_json::Value;

/// A float as `%v` prints it.
pub(crate) fn go_float(value: f64) -> String {
    GoFormat(&Value::from(value)).to_string()
}

/// Whether a number is whole: an integer in JSON, whatever it is written as.
pub(crate) fn is_whole(value: f64) -> bool {
    const MAX: f64 = 9_007_199_254_740_991.0;
    value.is_finite() && value.abs() <= MAX && (value - value.trunc()).abs() < 1e-9
}

/// An integer as Go decodes JSON: anything without a fraction or an exponent that fits.
pub(crate) fn as_integer(value: &Value) -> Option<i64> {
    value.as_i64()
}

/// Whether two values are equal, numbers by their value.
pub(crate) fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(x), Value::Number(y)) => x == y || x.as_f64() == y.as_f64(),
        (Value::Array(x), Value::Array(y)) => x.len() == y.len() && x.iter().zip(y).all(|(x, y)| equal(x, y)),
        (Value::Object(x), Value::Object(y)) => {
            x.len() == y.len() && x.iter().all(|(name, x)| y.get(name).is_some_and(|y| equal(x, y)))
        }
        _ => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_look_as_in_go() {
        for (value, text) in [(10.0, "10"), (0.5, "0.5"), (1e21, "1e+21"), (0.00001, "1e-05"), (-3.25, "-3.25")] {
            assert_eq!(go_float(value), text);
        }
        assert!(is_whole(3.0) && !is_whole(3.5));
    }
}
