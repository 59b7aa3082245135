use crate::{feature_gates::FeatureGates, field::ErrorList};

/// The gate that lets rules of stage beta reject.
const BETA_GATE: &str = "DeclarativeValidationBeta";

/// What rules may depend on beside the object.
#[derive(Clone, Copy, Debug)]
pub struct ValidationContext<'a> {
    /// The gates.
    pub gates: &'a FeatureGates,
    /// The subresource that is written; empty for the object itself.
    pub subresource: &'a str,
    /// Whether somebody looks at what rules that don't reject find. If not, they aren't checked.
    pub observe: bool,
}

impl<'a> ValidationContext<'a> {
    /// A context of the object itself, in which only rules that reject are checked.
    pub const fn new(gates: &'a FeatureGates) -> Self {
        Self { gates, subresource: "", observe: false }
    }

    /// Whether a feature gate is on.
    pub fn enabled(&self, gate: &str) -> bool {
        self.gates.enabled(gate)
    }
}

/// How far a rule is on its way into force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It rejects.
    Stable,
    /// It rejects while the gate `DeclarativeValidationBeta` is on, which is the default.
    Beta,
    /// It does not reject.
    Alpha,
}

/// What validation found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// What is wrong with the object.
    pub errors: ErrorList,
    /// What would be wrong, were rules in force that are not yet. For comparison with hand-written rules.
    pub observed: ErrorList,
}

impl Findings {
    /// Where a stage's rules put what they find; `None` where they need not be checked.
    pub fn at(&mut self, stage: Stage, ctx: &ValidationContext<'_>) -> Option<&mut ErrorList> {
        let rejects = match stage {
            Stage::Stable => true,
            Stage::Beta => ctx.gates.enabled(BETA_GATE),
            Stage::Alpha => false,
        };
        match (rejects, ctx.observe) {
            (true, _) => Some(&mut self.errors),
            (false, true) => Some(&mut self.observed),
            (false, false) => None,
        }
    }
}
