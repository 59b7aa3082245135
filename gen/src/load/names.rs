//! Names that mean the same everywhere.

use crate::model::Scalar;

/// The crate that defines what every package uses, under its own name.
pub(super) const MACHINERY: &str = "kubeforge_machinery";

/// The package of object metadata, in [`MACHINERY`].
pub const META_V1: &str = "kubeforge_machinery::meta::v1";

/// The scalar of a name in machinery.
pub(super) fn scalar(name: &str) -> Option<Scalar> {
    Some(match name {
        "ByteString" => Scalar::ByteString,
        "Quantity" => Scalar::Quantity,
        "Time" => Scalar::Time,
        "MicroTime" => Scalar::MicroTime,
        "Duration" => Scalar::Duration,
        "IntOrString" => Scalar::IntOrString,
        "RawExtension" => Scalar::RawExtension,
        "FieldsV1" => Scalar::FieldsV1,
        _ => return None,
    })
}

/// The scalar of a Rust primitive.
pub(super) fn primitive(name: &str) -> Option<Scalar> {
    Some(match name {
        "String" => Scalar::String,
        "bool" => Scalar::Bool,
        "i32" => Scalar::I32,
        "i64" => Scalar::I64,
        "f64" => Scalar::F64,
        _ => return None,
    })
}

/// What to use instead of a Rust type that has no form on the wire.
pub(super) fn instead_of(name: &str) -> Option<&'static str> {
    Some(match name {
        "u8" | "i8" | "u16" | "i16" => "use i32",
        "u32" | "u64" | "usize" | "isize" | "u128" | "i128" => "use i64, or i32",
        "f32" => "use f64",
        "char" | "str" | "Cow" | "PathBuf" | "OsString" => "use String",
        "HashMap" | "IndexMap" => "use BTreeMap<String, T>: its order does not change",
        "HashSet" | "BTreeSet" | "VecDeque" | "LinkedList" => "use Vec<T>, with `list = set` for a set",
        "Rc" | "Arc" | "Cell" | "RefCell" | "Mutex" => "use Box<T>: objects share nothing",
        "DateTime" | "Timestamp" | "SystemTime" | "Instant" => "use kubeforge_machinery::Time or MicroTime",
        "Bytes" => "use kubeforge_machinery::ByteString",
        _ => return None,
    })
}
