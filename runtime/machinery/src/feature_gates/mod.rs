//! Feature gates: switches for what is on its way into Kubernetes or out of it.
//!
//! Everything that depends on a gate asks a [`FeatureGates`]; a gate that nobody set has the default of Kubernetes 1.36.
//! Follows component-base featuregate/feature_gate.go, error texts included.

mod known;
mod parse;

use std::{borrow::Cow, collections::BTreeMap};

use self::known::KNOWN;
pub use self::parse::Parsed;

/// How far a feature is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// May change or go.
    Alpha,
    /// Here to stay, in detail it may change.
    Beta,
    /// Stable.
    Ga,
    /// On its way out.
    Deprecated,
}

impl Stage {
    /// As metrics and help name it; nothing for stable ones.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Alpha => "ALPHA",
            Self::Beta => "BETA",
            Self::Ga => "",
            Self::Deprecated => "DEPRECATED",
        }
    }
}

/// Whether a gate is on where nobody says otherwise, and whether anybody may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Setting {
    On,
    Off,
    LockedOn,
    LockedOff,
}

impl Setting {
    const fn is_on(self) -> bool {
        matches!(self, Self::On | Self::LockedOn)
    }

    const fn is_locked(self) -> bool {
        matches!(self, Self::LockedOn | Self::LockedOff)
    }
}

/// A gate that Kubernetes knows.
#[derive(Clone, Copy, Debug)]
struct Gate {
    name: &'static str,
    stage: Stage,
    setting: Setting,
}

fn known(name: &str) -> Option<&'static Gate> {
    let at = KNOWN.binary_search_by(|gate| gate.name.cmp(name)).ok()?;
    KNOWN.get(at)
}

/// Which feature gates are on. One that nothing is said of is as Kubernetes 1.36 has it; one that Kubernetes doesn't know
/// either is off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeatureGates(BTreeMap<Cow<'static, str>, bool>);

impl FeatureGates {
    /// Turns a gate on or off, locked or not; gates of one's own may be set, too.
    #[must_use]
    pub fn with(mut self, gate: impl Into<Cow<'static, str>>, enabled: bool) -> Self {
        self.0.insert(gate.into(), enabled);
        self
    }

    /// Whether a gate is on.
    pub fn enabled(&self, gate: &str) -> bool {
        let set = self.0.get(gate).copied();
        set.or_else(|| known(gate).map(|gate| gate.setting.is_on())).unwrap_or(false)
    }

    /// All gates that Kubernetes knows, and the two that stand for all of a stage: name, stage, whether it is on.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, Stage, bool)> {
        let of_stages = [(ALL_ALPHA, Stage::Alpha), (ALL_BETA, Stage::Beta)];
        let known = KNOWN.iter().map(|gate| (gate.name, gate.stage));
        of_stages.into_iter().chain(known).map(|(name, stage)| (name, stage, self.enabled(name)))
    }
}

/// Stands for all gates of stage alpha that are not named.
const ALL_ALPHA: &str = "AllAlpha";
/// Stands for all gates of stage beta that are not named.
const ALL_BETA: &str = "AllBeta";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_gates_are_sorted_and_dependencies_known() {
        assert!(KNOWN.is_sorted_by(|one, other| one.name < other.name));
        for (gate, needed) in known::DEPENDENCIES {
            for name in needed.iter().chain([gate]) {
                assert!(known(name).is_some(), "{name}");
            }
        }
    }

    #[test]
    fn gates_have_defaults_until_they_are_set() {
        let gates = FeatureGates::default().with("HPAScaleToZero", true).with("Mine", true);
        assert!(gates.enabled("HPAScaleToZero") && gates.enabled("Mine") && gates.enabled("PodLevelResources"));
        let gates = FeatureGates::default();
        assert!(!gates.enabled("Mine") && !gates.enabled("GenericWorkload"));
    }
}
