//! The arguments of kube-scheduler's plugins (`…Args` of kubescheduler.config.k8s.io/v1): their fields, defaults and
//! validation. The plugins read them again, each what it needs.

mod others;
mod resources;
mod spreading;

use kubeforge_machinery::{
    feature_gates::FeatureGates,
    field::{ErrorList, Path},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{
    API_VERSION, GROUP,
    decode::{self, DecodeError},
};

/// The arguments of a plugin.
trait Arguments: DeserializeOwned + Serialize + Default {
    /// Fills in what was not given.
    fn complete(&mut self, gates: &FeatureGates);

    /// What is wrong with them.
    fn validate(&self, path: &Path<'_>, gates: &FeatureGates) -> ErrorList;
}

/// What can be done with arguments whose plugin is known at run time only.
pub(super) struct Kind {
    plugin: &'static str,
    decode: fn(&Self, &Value, &mut Vec<String>) -> Result<Value, DecodeError>,
    /// The arguments with what was not given.
    pub(super) complete: fn(&Self, &Value, &FeatureGates) -> Result<Value, DecodeError>,
    /// What is wrong with complete arguments.
    pub(super) validate: fn(&Self, &Path<'_>, &Value, &FeatureGates) -> Result<ErrorList, DecodeError>,
}

const KINDS: &[Kind] = &[
    kind::<others::DefaultPreemptionArgs>("DefaultPreemption"),
    kind::<others::DynamicResourcesArgs>("DynamicResources"),
    kind::<spreading::InterPodAffinityArgs>("InterPodAffinity"),
    kind::<others::NodeAffinityArgs>("NodeAffinity"),
    kind::<resources::NodeResourcesBalancedAllocationArgs>("NodeResourcesBalancedAllocation"),
    kind::<resources::NodeResourcesFitArgs>("NodeResourcesFit"),
    kind::<spreading::PodTopologySpreadArgs>("PodTopologySpread"),
    kind::<others::VolumeBindingArgs>("VolumeBinding"),
];

const fn kind<T: Arguments>(plugin: &'static str) -> Kind {
    Kind { plugin, decode: decode_as::<T>, complete: complete_as::<T>, validate: validate_as::<T> }
}

/// What is known of a plugin's arguments; none for plugins that take none, and for those of others.
pub(super) fn of_plugin(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.plugin == name)
}

/// Whether a kind is one of arguments.
pub(super) fn is_kind(kind: &str) -> bool {
    kind.strip_suffix("Args").is_some_and(|plugin| of_plugin(plugin).is_some())
}

/// Reads the arguments of a plugin as they were given. Those of plugins that are not kube-scheduler's stay as they are.
pub(super) fn decode(plugin: &str, args: &Value) -> Result<Value, DecodeError> {
    let Some(of_plugin) = of_plugin(plugin) else { return Ok(args.clone()) };
    let text = |name| args.get(name).and_then(Value::as_str).unwrap_or_default();
    let (version, kind) = (text("apiVersion"), text("kind"));
    let group = version.split('/').next().unwrap_or_default();
    let is_other = (!version.is_empty() && group != GROUP) || kind.strip_suffix("Args").is_some_and(|it| it != plugin);
    if is_other {
        let group = if version.is_empty() { GROUP } else { group };
        return Err(DecodeError::OtherArguments { plugin: plugin.to_owned(), found: format!("{kind}.{group}") });
    }
    if !version.is_empty() && version != API_VERSION {
        return Err(DecodeError::Kind { kind: format!("{plugin}Args"), version: version.to_owned() });
    }
    let mut wrong = Vec::new();
    let decoded = (of_plugin.decode)(of_plugin, args, &mut wrong)?;
    if wrong.is_empty() { Ok(decoded) } else { Err(DecodeError::Strict(wrong)) }
}

impl Kind {
    fn read<T: Arguments>(&self, args: &Value, wrong: &mut Vec<String>) -> Result<T, DecodeError> {
        decode::decode(without_type(args), &format!("{}Args", self.plugin), wrong)
    }

    fn write<T: Arguments>(&self, args: &T) -> Result<Value, DecodeError> {
        let mut value = serde_json::to_value(args).map_err(|error| DecodeError::Type(error.to_string()))?;
        if let Some(fields) = value.as_object_mut() {
            fields.insert("apiVersion".to_owned(), API_VERSION.into());
            fields.insert("kind".to_owned(), format!("{}Args", self.plugin).into());
        }
        Ok(value)
    }
}

fn decode_as<T: Arguments>(kind: &Kind, args: &Value, wrong: &mut Vec<String>) -> Result<Value, DecodeError> {
    kind.read::<T>(args, wrong).map(|_| args.clone())
}

fn complete_as<T: Arguments>(kind: &Kind, args: &Value, gates: &FeatureGates) -> Result<Value, DecodeError> {
    let mut read: T = kind.read(args, &mut Vec::new())?;
    read.complete(gates);
    kind.write(&read)
}

fn validate_as<T: Arguments>(
    kind: &Kind,
    path: &Path<'_>,
    args: &Value,
    gates: &FeatureGates,
) -> Result<ErrorList, DecodeError> {
    Ok(kind.read::<T>(args, &mut Vec::new())?.validate(path, gates))
}

/// The arguments without their own version and kind.
pub(super) fn without_type(args: &Value) -> Value {
    let mut args = args.clone();
    if let Some(fields) = args.as_object_mut() {
        fields.remove("apiVersion");
        fields.remove("kind");
    }
    args
}
