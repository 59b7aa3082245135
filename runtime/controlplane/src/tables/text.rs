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

/// A selector as kubectl writes it: `a=b,c in (x,y),!d`; `<none>` where it says nothing, `<error>` where it is invalid.
pub(super) fn selector(selector: Option<&LabelSelector>) -> Cell {
    match selector_text(selector) {
        Some(text) => or_none(&text),
        None => "<error>".into(),
    }
}

/// A selector's text, empty where it selects all or nothing; `None` where it is invalid.
pub(super) fn selector_text(selector: Option<&LabelSelector>) -> Option<String> {
    let Some(selector) = selector else { return Some(String::new()) };
    let mut parts: Vec<(&str, String)> =
        selector.match_labels.iter().map(|(key, value)| (key.as_str(), format!("{key}={value}"))).collect();
    for requirement in &selector.match_expressions {
        let key = requirement.key.as_str();
        let mut values = requirement.values.clone();
        values.sort();
        let is_list = !values.is_empty();
        let values = values.join(",");
        let text = match &requirement.operator {
            LabelSelectorOperator::In if is_list => format!("{key} in ({values})"),
            LabelSelectorOperator::NotIn if is_list => format!("{key} notin ({values})"),
            LabelSelectorOperator::Exists if !is_list => key.to_owned(),
            LabelSelectorOperator::DoesNotExist if !is_list => format!("!{key}"),
            _ => return None,
        };
        parts.push((key, text));
    }
    parts.sort_by(|a, b| a.0.cmp(b.0));
    Some(comma(parts.into_iter().map(|(_, text)| text)))
}

/// A selector as upstream's generated code spells it out for people who debug it; some tables show that.
pub(super) fn selector_spelt_out(selector: &LabelSelector) -> String {
    let labels: String = selector.match_labels.iter().map(|(key, value)| format!("{key}: {value},")).collect();
    let expressions: String = selector
        .match_expressions
        .iter()
        .map(|it| {
            let (operator, values) = (it.operator.as_str(), it.values.join(" "));
            format!("LabelSelectorRequirement{{Key:{},Operator:{operator},Values:[{values}],}},", it.key)
        })
        .collect();
    format!(
        "&LabelSelector{{MatchLabels:map[string]string{{{labels}}},\
         MatchExpressions:[]LabelSelectorRequirement{{{expressions}}},}}"
    )
}

/// How many items there are.
pub(super) fn count(length: usize) -> Cell {
    Cell::Integer(length.try_into().unwrap_or(i64::MAX))
}

/// The first few items joined by commas, and how many more there are.
pub(super) fn first_few(all: &[String]) -> String {
    const SHOWN: usize = 3;
    let list = comma(all.iter().take(SHOWN));
    match all.len().checked_sub(SHOWN) {
        Some(more) if more > 0 => format!("{list} + {more} more..."),
        _ => list,
    }
}

/// The containers' names.
pub(super) fn container_names(containers: &[Container]) -> Cell {
    comma(containers.iter().map(|container| &container.name)).into()
}

/// The containers' images.
pub(super) fn container_images(containers: &[Container]) -> Cell {
    comma(containers.iter().map(|container| &container.image)).into()
}
