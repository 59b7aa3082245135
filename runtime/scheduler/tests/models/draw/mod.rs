//! Drawing clusters, what happens in them, and pods. Everything shrinks to less: fields go, lists get shorter.

mod cases;
mod nodes;
mod others;
mod pods;
mod terms;

use proptest::{collection, option, sample, strategy::Strategy};
use serde_json::Value;

pub(crate) use cases::{Case, NODES, Step, case, large_case};

/// A drawn part of a manifest; null where it is not there.
type Part = proptest::strategy::BoxedStrategy<Value>;

/// One of some values, rather the first ones.
fn any_of<T: Into<Value> + Clone>(values: &[T]) -> Part {
    let values: Vec<Value> = values.iter().cloned().map(Into::into).collect();
    sample::select(values).boxed()
}

fn always(value: impl Into<Value>) -> Part {
    proptest::strategy::Just(value.into()).boxed()
}

/// A part that is there so often, of a hundred times.
fn maybe(percent: u8, part: Part) -> Part {
    if percent == 0 {
        return always(Value::Null);
    }
    option::weighted(f64::from(percent) / 100.0, part).prop_map(|part| part.unwrap_or_default()).boxed()
}

fn list_of(part: Part, most: usize) -> Part {
    collection::vec(part, 0..=most).prop_map(Value::from).boxed()
}

/// At least one.
fn some_of(part: Part, most: usize) -> Part {
    collection::vec(part, 1..=most).prop_map(Value::from).boxed()
}

fn object(fields: impl IntoIterator<Item = (&'static str, Part)>) -> Part {
    let (names, parts): (Vec<&'static str>, Vec<Part>) = fields.into_iter().unzip();
    let named = move |values: Vec<Value>| {
        let fields = names.iter().map(|name| (*name).to_owned()).zip(values);
        Value::Object(fields.filter(|(_, value)| !value.is_null()).collect())
    };
    parts.prop_map(named).boxed()
}
