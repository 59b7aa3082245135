use kubeforge_derive::ApiSource;

/// A type with rules of every form.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(union(discriminator = "type", "file" = "File"), at_most_one_of("file", "url"))]
#[api(cel(rule = "self.least <= self.most", message = "least must not exceed most"))]
pub struct Policy {
    #[api(tag = 1, required, discriminator)]
    pub type_: String,
    #[api(tag = 2, member = "File", min_len = 1, max_len = 255, pattern = "^/")]
    pub file: Option<String>,
    #[api(tag = 3, format = "uri")]
    pub url: Option<String>,
    #[api(tag = 4, min = 0, exclusive_max = 1.5, multiple_of = 2)]
    pub least: f64,
    #[api(tag = 5, not_equal = -1, update(no_unset, no_modify), alpha(immutable))]
    pub most: i32,
    #[api(tag = 6, min_items = 1, max_items = 16, unique, each(max_len = 63, format = "k8s-short-name"))]
    pub names: Vec<String>,
    #[api(tag = 7, gate = "Gears", if_disabled("Gears", forbidden))]
    pub gears: Option<i32>,
    #[api(tag = 8, values(301, 302))]
    pub code: Option<i64>,
}
