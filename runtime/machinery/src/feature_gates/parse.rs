//! Gates as flags name them: `A=true,B=false`, each with or without a component before it.

use std::collections::BTreeMap;

use super::{
    ALL_ALPHA, ALL_BETA, FeatureGates, Stage, known,
    known::{DEPENDENCIES, KNOWN},
};
use crate::quote::quote;

/// The only component whose gates there are.
const COMPONENT: &str = "kube";

/// Gates that were read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    /// The gates.
    pub gates: FeatureGates,
    /// What whoever set them should know.
    pub warnings: Vec<String>,
}

impl FeatureGates {
    /// Reads the values of `--feature-gates`, which may be given several times.
    ///
    /// # Errors
    /// All that is wrong, in upstream's words.
    pub fn parse(values: &[String]) -> Result<Parsed, Vec<String>> {
        let asked = asked(values).map_err(|error| vec![error])?;
        let mut errors = Vec::new();
        let mut parsed = Parsed::default();
        for (name, on) in &asked {
            match (name.as_str(), known(name)) {
                (ALL_ALPHA, _) => parsed.gates.set_stage(Stage::Alpha, *on, &asked),
                (ALL_BETA, _) => parsed.gates.set_stage(Stage::Beta, *on, &asked),
                // as upstream, which looks no further then
                (_, None) => return Err([errors, vec![format!("unrecognized feature gate: {name}")]].concat()),
                (_, Some(gate)) if gate.setting.is_locked() && gate.setting.is_on() != *on => {
                    let locked = gate.setting.is_on();
                    errors.push(format!("cannot set feature gate {name} to {on}, feature is locked to {locked}"));
                }
                (_, Some(gate)) => {
                    let stage = match gate.stage {
                        Stage::Ga => Some("GA"),
                        Stage::Deprecated => Some("deprecated"),
                        Stage::Alpha | Stage::Beta => None,
                    };
                    parsed.warnings.extend(stage.map(|stage| {
                        format!("Setting {stage} feature gate {name}={on}. It will be removed in a future release.")
                    }));
                }
            }
        }
        parsed.gates.0.extend(asked.into_iter().map(|(name, on)| (name.into(), on)));
        if errors.is_empty() {
            errors = parsed.gates.missing();
        }
        if errors.is_empty() { Ok(parsed) } else { Err(errors) }
    }

    /// Sets all gates of a stage but those that are named.
    fn set_stage(&mut self, stage: Stage, on: bool, named: &BTreeMap<String, bool>) {
        let of_stage = KNOWN.iter().filter(|gate| gate.stage == stage && !named.contains_key(gate.name));
        self.0.extend(of_stage.map(|gate| (gate.name.into(), on)));
    }

    /// Gates that are on without those that they need.
    fn missing(&self) -> Vec<String> {
        let on = DEPENDENCIES.iter().filter(|(gate, _)| self.enabled(gate));
        let missing = on.filter_map(|(gate, needed)| {
            let off: Vec<&str> = needed.iter().copied().filter(|needed| !self.enabled(needed)).collect();
            let off = (!off.is_empty()).then(|| off.join(" "))?;
            Some(format!("{gate} is enabled, but depends on features that are disabled: [{off}]"))
        });
        missing.collect()
    }
}

/// What is asked for by name; what comes later wins.
fn asked(values: &[String]) -> Result<BTreeMap<String, bool>, String> {
    let mut asked = BTreeMap::new();
    let (mut with_component, mut without) = (false, false);
    for pair in values.iter().flat_map(|value| value.split(',')).filter(|pair| !pair.is_empty()) {
        let pair = match pair.split_once(':') {
            Some((component, _)) if component.trim() != COMPONENT => {
                return Err(format!("component not registered: {}", component.trim()));
            }
            Some((_, pair)) => {
                with_component = true;
                pair.trim()
            }
            None => {
                without = true;
                pair
            }
        };
        if with_component && without {
            let why = "set kube feature gates with default empty prefix or kube: prefix consistently, do not mix use";
            return Err(why.to_owned());
        }
        let (name, value) = match pair.split_once('=') {
            Some((name, value)) => (name.trim(), value.trim()),
            None => return Err(format!("missing bool value for {}", pair.trim())),
        };
        let on = match value {
            "1" | "t" | "T" | "true" | "TRUE" | "True" => true,
            "0" | "f" | "F" | "false" | "FALSE" | "False" => false,
            _ => {
                let quoted = quote(value);
                return Err(format!(
                    "invalid value of {name}={value}, err: strconv.ParseBool: parsing {quoted}: invalid syntax"
                ));
            }
        };
        asked.insert(name.to_owned(), on);
    }
    Ok(asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(values: &[&str]) -> Result<Parsed, Vec<String>> {
        FeatureGates::parse(&values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>())
    }

    #[track_caller]
    fn refused(values: &[&str], want: &str) {
        assert_eq!(parse(values).map_err(|errors| errors.join(", ")), Err(want.to_owned()), "{values:?}");
    }

    #[test]
    fn what_cannot_be_set_is_told_as_upstream_does() {
        refused(&["Nonesuch=true"], "unrecognized feature gate: Nonesuch");
        refused(&["HPAScaleToZero"], "missing bool value for HPAScaleToZero");
        refused(
            &["HPAScaleToZero=maybe"],
            r#"invalid value of HPAScaleToZero=maybe, err: strconv.ParseBool: parsing "maybe": invalid syntax"#,
        );
        refused(
            &["APIServerTracing=false"],
            "cannot set feature gate APIServerTracing to false, feature is locked to true",
        );
        refused(&["shop:HPAScaleToZero=true"], "component not registered: shop");
        refused(
            &["kube:HPAScaleToZero=true", "GenericWorkload=true"],
            "set kube feature gates with default empty prefix or kube: prefix consistently, do not mix use",
        );
        refused(
            &["GangScheduling=true"],
            "GangScheduling is enabled, but depends on features that are disabled: [GenericWorkload]",
        );
    }

    #[test]
    fn stages_are_set_but_for_what_is_named() {
        let gates = parse(&["AllAlpha=true,HPAScaleToZero=false", "kube:"]).map(|parsed| parsed.gates);
        assert!(gates.is_err(), "a gate without a name");
        let gates = parse(&["kube:AllAlpha=true,kube:GenericWorkload=0", "kube:GenericWorkload=1"]).unwrap().gates;
        assert!(gates.enabled("AllAlpha") && gates.enabled("GenericWorkload") && gates.enabled("WorkloadWithJob"));
        let gates = parse(&["AllBeta=false,APIResponseCompression=true"]);
        assert!(gates.is_ok_and(|parsed| parsed.gates.enabled("APIResponseCompression")));
    }

    #[test]
    fn who_sets_a_stable_gate_is_warned() {
        let stable = KNOWN.iter().find(|gate| gate.stage == Stage::Ga && gate.setting.is_on()).unwrap().name;
        assert_eq!(
            parse(&[&format!("{stable}=true")]).unwrap().warnings,
            [format!("Setting GA feature gate {stable}=true. It will be removed in a future release.")]
        );
    }
}
