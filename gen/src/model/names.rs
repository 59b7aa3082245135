//! From Rust names to JSON names and back.

/// The JSON name that a Rust field name stands for: `node_name` is `nodeName`, `type_` is `type`.
pub fn camel_case(rust: &str) -> String {
    let mut words = rust.trim_end_matches('_').split('_');
    let mut json = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        json.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        json.push_str(letters.as_str());
    }
    json
}

/// The snake_case of a type's name: `HorizontalPodAutoscaler` is `horizontal_pod_autoscaler`, `CSINode` is `csi_node`.
pub fn snake_case(name: &str) -> String {
    heck::ToSnakeCase::to_snake_case(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_camel_cased() {
        for (rust, json) in [("node_name", "nodeName"), ("type_", "type"), ("a", "a"), ("fs_group", "fsGroup")] {
            assert_eq!(camel_case(rust), json);
        }
    }
}
