//! The functions that expressions may call. One table ([`table`]) has each function's name, its overloads with their
//! types, and what computes it; the other modules compute, one for each of CEL's and Kubernetes' libraries.

pub(crate) mod convert;
pub(crate) mod formats;
pub(crate) mod lists;
mod named_type;
mod net;
pub(crate) mod operators;
mod optionals;
mod quantity;
pub(crate) mod regexes;
pub(crate) mod semvers;
mod signature;
pub(crate) mod string_format;
mod strings;
mod table;
pub(crate) mod time;
pub(crate) mod url;

use std::{collections::HashMap, sync::LazyLock};

pub(crate) use table::AUTHORIZER;

use crate::{env::Libraries, types::Type, value::Value};

/// What a call gives, or why it gives nothing.
pub(crate) type Answer = Result<Value, String>;

/// Computes a call; the target of a method comes first.
pub(crate) type Run = fn(&[Value]) -> Answer;

/// A function.
#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) name: &'static str,
    pub(crate) overloads: Vec<Overload>,
    pub(crate) run: Run,
    /// Who has it.
    pub(crate) library: Libraries,
}

/// One way to call a function.
#[derive(Debug)]
pub(crate) struct Overload {
    pub(crate) id: &'static str,
    pub(crate) is_method: bool,
    pub(crate) args: Vec<Type>,
    pub(crate) result: Type,
    /// How many types are open in it.
    pub(crate) vars: usize,
}

static FUNCTIONS: LazyLock<HashMap<&'static str, Function>> = LazyLock::new(|| {
    let mut functions: HashMap<&'static str, Function> = HashMap::new();
    for row in table::rows() {
        let function = functions.entry(row.name).or_insert_with(|| Function {
            name: row.name,
            overloads: Vec::new(),
            run: row.run,
            library: library_of(row.name),
        });
        function.overloads.extend(row.overloads.iter().map(|(id, text)| signature::parse(id, text)));
    }
    functions
});

fn library_of(name: &str) -> Libraries {
    match name {
        "jsonpatch.escapeKey" => Libraries::JsonPatch,
        "includes" => Libraries::Devices,
        _ => Libraries::Base,
    }
}

/// The function of a name.
pub(crate) fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.get(name)
}

/// That there is no such function for these values.
pub(crate) fn no_overload(name: &str, args: &[Value]) -> String {
    let types: Vec<&str> = args.iter().map(Value::type_name).collect();
    format!("no such overload: {name}({})", types.join(", "))
}
