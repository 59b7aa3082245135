//! What is wrong with a field, and where the field is.

use std::fmt;

use crate::quote::quote;

/// The way from an object's root to a field: `spec.containers[0].env[key]`.
///
/// Paths borrow their parents, so that walking a valid object allocates nothing; the text is made when asked for.
#[derive(Clone, Copy, Debug)]
pub struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    segment: Segment<'a>,
}

#[derive(Clone, Copy, Debug)]
enum Segment<'a> {
    Nil,
    Name(&'a str),
    Index(usize),
    Key(&'a str),
}

impl Path<'static> {
    /// No path. Errors show it as `<nil>`; its children as if they were roots.
    pub const NIL: Self = Self { parent: None, segment: Segment::Nil };
}

impl<'a> Path<'a> {
    /// A path of one name, or of several with dots between them.
    pub const fn new(name: &'a str) -> Self {
        Self { parent: None, segment: Segment::Name(name) }
    }

    /// The field `name` of it; `name` may be several with dots between them.
    pub const fn child(&'a self, name: &'a str) -> Self {
        Self { parent: Some(self), segment: Segment::Name(name) }
    }

    /// The element at `index` of it.
    pub const fn index(&'a self, index: usize) -> Self {
        Self { parent: Some(self), segment: Segment::Index(index) }
    }

    /// The value of a map's `key`.
    pub const fn key(&'a self, key: &'a str) -> Self {
        Self { parent: Some(self), segment: Segment::Key(key) }
    }

    /// Writes it; says whether it wrote anything.
    fn write(&self, f: &mut fmt::Formatter<'_>) -> Result<bool, fmt::Error> {
        let below = match self.parent {
            Some(parent) => parent.write(f)?,
            None => false,
        };
        match self.segment {
            Segment::Nil => return Ok(below),
            Segment::Name(name) if below => write!(f, ".{name}")?,
            Segment::Name(name) => f.write_str(name)?,
            Segment::Index(index) => write!(f, "[{index}]")?,
            Segment::Key(key) => write!(f, "[{key}]")?,
        }
        Ok(true)
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.write(f)? {
            f.write_str("<nil>")?;
        }
        Ok(())
    }
}

/// How a field is wrong. The names are those of `Status` causes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErrorType {
    /// What it refers to doesn't exist.
    NotFound,
    /// It must be given.
    Required,
    /// It must be unique and isn't.
    Duplicate,
    /// It is malformed or out of bounds.
    Invalid,
    /// It isn't one of the values there are.
    NotSupported,
    /// It may be well formed, but not here or now.
    Forbidden,
    /// It is too long; the value isn't shown.
    TooLong,
    /// It is too short; the value isn't shown.
    TooShort,
    /// It has too many elements.
    TooMany,
    /// It has too few elements.
    TooFew,
    /// Not the field is wrong, but its check failed.
    Internal,
    /// It has the wrong type.
    TypeInvalid,
}

impl ErrorType {
    /// The name that a `Status` cause gives as its reason.
    pub const fn cause(self) -> &'static str {
        match self {
            Self::NotFound => "FieldValueNotFound",
            Self::Required => "FieldValueRequired",
            Self::Duplicate => "FieldValueDuplicate",
            Self::Invalid => "FieldValueInvalid",
            Self::NotSupported => "FieldValueNotSupported",
            Self::Forbidden => "FieldValueForbidden",
            Self::TooLong => "FieldValueTooLong",
            Self::TooShort => "FieldValueTooShort",
            Self::TooMany => "FieldValueTooMany",
            Self::TooFew => "FieldValueTooFew",
            Self::Internal => "InternalError",
            Self::TypeInvalid => "FieldValueTypeInvalid",
        }
    }
}

impl fmt::Display for ErrorType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotFound => "Not found",
            Self::Required => "Required value",
            Self::Duplicate => "Duplicate value",
            Self::Invalid | Self::TypeInvalid => "Invalid value",
            Self::NotSupported => "Unsupported value",
            Self::Forbidden => "Forbidden",
            Self::TooLong => "Too long",
            Self::TooShort => "Too short",
            Self::TooMany => "Too many",
            Self::TooFew => "Too few",
            Self::Internal => "Internal error",
        })
    }
}

/// The value found in a field that is wrong, as an error shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadValue {
    /// It isn't shown.
    Omitted,
    /// `null`.
    Null,
    /// A text, shown in quotes.
    Text(String),
    /// Anything else, shown as it is: a number, a quantity, the JSON of a struct.
    Plain(String),
}

impl BadValue {
    /// A value shown by its own text: numbers, booleans, quantities, times.
    pub fn plain(value: impl fmt::Display) -> Self {
        Self::Plain(value.to_string())
    }

    /// A struct, list or map, shown as JSON.
    pub fn json<T: crate::codec::Json>(value: &T) -> Self {
        Self::Plain(String::from_utf8_lossy(&crate::codec::to_json_vec(value)).into_owned())
    }
}

impl From<&str> for BadValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for BadValue {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<String> for BadValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl<T: Into<BadValue>> From<Option<T>> for BadValue {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

macro_rules! plain_values {
    ($($type:ty),*) => {
        $(impl From<$type> for BadValue {
            fn from(value: $type) -> Self {
                Self::plain(value)
            }
        })*
    };
}

plain_values!(bool, i32, i64, u32, u64, usize, f64, &crate::Quantity, crate::Time, crate::MicroTime, crate::Duration);

/// `IntOrString` shows its text without quotes.
impl From<&crate::IntOrString> for BadValue {
    fn from(value: &crate::IntOrString) -> Self {
        Self::plain(value)
    }
}

/// One thing that is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// How it is wrong.
    pub type_: ErrorType,
    /// The field's path.
    pub field: String,
    /// What it holds.
    pub bad_value: BadValue,
    /// More about it; may be empty.
    pub detail: String,
    /// The rule that it breaks, for tests and for comparing declarative with hand-written rules: `format=ip-strict`.
    pub origin: &'static str,
}

impl Error {
    fn new(type_: ErrorType, field: &Path<'_>, bad_value: BadValue, detail: impl Into<String>) -> Self {
        Self { type_, field: field.to_string(), bad_value, detail: detail.into(), origin: "" }
    }

    /// The field is malformed or out of bounds; `detail` says what it must be.
    pub fn invalid(field: &Path<'_>, value: impl Into<BadValue>, detail: impl Into<String>) -> Self {
        Self::new(ErrorType::Invalid, field, value.into(), detail)
    }

    /// The field has the wrong type.
    pub fn type_invalid(field: &Path<'_>, value: impl Into<BadValue>, detail: impl Into<String>) -> Self {
        Self::new(ErrorType::TypeInvalid, field, value.into(), detail)
    }

    /// The field must be given; `detail` may be empty.
    pub fn required(field: &Path<'_>, detail: impl Into<String>) -> Self {
        Self::new(ErrorType::Required, field, BadValue::Omitted, detail)
    }

    /// The field may not be given, or not changed.
    pub fn forbidden(field: &Path<'_>, detail: impl Into<String>) -> Self {
        Self::new(ErrorType::Forbidden, field, BadValue::Omitted, detail)
    }

    /// Another element has the value already.
    pub fn duplicate(field: &Path<'_>, value: impl Into<BadValue>) -> Self {
        Self::new(ErrorType::Duplicate, field, value.into(), "")
    }

    /// There is nothing of that name.
    pub fn not_found(field: &Path<'_>, value: impl Into<BadValue>) -> Self {
        Self::new(ErrorType::NotFound, field, value.into(), "")
    }

    /// The value is none of those supported, which are listed in the order given.
    pub fn not_supported<S: AsRef<str>>(field: &Path<'_>, value: impl Into<BadValue>, supported: &[S]) -> Self {
        let quoted: Vec<String> = supported.iter().map(|value| quote(value.as_ref())).collect();
        let detail = if quoted.is_empty() { String::new() } else { format!("supported values: {}", quoted.join(", ")) };
        Self::new(ErrorType::NotSupported, field, value.into(), detail)
    }

    /// The value takes more than `bytes_max` bytes.
    pub fn too_long(field: &Path<'_>, bytes_max: usize) -> Self {
        Self::new(ErrorType::TooLong, field, BadValue::Omitted, format!("may not be more than {bytes_max} bytes"))
    }

    /// The value has more than `max` characters.
    pub fn too_long_characters(field: &Path<'_>, max: usize) -> Self {
        let detail = format!("may not be more than {}", counted(max, "character"));
        Self::new(ErrorType::TooLong, field, BadValue::Omitted, detail)
    }

    /// The value has fewer than `min` characters.
    pub fn too_short(field: &Path<'_>, min: usize) -> Self {
        let detail = format!("must be at least {}", counted(min, "character"));
        Self::new(ErrorType::TooShort, field, BadValue::Omitted, detail)
    }

    /// There are more than `max` elements.
    pub fn too_many(field: &Path<'_>, actual: usize, max: usize) -> Self {
        Self::new(ErrorType::TooMany, field, actual.into(), format!("must have at most {}", counted(max, "item")))
    }

    /// There are fewer than `min` elements.
    pub fn too_few(field: &Path<'_>, actual: usize, min: usize) -> Self {
        Self::new(ErrorType::TooFew, field, actual.into(), format!("must have at least {}", counted(min, "item")))
    }

    /// The field could not be checked.
    pub fn internal(field: &Path<'_>, cause: impl fmt::Display) -> Self {
        Self::new(ErrorType::Internal, field, BadValue::Omitted, cause.to_string())
    }

    /// The same error with its rule named.
    #[must_use]
    pub fn with_origin(mut self, origin: &'static str) -> Self {
        self.origin = origin;
        self
    }

    /// The message without the field's path.
    pub fn body(&self) -> String {
        let mut body = self.type_.to_string();
        let hides_value = matches!(
            self.type_,
            ErrorType::Required | ErrorType::Forbidden | ErrorType::TooLong | ErrorType::TooShort | ErrorType::Internal
        );
        if !hides_value {
            let value = match &self.bad_value {
                BadValue::Omitted => None,
                BadValue::Null => Some("null".to_owned()),
                BadValue::Text(text) => Some(quote(text)),
                BadValue::Plain(text) => Some(text.clone()),
            };
            if let Some(value) = value {
                body.push_str(": ");
                body.push_str(&value);
            }
        }
        if !self.detail.is_empty() {
            body.push_str(": ");
            body.push_str(&self.detail);
        }
        body
    }
}

/// `1 item`, `2 items`.
fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.body())
    }
}

impl std::error::Error for Error {}

/// All that is wrong with an object.
pub type ErrorList = Vec<Error>;

/// The errors' texts in one: alone as it is, several in brackets with commas between them, each once.
pub fn aggregate(errors: &[Error]) -> String {
    let mut texts: Vec<String> = Vec::with_capacity(errors.len());
    for error in errors {
        let text = error.to_string();
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    match texts.as_slice() {
        [text] => text.clone(),
        _ => format!("[{}]", texts.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_join_names_indices_and_keys() {
        let spec = Path::new("spec");
        let containers = spec.child("containers");
        assert_eq!(containers.index(0).child("name").to_string(), "spec.containers[0].name");
        assert_eq!(spec.child("template.spec").key("a.b/c").to_string(), "spec.template.spec[a.b/c]");
        assert_eq!(Path::NIL.to_string(), "<nil>");
        assert_eq!(Path::NIL.child("values").index(0).to_string(), "values[0]");
    }

    #[test]
    fn texts_name_the_value_where_it_helps() {
        let path = Path::new("f");
        for (error, want) in [
            (Error::required(&path, ""), "f: Required value"),
            (Error::required(&path, "why"), "f: Required value: why"),
            (Error::invalid(&path, "x\n", "why"), r#"f: Invalid value: "x\n": why"#),
            (Error::invalid(&path, 5, "why"), "f: Invalid value: 5: why"),
            (Error::invalid(&path, None::<&str>, "why"), "f: Invalid value: null: why"),
            (Error::invalid(&path, BadValue::json(&vec!["a".to_owned()]), "why"), r#"f: Invalid value: ["a"]: why"#),
            (Error::not_supported(&path, "x", &["A", "B"]), r#"f: Unsupported value: "x": supported values: "A", "B""#),
            (Error::forbidden(&path, "why"), "f: Forbidden: why"),
            (Error::duplicate(&path, "x"), r#"f: Duplicate value: "x""#),
            (Error::not_found(&path, "x"), r#"f: Not found: "x""#),
            (Error::too_long(&path, 63), "f: Too long: may not be more than 63 bytes"),
            (Error::too_long_characters(&path, 63), "f: Too long: may not be more than 63 characters"),
            (Error::too_short(&path, 1), "f: Too short: must be at least 1 character"),
            (Error::too_many(&path, 5, 3), "f: Too many: 5: must have at most 3 items"),
            (Error::too_few(&path, 0, 1), "f: Too few: 0: must have at least 1 item"),
            (Error::internal(&path, "oops"), "f: Internal error: oops"),
        ] {
            assert_eq!(error.to_string(), want);
        }
    }

    #[test]
    fn several_errors_stand_in_brackets_and_once() {
        let errors = ["a", "b", "a"].map(|name| Error::required(&Path::new("f").key(name), ""));
        assert_eq!(aggregate(&errors), "[f[a]: Required value, f[b]: Required value]");
        assert_eq!(aggregate(&errors[..1]), "f[a]: Required value");
    }
}
