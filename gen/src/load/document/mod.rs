//! JSON and YAML documents, as trees that say where each of their values stands.
//!
//! Importers walk these trees themselves instead of filling structs by serde (or by the openapiv3 crate's types): a
//! walk goes on after an error and reports all of them with their paths, keeps the order of properties, and knows
//! what it has not looked at, so that nothing in a document is lost without a word.

mod at;
mod node;
mod report;

pub(crate) use at::{At, Object};
pub(crate) use node::Node;
pub use report::{Problem, Report};

/// Reads a file's documents: one where it is JSON, one or more where it is YAML. Empty ones are left out.
///
/// # Errors
/// Where and why the text is neither.
pub(crate) fn parse(text: &str) -> Result<Vec<Node>, String> {
    let documents = if text.trim_start().starts_with('{') {
        serde_json::from_str(text).map(|document| vec![document]).map_err(|error| error.to_string())?
    } else {
        serde_saphyr::from_multiple_with_options(text, options()).map_err(|error| first_line(&error.to_string()))?
    };
    Ok(documents.into_iter().filter(|document| *document != Node::Null).collect())
}

/// Limits far above those of real definitions (the largest have some 100,000 values), for files that a person named.
fn options() -> serde_saphyr::Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! { max_depth: 512, max_nodes: 20_000_000, max_events: 50_000_000 },
        with_snippet: false,
    }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_and_yaml_say_the_same() {
        let json = parse("{\"b\": [1, -2, 1.5, true, null], \"a\": \"x\"}").unwrap();
        let yaml = parse("---\nb: [1, -2, 1.5, true, null]\na: x\n---\n").unwrap();
        assert_eq!(json, yaml);
    }

    #[test]
    fn errors_say_where() {
        let error = parse("{\"a\": 1, \"a\": 2}").unwrap_err();
        assert!(error.contains("`a` is given twice") && error.contains("line 1"), "{error}");
        let error = parse("a: [1\nb: 2").unwrap_err();
        assert!(error.contains("line"), "{error}");
    }
}
