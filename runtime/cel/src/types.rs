//! Types of expressions, and when one can stand for another. Follows cel-go checker/types.go.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    sync::Arc,
};

/// A type.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// Anything.
    Dyn,
    /// Of something wrong that was told already.
    Error,
    /// `null`.
    Null,
    /// `bool`.
    Bool,
    /// `int`.
    Int,
    /// `uint`.
    Uint,
    /// `double`.
    Double,
    /// `string`.
    String,
    /// `bytes`.
    Bytes,
    /// `google.protobuf.Duration`.
    Duration,
    /// `google.protobuf.Timestamp`.
    Timestamp,
    /// A list of elements of a type.
    List(Arc<Type>),
    /// A map from keys of a type to values of a type.
    Map(Arc<(Type, Type)>),
    /// An object.
    Object(Arc<ObjectType>),
    /// A value of a type, or none.
    Optional(Arc<Type>),
    /// A type of a library, by name.
    Named(&'static str),
    /// A type as a value.
    Type,
    /// A type that is yet to be found.
    Var(usize),
}

/// The type of an object.
#[derive(Clone, Debug, Default)]
pub struct ObjectType {
    /// Its name, as errors have it.
    pub name: String,
    /// Its fields.
    pub fields: BTreeMap<String, Type>,
    /// It may have any other fields as well.
    pub is_open: bool,
}

/// Objects are of one type if its name is the same.
impl PartialEq for ObjectType {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Type {
    /// A list.
    pub fn list(of: Type) -> Self {
        Self::List(Arc::new(of))
    }

    /// A map.
    pub fn map(key: Type, value: Type) -> Self {
        Self::Map(Arc::new((key, value)))
    }

    /// An optional.
    pub fn optional(of: Type) -> Self {
        Self::Optional(Arc::new(of))
    }

    /// An object with these fields.
    pub fn object(name: &str, fields: impl IntoIterator<Item = (String, Type)>) -> Self {
        let fields = fields.into_iter().collect();
        Self::Object(Arc::new(ObjectType { name: name.to_owned(), fields, is_open: false }))
    }

    pub(crate) fn is_dyn_or_error(&self) -> bool {
        matches!(self, Self::Dyn | Self::Error)
    }

    /// Whether `null` is a value of it.
    fn takes_null(&self) -> bool {
        matches!(
            self,
            Self::Null
                | Self::Dyn
                | Self::Object(_)
                | Self::Duration
                | Self::Timestamp
                | Self::Optional(_)
                | Self::Named(_)
        )
    }

    /// Whether its values have a fixed size.
    pub(crate) fn is_scalar(&self) -> bool {
        match self {
            Self::Bool | Self::Double | Self::Duration | Self::Int | Self::Timestamp | Self::Uint => true,
            Self::Optional(of) => of.is_scalar(),
            _ => false,
        }
    }

    /// Types that it is made of.
    fn params(&self) -> Vec<&Type> {
        match self {
            Self::List(of) | Self::Optional(of) => vec![of],
            Self::Map(of) => vec![&of.0, &of.1],
            _ => Vec::new(),
        }
    }

    /// Whether both are lists, both are maps, and so on.
    fn is_same_kind(&self, other: &Self) -> bool {
        matches!(
            (self, other),
            (Self::List(_), Self::List(_)) | (Self::Map(_), Self::Map(_)) | (Self::Optional(_), Self::Optional(_))
        )
    }

    /// The type with each parameter numbered from `base` on.
    pub(crate) fn shifted(&self, base: usize) -> Self {
        match self {
            Self::Var(var) => Self::Var(var + base),
            Self::List(of) => Self::list(of.shifted(base)),
            Self::Optional(of) => Self::optional(of.shifted(base)),
            Self::Map(of) => Self::map(of.0.shifted(base), of.1.shifted(base)),
            other => other.clone(),
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dyn => f.write_str("dyn"),
            Self::Error => f.write_str("!error!"),
            Self::Null => f.write_str("null"),
            Self::Bool => f.write_str("bool"),
            Self::Int => f.write_str("int"),
            Self::Uint => f.write_str("uint"),
            Self::Double => f.write_str("double"),
            Self::String => f.write_str("string"),
            Self::Bytes => f.write_str("bytes"),
            Self::Duration => f.write_str("duration"),
            Self::Timestamp => f.write_str("timestamp"),
            Self::List(of) => write!(f, "list({of})"),
            Self::Map(of) => write!(f, "map({}, {})", of.0, of.1),
            Self::Object(object) => f.write_str(&object.name),
            Self::Optional(of) => write!(f, "optional_type({of})"),
            Self::Named(name) => f.write_str(name),
            Self::Type => f.write_str("type"),
            Self::Var(var) => write!(f, "_var{var}"),
        }
    }
}

/// What is known of types that were yet to be found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Substitutions {
    found: HashMap<usize, Type>,
    count: usize,
}

/// Whether a type that is not found yet stays so, or counts as `dyn`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unbound {
    Stays,
    IsDyn,
}

/// What [`Substitutions::can_be`] says.
struct CanBe {
    is_valid: bool,
    was_found: bool,
}

impl Substitutions {
    /// Types that are yet to be found; returns the number of the first of them.
    pub(crate) fn fresh(&mut self, count: usize) -> usize {
        self.count += count;
        self.count - count
    }

    /// The type with all put in that is known.
    pub(crate) fn apply(&self, type_: &Type, unbound: Unbound) -> Type {
        match type_ {
            Type::Var(var) => match self.found.get(var) {
                Some(found) => self.apply(found, unbound),
                None if unbound == Unbound::IsDyn => Type::Dyn,
                None => type_.clone(),
            },
            Type::List(of) => Type::list(self.apply(of, unbound)),
            Type::Optional(of) => Type::optional(self.apply(of, unbound)),
            Type::Map(of) => Type::map(self.apply(&of.0, unbound), self.apply(&of.1, unbound)),
            other => other.clone(),
        }
    }

    /// Whether values of one type can stand where the other is wanted. What follows for open types is kept if so.
    pub(crate) fn assign(&mut self, given: &Type, wanted: &Type) -> bool {
        self.assign_all(&[(given, wanted)])
    }

    /// The same of several at once.
    pub(crate) fn assign_all(&mut self, pairs: &[(&Type, &Type)]) -> bool {
        let before = self.found.clone();
        let fits = pairs.iter().all(|(given, wanted)| self.is_assignable(given, wanted));
        if !fits {
            self.found = before;
        }
        fits
    }

    fn is_assignable(&mut self, a: &Type, b: &Type) -> bool {
        if let Type::Var(var) = b {
            let can_be = self.can_be(a, *var);
            if can_be.is_valid || can_be.was_found {
                return can_be.is_valid;
            }
        }
        if let Type::Var(var) = a {
            return self.can_be(b, *var).is_valid;
        }
        if a.is_dyn_or_error() || b.is_dyn_or_error() {
            return true;
        }
        match (a, b) {
            (Type::Null, other) | (other, Type::Null) => other.takes_null(),
            _ if a.is_same_kind(b) => {
                let pairs: Vec<(Type, Type)> =
                    a.params().into_iter().cloned().zip(b.params().into_iter().cloned()).collect();
                pairs.iter().all(|(a, b)| self.is_assignable(a, b))
            }
            _ => a == b,
        }
    }

    fn can_be(&mut self, type_: &Type, var: usize) -> CanBe {
        if *type_ == Type::Var(var) {
            return CanBe { is_valid: true, was_found: true };
        }
        if let Some(found) = self.found.get(&var).cloned() {
            if *type_ == found {
                return CanBe { is_valid: true, was_found: true };
            }
            let is_valid = self.is_assignable(type_, &found);
            if is_valid {
                let general = most_general(type_, &found);
                if !self.mentions(&general, var) {
                    self.found.insert(var, general);
                }
            }
            return CanBe { is_valid, was_found: true };
        }
        let is_valid = !self.mentions(type_, var);
        if is_valid {
            self.found.insert(var, type_.clone());
        }
        CanBe { is_valid, was_found: false }
    }

    /// Whether a type is made of an open one.
    fn mentions(&self, type_: &Type, var: usize) -> bool {
        match type_ {
            Type::Var(other) if *other == var => true,
            Type::Var(other) => self.found.get(other).is_some_and(|found| self.mentions(found, var)),
            other => other.params().into_iter().any(|param| self.mentions(param, var)),
        }
    }
}

/// The less specific one of two types of which one can stand for the other.
pub(crate) fn most_general(a: &Type, b: &Type) -> Type {
    if is_equal_or_less_specific(a, b) { a.clone() } else { b.clone() }
}

fn is_equal_or_less_specific(a: &Type, b: &Type) -> bool {
    match (a, b) {
        (Type::Dyn | Type::Var(_), _) => true,
        (_, Type::Dyn | Type::Var(_)) => false,
        _ if a.is_same_kind(b) => a.params().into_iter().zip(b.params()).all(|(a, b)| is_equal_or_less_specific(a, b)),
        _ => a == b,
    }
}
