//! The extension points by their names in metrics.

macro_rules! points {
    ($($point:ident),* $(,)?) => {
        /// An extension point, as metrics name it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Point {
            $($point,)*
        }

        impl Point {
            pub(crate) const ALL: &'static [Self] = &[$(Self::$point,)*];

            pub(crate) const fn name(self) -> &'static str {
                match self {
                    $(Self::$point => stringify!($point),)*
                }
            }
        }
    };
}

points! {
    PreEnqueue,
    PreFilter,
    Filter,
    PostFilter,
    PreScore,
    Score,
    Reserve,
    Unreserve,
    Permit,
    PreBind,
    Bind,
    PostBind,
    PreFilterExtensionAddPod,
    PreFilterExtensionRemovePod,
    ScoreExtensionNormalize,
}

impl Point {
    /// Those in which it is counted how often plugins are asked.
    pub(super) const COUNTED: [Self; 4] = [Self::PreFilter, Self::Filter, Self::PreScore, Self::Score];
}
