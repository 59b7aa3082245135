//! What `present` says of a value: that it is more than empty, as far as an empty value can be told from one that is
//! given. That the field is there at all is its holder's business, `required`.

use kubeforge_structural::Fields;
use serde_json::{Value, json};

use super::{rules::Subject, shape::Shape};
use crate::{emit::Resolved, model::Scalar};

/// The restriction, where `said` does not imply it already. Behind an `Option` an empty value is given on purpose.
pub(super) fn not_empty(subject: &Subject<'_>, said: &Fields) -> Value {
    let at_least_one = |key: &str| match said.get(key).and_then(Value::as_u64) {
        Some(1..) => json!({}),
        _ => json!({ key: 1 }),
    };
    match subject.ty {
        // the schema is another one than the type's
        Some(ty) if is_replaced(subject.shape, ty) => json!({}),
        // what is not seen is an enum: `present` does not fit a struct that is always there
        Some(Resolved::Scalar(Scalar::String | Scalar::ByteString) | Resolved::Enum(_) | Resolved::Unknown(_)) => {
            at_least_one("minLength")
        }
        Some(Resolved::List(_)) => at_least_one("minItems"),
        Some(Resolved::Map(_)) => at_least_one("minProperties"),
        Some(Resolved::Scalar(Scalar::Bool)) => json!({"enum": [true]}),
        Some(Resolved::Scalar(Scalar::I32 | Scalar::I64 | Scalar::F64)) if !excludes_zero(said) => {
            json!({"not": {"enum": [0]}})
        }
        _ => json!({}),
    }
}

/// Whether a rule says that the value has another schema than its type's.
fn is_replaced(shape: Shape, ty: &Resolved<'_>) -> bool {
    matches!(shape, Shape::Any | Shape::Mixed) && !matches!(ty, Resolved::Unknown(_))
}

fn excludes_zero(said: &Fields) -> bool {
    let bound = |key: &str| said.get(key).and_then(Value::as_f64);
    let is = |key: &str| said.get(key) == Some(&json!(true));
    let above = bound("minimum").is_some_and(|min| min > 0.0 || (min == 0.0 && is("exclusiveMinimum")));
    above || bound("maximum").is_some_and(|max| max < 0.0 || (max == 0.0 && is("exclusiveMaximum")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(ty: &Resolved<'_>, said: Value, want: Value) {
        let subject = Subject::of_type(ty, &[], None);
        let Value::Object(said) = said else { panic!("an object") };
        assert_eq!(not_empty(&subject, &said), want);
    }

    #[test]
    fn empty_values_are_refused() {
        let text = || Resolved::Scalar(Scalar::String);
        check(&text(), json!({}), json!({"minLength": 1}));
        check(&text(), json!({"minLength": 0}), json!({"minLength": 1}));
        check(&text(), json!({"minLength": 2}), json!({}));
        check(&Resolved::List(Box::new(text())), json!({}), json!({"minItems": 1}));
        check(&Resolved::Map(Box::new(text())), json!({}), json!({"minProperties": 1}));
        check(&Resolved::Scalar(Scalar::Bool), json!({}), json!({"enum": [true]}));
    }

    #[test]
    fn zero_is_empty() {
        let number = Resolved::Scalar(Scalar::I32);
        let not_zero = json!({"not": {"enum": [0]}});
        check(&number, json!({}), not_zero.clone());
        check(&number, json!({"minimum": 0}), not_zero);
        check(&number, json!({"minimum": 1}), json!({}));
        check(&number, json!({"minimum": 0, "exclusiveMinimum": true}), json!({}));
    }

    #[test]
    fn what_is_optional_is_given_when_it_is_there() {
        check(&Resolved::Optional(Box::new(Resolved::Scalar(Scalar::String))), json!({}), json!({}));
    }
}
