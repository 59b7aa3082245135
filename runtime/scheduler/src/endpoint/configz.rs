//! `/configz`: the configuration as Go writes kube-scheduler's own form of it: fields under their names in Go, lists that
//! are not there as null.

use serde_json::{Map, Value, json};

use crate::config::KubeSchedulerConfiguration;

/// The page.
pub(super) fn page(configuration: &KubeSchedulerConfiguration) -> Value {
    let value = serde_json::to_value(configuration.without_keys()).unwrap_or_default();
    let mut own = go(&value, "");
    if let Some(fields) = own.as_object_mut() {
        fields.entry("Extenders").or_insert(Value::Null);
        fields.entry("DelayCacheUntilActive").or_insert(Value::Bool(false));
    }
    json!({ "componentconfig": own })
}

fn go(value: &Value, field: &str) -> Value {
    match value {
        Value::Object(fields) => {
            let mut own: Map<String, Value> =
                fields.iter().map(|(name, value)| (name_of(name), go(value, name))).collect();
            if is_plugin_set(field) {
                own.entry("Enabled").or_insert(Value::Null);
                own.entry("Disabled").or_insert(Value::Null);
            }
            Value::Object(own)
        }
        Value::Array(items) => items.iter().map(|item| go(item, "")).collect(),
        other => other.clone(),
    }
}

fn is_plugin_set(field: &str) -> bool {
    matches!(
        field,
        "preEnqueue"
            | "queueSort"
            | "preFilter"
            | "filter"
            | "postFilter"
            | "preScore"
            | "score"
            | "reserve"
            | "permit"
            | "preBind"
            | "bind"
            | "postBind"
            | "multiPoint"
            | "placementGenerate"
            | "placementScore"
    )
}

fn name_of(field: &str) -> String {
    match field {
        // the type's own fields keep their names
        "apiVersion" | "kind" => field.to_owned(),
        "urlPrefix" => "URLPrefix".to_owned(),
        "qps" => "QPS".to_owned(),
        "tlsConfig" => "TLSConfig".to_owned(),
        "httpTimeout" => "HTTPTimeout".to_owned(),
        "caFile" => "CAFile".to_owned(),
        "caData" => "CAData".to_owned(),
        other => {
            let mut rest = other.chars();
            rest.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(rest).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_have_their_names_in_go() {
        let mut configuration = KubeSchedulerConfiguration::default();
        configuration.complete(&Default::default()).unwrap();
        let page = page(&configuration);
        let own = &page["componentconfig"];
        assert_eq!(own["LeaderElection"]["LeaseDuration"], "15s");
        assert_eq!(own["ClientConnection"]["QPS"], 50);
        assert_eq!(own["Profiles"][0]["Plugins"]["Bind"], json!({ "Enabled": null, "Disabled": null }));
        assert_eq!(own["Profiles"][0]["Plugins"]["MultiPoint"]["Enabled"][0]["Name"], "SchedulingGates");
    }
}
