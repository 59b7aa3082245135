use kubeforge_derive::ApiSource;

/// A closed set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum Color {
    /// Like a rose.
    Red,
    #[api(value = "deep-blue", gate = "Blueness")]
    DeepBlue,
    Other(String),
}

/// A set that OpenAPI doesn't list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum Mood {
    Fine,
    Other(String),
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Painting {
    #[api(tag = 1, required)]
    pub color: Color,
    #[api(tag = 2)]
    pub frame: Option<Color>,
    #[api(tag = 3)]
    pub palette: Vec<Color>,
    #[api(tag = 4)]
    pub mood: Mood,
}
