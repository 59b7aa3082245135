//! What pods ask for.

const PODS: usize = 10_000;

/// What pods ask for, or what happens besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Case {
    /// All the same.
    Same,
    /// Ten kinds in turn.
    Ten,
    /// Each an amount of its own: no answer of a plugin is used twice.
    Different,
    /// Each on a host of its own (required anti-affinity).
    AntiAffinity,
    /// In the zone of a first one (required affinity).
    Affinity,
    /// Rather not on a host with others of the kind (preferred anti-affinity).
    PreferredAntiAffinity,
    /// Even over zones (must).
    ZoneSpread,
    /// Even over hosts (must).
    HostSpread,
    /// Even over zones and hosts (had better).
    PreferredSpread,
    /// A third of the nodes has a taint that pods tolerate, a third one that they don't, a third none.
    Taints,
    /// A tenth of the nodes has the pods' image.
    ImageLocality,
    /// Each with a bound volume that is tied to a zone and counts against its node's limit.
    Volumes,
    /// Nodes are full of pods of lower priority.
    Preemption,
    /// All the same, and five nodes report that they are well between two of them.
    Churn,
}

impl Case {
    /// As on the command line.
    pub(crate) fn name(self) -> String {
        let value = clap::ValueEnum::to_possible_value(&self);
        value.map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    /// How many pods there are for so many nodes.
    pub(crate) fn pods(self, nodes: usize) -> usize {
        match self {
            Self::AntiAffinity => PODS.min(nodes),
            // 32 cores hold 320
            Self::Affinity => PODS.min(nodes * 30),
            Self::Preemption => PODS.min(nodes) / 2,
            Self::Different | Self::Volumes => (PODS / 5).min(nodes * 20),
            _ => PODS.min(nodes * 60),
        }
    }
}
