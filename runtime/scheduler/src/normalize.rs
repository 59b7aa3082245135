//! Bringing scores into the range that weights expect.

use crate::framework::{MAX_NODE_SCORE, Normalize};

/// A score of a plugin whose highest score of a node that can take the pod is `maximum`.
pub(crate) const fn one(normalize: Normalize, score: i64, maximum: i64) -> i64 {
    match normalize {
        Normalize::None | Normalize::Custom => score,
        Normalize::ByMaximum if maximum == 0 => score,
        Normalize::ByMaximum => MAX_NODE_SCORE * score / maximum,
        Normalize::ByMaximumReversed if maximum == 0 => MAX_NODE_SCORE,
        Normalize::ByMaximumReversed => MAX_NODE_SCORE - MAX_NODE_SCORE * score / maximum,
    }
}

/// Whether the highest score matters.
pub(crate) const fn needs_maximum(normalize: Normalize) -> bool {
    matches!(normalize, Normalize::ByMaximum | Normalize::ByMaximumReversed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_is_100_or_0() {
        assert_eq!(one(Normalize::ByMaximum, 3, 7), 42);
        assert_eq!(one(Normalize::ByMaximum, 0, 0), 0);
        assert_eq!(one(Normalize::ByMaximumReversed, 7, 7), 0);
        assert_eq!(one(Normalize::ByMaximumReversed, 0, 0), 100);
        assert_eq!(one(Normalize::None, 55, 7), 55);
    }
}
