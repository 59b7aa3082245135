//! What expressions can ask of a device: the environment of the selectors of claims and classes. Follows
//! dynamic-resource-allocation cel/compile.go.

use std::{collections::BTreeMap, sync::Arc};

use kubeforge_machinery::Quantity;

use crate::{Env, Key, Libraries, Map, Type, Value, functions::semvers};

/// What a selector may cost on one device.
pub const COST_MAX: u64 = 1_000_000;

/// An attribute of a device.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Attribute<'a> {
    /// A number.
    Int(i64),
    /// Yes or no.
    Bool(bool),
    /// A text.
    String(&'a str),
    /// A semantic version.
    Version(&'a str),
    /// Numbers.
    Ints(&'a [i64]),
    /// Several of yes and no.
    Bools(&'a [bool]),
    /// Texts.
    Strings(&'a [String]),
    /// Semantic versions.
    Versions(&'a [String]),
}

impl<'a> Attribute<'a> {
    /// Whether it may have several values.
    pub const fn is_list(self) -> bool {
        matches!(self, Self::Ints(_) | Self::Bools(_) | Self::Strings(_) | Self::Versions(_))
    }

    /// Its values, as attributes that have just one.
    pub fn values(self) -> Vec<Attribute<'a>> {
        match self {
            Self::Ints(values) => values.iter().map(|value| Attribute::Int(*value)).collect(),
            Self::Bools(values) => values.iter().map(|value| Attribute::Bool(*value)).collect(),
            Self::Strings(values) => values.iter().map(|value| Attribute::String(value)).collect(),
            Self::Versions(values) => values.iter().map(|value| Attribute::Version(value)).collect(),
            one => vec![one],
        }
    }

    fn value(self) -> Result<Value, String> {
        Ok(match self {
            Self::Int(value) => Value::Int(value),
            Self::Bool(value) => Value::Bool(value),
            Self::String(text) => Value::string(text),
            Self::Version(text) => {
                let version = semvers::strict(text).map_err(|err| format!("parse semantic version: {err}"))?;
                Value::Semver(Arc::new(version))
            }
            several => Value::list(several.values().into_iter().map(Self::value).collect::<Result<_, _>>()?),
        })
    }
}

/// A device, as a selector sees it.
#[derive(Clone, Debug, Default)]
pub struct Device<'a> {
    /// Its driver, which is the domain of names that have none.
    pub driver: &'a str,
    /// Whether several claims may have it at the same time.
    pub allow_multiple_allocations: bool,
    /// Its attributes by name; none where an attribute has no value that is known here.
    pub attributes: Vec<(&'a str, Option<Attribute<'a>>)>,
    /// Its capacities by name.
    pub capacity: Vec<(&'a str, &'a Quantity)>,
}

/// An environment with the variable `device`.
pub fn env() -> Env {
    let by_domain = |of: Type| Type::map(Type::String, Type::map(Type::String, of));
    let fields = [
        ("driver", Type::String),
        ("allowMultipleAllocations", Type::Bool),
        ("attributes", by_domain(Type::Dyn)),
        ("capacity", by_domain(Type::Named("kubernetes.Quantity"))),
    ];
    let device = Type::object("kubernetes.DRADevice", fields.map(|(name, type_)| (name.to_owned(), type_)));
    Env::default().with("device", device).with_libraries(Libraries::Devices).with_bind()
}

impl Device<'_> {
    /// The value of the variable `device`.
    ///
    /// # Errors
    /// Where an attribute has no value that can be used.
    pub fn value(&self) -> Result<Value, String> {
        let mut attributes = Domains::default();
        for (name, attribute) in &self.attributes {
            let value = match attribute {
                Some(attribute) => attribute.value().map_err(|err| format!("attribute {name}: {err}"))?,
                None => return Err(format!("attribute {name}: unsupported attribute value")),
            };
            attributes.insert(name, self.driver, value);
        }
        let mut capacity = Domains::default();
        for (name, quantity) in &self.capacity {
            capacity.insert(name, self.driver, Value::Quantity(Arc::new((*quantity).clone())));
        }
        let fields = [
            ("driver", Value::string(self.driver)),
            ("allowMultipleAllocations", Value::Bool(self.allow_multiple_allocations)),
            ("attributes", attributes.into_value()),
            ("capacity", capacity.into_value()),
        ];
        let fields: Map = fields.into_iter().map(|(name, value)| (Key::from(name), value)).collect();
        Ok(Value::Object(Arc::new(fields)))
    }
}

/// Values by the domain of their name and the rest of it.
#[derive(Default)]
struct Domains(BTreeMap<Key, Map>);

impl Domains {
    fn insert(&mut self, name: &str, driver: &str, value: Value) {
        let (domain, name) = name.split_once('/').unwrap_or((driver, name));
        self.0.entry(Key::from(domain)).or_default().insert(Key::from(name), value);
    }

    fn into_value(self) -> Value {
        let values = self.0.into_iter().map(|(domain, names)| (domain, Value::Map(Arc::new(names))));
        Value::Domains(Arc::new(values.collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile;

    #[track_caller]
    fn check(expression: &str, want: &str) {
        let memory = Quantity::parse("8Gi").unwrap();
        let device = Device {
            driver: "gpu.example.com",
            allow_multiple_allocations: false,
            attributes: vec![
                ("model", Some(Attribute::String("a1"))),
                ("other.org/index", Some(Attribute::Int(3))),
                ("version", Some(Attribute::Version("1.2.3"))),
                ("ports", Some(Attribute::Ints(&[1, 2]))),
                ("many", Some(Attribute::Bools(&[false; 49]))),
            ],
            capacity: vec![("memory", &memory)],
        };
        let program = compile(expression, &env()).unwrap();
        let ran = program.run(&[Some(device.value().unwrap())], COST_MAX);
        let text = ran.value.map_or_else(|failure| failure.to_string(), |value| value.to_string());
        assert_eq!(text, want, "{expression}");
    }

    #[test]
    fn selectors_see_names_by_domain() {
        check("device.driver == 'gpu.example.com'", "true");
        check("device.attributes['gpu.example.com'].model == 'a1'", "true");
        check("device.attributes['other.org'].index > 2", "true");
        check("device.attributes['gpu.example.com'].version.isGreaterThan(semver('1.2.0'))", "true");
        check("device.capacity['gpu.example.com'].memory.compareTo(quantity('4Gi')) > 0", "true");
        check("device.allowMultipleAllocations", "false");
    }

    #[test]
    fn attributes_may_have_several_values() {
        check("cel.bind(gpu, device.attributes['gpu.example.com'], gpu.ports.includes(2))", "true");
        check("device.attributes['gpu.example.com'].ports.includes(3)", "false");
        check("device.attributes['gpu.example.com'].ports.exists(port, port > 1)", "true");
        check("2 in device.attributes['gpu.example.com'].ports", "true");
        check("device.attributes['gpu.example.com'].model.includes('a1')", "true");
        check("device.attributes['other.org'].index.includes('3')", "false");
        check("device.attributes['gpu.example.com'].many.includes(false)", "true");
        let long = "'includes' function cannot be applied to lists longer than 48 values";
        check("device.attributes['gpu.example.com'].many.includes(true)", long);
        assert!(compile("[1].includes(1)", &Env::default()).is_err());
    }

    #[test]
    fn domains_that_are_not_there_are_empty() {
        check("has(device.attributes['nobody.org'].model)", "false");
        check("device.attributes['nobody.org'].model == 'a1'", "no such key: model");
        check("'nobody.org' in device.attributes", "false");
        check("size(device.attributes)", "2");
        check("cel.bind(gpu, device.attributes['gpu.example.com'], gpu.model == 'a1')", "true");
    }
}
