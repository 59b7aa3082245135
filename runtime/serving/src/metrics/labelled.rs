//! Families by labels, whose values may have to be among some.

use std::{borrow::Cow, collections::BTreeSet, fmt, sync::Arc};

use prometheus::{
    IntCounter,
    core::{Collector, MetricVec, MetricVecBuilder},
};

/// What stands for values that are not to be shown.
const UNEXPECTED: &str = "unexpected";

/// Counters by labels.
pub type IntCounterVec = Labelled<prometheus::IntCounterVec>;
/// Gauges by labels.
pub type IntGaugeVec = Labelled<prometheus::IntGaugeVec>;
/// Histograms by labels.
pub type HistogramVec = Labelled<prometheus::HistogramVec>;

/// By the place of the label: the values that may be shown; none where all may.
pub(super) type Allowed = Arc<[Option<BTreeSet<String>>]>;

/// A family by labels.
#[derive(Clone)]
pub struct Labelled<V> {
    family: V,
    allowed: Option<Allowed>,
    unexpected: IntCounter,
}

impl<V: Collector> fmt::Debug for Labelled<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Labelled").field("family", &self.family.desc()).finish_non_exhaustive()
    }
}

impl<V> Labelled<V> {
    pub(super) const fn new(family: V, allowed: Option<Allowed>, unexpected: IntCounter) -> Self {
        Self { family, allowed, unexpected }
    }
}

impl<T: MetricVecBuilder> Labelled<MetricVec<T>> {
    /// The one with these values, in the order of the labels.
    pub fn with_label_values<S: AsRef<str> + fmt::Debug>(&self, values: &[S]) -> T::M {
        match &self.allowed {
            None => self.family.with_label_values(values),
            Some(allowed) => self.family.with_label_values(&self.shown(allowed, values)),
        }
    }

    /// Takes the one with these values out.
    ///
    /// # Errors
    /// Where there is none.
    pub fn remove_label_values<S: AsRef<str> + fmt::Debug>(&self, values: &[S]) -> prometheus::Result<()> {
        match &self.allowed {
            None => self.family.remove_label_values(values),
            Some(allowed) => self.family.remove_label_values(&self.shown(allowed, values)),
        }
    }

    fn shown<'a, S: AsRef<str>>(&self, allowed: &Allowed, values: &'a [S]) -> Vec<Cow<'a, str>> {
        let shown = |(value, allowed): (&'a S, &Option<BTreeSet<String>>)| match allowed {
            Some(allowed) if !allowed.contains(value.as_ref()) => {
                self.unexpected.inc();
                Cow::Borrowed(UNEXPECTED)
            }
            _ => Cow::Borrowed(value.as_ref()),
        };
        values.iter().zip(allowed.iter()).map(shown).collect()
    }

    /// Forgets all.
    pub fn reset(&self) {
        self.family.reset();
    }
}
