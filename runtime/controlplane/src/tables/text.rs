//! Texts that several tables share.

use std::{collections::BTreeMap, fmt::Display};

use kubeforge_api::core::v1::Container;
use kubeforge_apiserver::table::Cell;
use kubeforge_machinery::meta::v1::{LabelSelector, LabelSelectorOperator};

/// What stands where there is nothing.
pub(super) const NONE: &str = "<none>";

/// The text, or `<none>` for the empty one.
pub(super) fn or_none(text: &str) -> Cell {
    if text.is_empty() { NONE.into() } else { text.to_owned().into() }
}

/// Items joined by commas.
pub(super) fn comma<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    let mut text = String::new();
    for item in items {
        if !text.is_empty() {
            text.push(',');
        }
        text.push_str(&item.to_string());
    }
    text
}

/// `a=b,c=d`, or `<none>`.
pub(super) fn labels(labels: &BTreeMap<String, String>) -> Cell {
    or_none(&comma(labels.iter().map(|(key, value)| format!("{key}={value}"))))
}

/// A selector as kubectl writes it: `a=b,c in (x,y),!d`; `<none>` where it selects all, `<error>` where it is invalid.
pub(super) fn selector(selector: Option<&LabelSelector>) -> Cell {
    let Some(selector) = selector else { return NONE.into() };
    let mut parts: Vec<(&str, String)> =
        selector.match_labels.iter().map(|(key, value)| (key.as_str(), format!("{key}={value}"))).collect();
    for requirement in &selector.match_expressions {
        let key = requirement.key.as_str();
        let mut values = requirement.values.clone();
        values.sort();
        let values = values.join(",");
        parts.push((
            key,
            match &requirement.operator {
                LabelSelectorOperator::In => format!("{key} in ({values})"),
                LabelSelectorOperator::NotIn => format!("{key} notin ({values})"),
                LabelSelectorOperator::Exists => key.to_owned(),
                LabelSelectorOperator::DoesNotExist => format!("!{key}"),
                LabelSelectorOperator::Other(_) => return "<error>".into(),
            },
        ));
    }
    parts.sort_by(|a, b| a.0.cmp(b.0));
    or_none(&comma(parts.into_iter().map(|(_, text)| text)))
}

/// The containers' names.
pub(super) fn container_names(containers: &[Container]) -> Cell {
    comma(containers.iter().map(|container| &container.name)).into()
}

/// The containers' images.
pub(super) fn container_images(containers: &[Container]) -> Cell {
    comma(containers.iter().map(|container| &container.image)).into()
}
