//! Operations: parameters, bodies and answers of each verb.

use kubeforge_machinery::{
    GroupVersionKind,
    codec::MediaType,
    meta::v1::{DeleteOptions, Status, WatchEvent},
    openapi::HasOpenApi,
};
use serde_json::{Map, Value, json};

use super::connect;
use crate::registry::ResourceScope;

/// The definition of patches.
pub(super) const PATCH: &str = "io.k8s.apimachinery.pkg.apis.meta.v1.Patch";

/// What a client does with a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    List,
    Create,
    DeleteCollection,
    Read,
    Replace,
    Delete,
    Patch,
    /// A path of its own below `watch/`, deprecated for the list's parameter.
    Watch,
    WatchList,
}

/// A query parameter: name, type, what it says.
type Parameter = (&'static str, &'static str, &'static str);

const PRETTY: Parameter = ("pretty", "string", "Whether the answer is indented for people to read.");
const DRY_RUN: Parameter = ("dryRun", "string", "With `All` the request is handled in full, but nothing is stored.");
const FIELD_MANAGER: Parameter =
    ("fieldManager", "string", "The name under which the fields that change are recorded.");
const FIELD_VALIDATION: Parameter =
    ("fieldValidation", "string", "What happens to unknown and duplicate fields: Ignore, Warn or Strict.");
const FORCE: Parameter = ("force", "boolean", "For applies: take over fields that others manage.");
const LIST: [Parameter; 10] = [
    ("allowWatchBookmarks", "boolean", "Whether a watch may contain bookmarks."),
    ("continue", "string", "Where a list that came in part goes on."),
    ("fieldSelector", "string", "Only objects with these fields."),
    ("labelSelector", "string", "Only objects with these labels."),
    ("limit", "integer", "At most so many objects."),
    ("resourceVersion", "string", "How fresh the answer must be."),
    ("resourceVersionMatch", "string", "How resourceVersion is meant."),
    ("sendInitialEvents", "boolean", "Whether a watch begins with the objects that there are."),
    ("timeoutSeconds", "integer", "How long the request may take."),
    ("watch", "boolean", "Whether to watch instead of listing."),
];
const DELETE: [Parameter; 5] = [
    DRY_RUN,
    ("gracePeriodSeconds", "integer", "How long the object may take to end."),
    (
        "ignoreStoreReadErrorWithClusterBreakingPotential",
        "boolean",
        "Whether an object goes that can't be read, with nothing done for it: neither finalizers nor dependents count.",
    ),
    ("orphanDependents", "boolean", "Deprecated: see propagationPolicy."),
    ("propagationPolicy", "string", "What becomes of dependents: Orphan, Background or Foreground."),
];

/// A path's resource.
pub(super) struct Target<'a> {
    pub(super) scope: &'a ResourceScope,
    /// The kind that is sent and answered.
    pub(super) kind: &'a GroupVersionKind,
    pub(super) tag: String,
    /// What operations are called, without their verb.
    pub(super) id: String,
    pub(super) path_parameters: &'static [&'static str],
    /// The answer is a text, asked for by options of this kind in the query.
    pub(super) text: Option<GroupVersionKind>,
}

impl Target<'_> {
    /// The path with its operations. Parameters that all operations share stand beside them.
    pub(super) fn path_item(&self, operations: &[Operation]) -> Value {
        let mut shared: Vec<Value> = self.path_parameters.iter().map(|name| path_parameter(name)).collect();
        let each: Vec<(Operation, Vec<Parameter>)> =
            operations.iter().map(|operation| (*operation, self.parameters(*operation))).collect();
        let is_shared = |parameter: &Parameter| each.iter().all(|(_, list)| list.contains(parameter));
        let common: Vec<Parameter> =
            each.first().map(|(_, list)| list.iter().copied().filter(is_shared).collect()).unwrap_or_default();
        shared.extend(common.iter().map(query_parameter));
        shared.extend(self.text.iter().flat_map(|options| connect::options(self.scope, options)));
        shared.sort_by(|a, b| a["name"].as_str().cmp(&b["name"].as_str()));
        let mut item = Map::new();
        for (operation, parameters) in each {
            let mut own: Vec<Value> =
                parameters.iter().filter(|parameter| !common.contains(parameter)).map(query_parameter).collect();
            own.sort_by(|a, b| a["name"].as_str().cmp(&b["name"].as_str()));
            item.insert(method(operation).to_owned(), self.operation(operation, own));
        }
        if !shared.is_empty() {
            item.insert("parameters".to_owned(), Value::Array(shared));
        }
        Value::Object(item)
    }

    fn parameters(&self, operation: Operation) -> Vec<Parameter> {
        let mut parameters = vec![PRETTY];
        match operation {
            Operation::Read => {}
            Operation::List | Operation::Watch | Operation::WatchList => parameters.extend(LIST),
            Operation::Create | Operation::Replace => parameters.extend([DRY_RUN, FIELD_MANAGER, FIELD_VALIDATION]),
            Operation::Patch if self.scope.is_custom() => {
                parameters.extend([DRY_RUN, FIELD_MANAGER, FIELD_VALIDATION]);
            }
            Operation::Patch => parameters.extend([DRY_RUN, FIELD_MANAGER, FIELD_VALIDATION, FORCE]),
            Operation::DeleteCollection if self.scope.is_custom() => parameters.extend(LIST),
            Operation::Delete => parameters.extend(DELETE),
            Operation::DeleteCollection => {
                parameters.extend(DELETE);
                parameters.extend(LIST.iter().filter(|(name, ..)| !matches!(*name, "watch" | "allowWatchBookmarks")));
            }
        }
        parameters
    }

    fn operation(&self, operation: Operation, parameters: Vec<Value>) -> Value {
        let kind = &self.kind.kind;
        let (verb, action, says) = match operation {
            Operation::List => ("list", "list", format!("list or watch objects of kind {kind}")),
            Operation::Create => ("create", "post", format!("create {}", with_article(kind))),
            Operation::DeleteCollection => ("delete", "deletecollection", format!("delete collection of {kind}")),
            Operation::Read => ("read", "get", format!("read the specified {kind}")),
            Operation::Replace => ("replace", "put", format!("replace the specified {kind}")),
            Operation::Delete => ("delete", "delete", format!("delete {}", with_article(kind))),
            Operation::Patch => ("patch", "patch", format!("partially update the specified {kind}")),
            Operation::Watch => ("watch", "watch", format!("watch a {kind}; deprecated: list with `watch`")),
            Operation::WatchList => ("watch", "watchlist", format!("watch each {kind}; deprecated: list with `watch`")),
        };
        let id = match operation {
            // the word goes between the version and the rest of the name
            Operation::DeleteCollection => {
                self.id.replacen(&self.collection_tail(), &format!("Collection{}", self.collection_tail()), 1)
            }
            _ => self.id.clone(),
        };
        let mut map = Map::new();
        map.insert("description".to_owned(), json!(says));
        map.insert("operationId".to_owned(), json!(format!("{verb}{id}")));
        map.insert("tags".to_owned(), json!([self.tag]));
        map.insert("x-kubernetes-action".to_owned(), json!(action));
        let told = if self.scope.is_custom() { &self.scope.kind } else { self.kind };
        map.insert(
            "x-kubernetes-group-version-kind".to_owned(),
            json!({"group": told.group, "version": told.version, "kind": told.kind}),
        );
        if !parameters.is_empty() {
            map.insert("parameters".to_owned(), Value::Array(parameters));
        }
        if let Some(body) = self.body(operation) {
            map.insert("requestBody".to_owned(), body);
        }
        map.insert("responses".to_owned(), self.responses(operation));
        Value::Object(map)
    }

    fn collection_tail(&self) -> String {
        let scoped = if self.scope.namespaced() { "Namespaced" } else { "" };
        format!("{scoped}{}", self.scope.kind.kind)
    }

    fn definition(&self, kind: &GroupVersionKind) -> Option<&str> {
        if let Some(documents) = &self.scope.custom {
            let [own, list] = &documents.definitions;
            if *kind == self.scope.kind {
                return Some(own);
            }
            if *kind == self.scope.list_kind {
                return Some(list);
            }
        }
        let entry = self.scope.scheme.get(kind).ok()?;
        entry.info.openapi.map(|schema| schema().definition)
    }

    fn body(&self, operation: Operation) -> Option<Value> {
        match operation {
            Operation::Create | Operation::Replace => {
                Some(json!({"content": self.sent(self.definition(self.kind)?), "required": true}))
            }
            Operation::DeleteCollection if self.scope.is_custom() => None,
            Operation::Delete | Operation::DeleteCollection => {
                Some(json!({"content": self.sent(DeleteOptions::DEFINITION)}))
            }
            Operation::Patch => {
                let types = [
                    "application/apply-patch+yaml",
                    "application/json-patch+json",
                    "application/merge-patch+json",
                    "application/strategic-merge-patch+json",
                ];
                let types = types.into_iter().filter(|name| !self.scope.is_custom() || !name.contains("strategic"));
                let content: Map<String, Value> =
                    types.map(|name| (name.to_owned(), json!({"schema": reference(PATCH)}))).collect();
                Some(json!({"content": content, "required": true}))
            }
            Operation::List | Operation::Read | Operation::Watch | Operation::WatchList => None,
        }
    }

    /// A body's media types.
    fn sent(&self, definition: &str) -> Value {
        if self.scope.is_custom() {
            custom_content(definition)
        } else {
            json!({"*/*": {"schema": reference(definition)}})
        }
    }

    fn responses(&self, operation: Operation) -> Value {
        let own = self.definition(self.kind).unwrap_or(Status::DEFINITION);
        let list = self.definition(&self.scope.list_kind).unwrap_or(Status::DEFINITION);
        let returns_object = operation == Operation::Delete && self.scope.strategy.returns_deleted_object();
        let (definition, codes): (&str, &[(&str, &str)]) = match operation {
            Operation::List => (list, &[("200", "OK")]),
            Operation::Watch | Operation::WatchList => (WatchEvent::DEFINITION, &[("200", "OK")]),
            Operation::Read => (own, &[("200", "OK")]),
            Operation::Create => (own, &[("200", "OK"), ("201", "Created"), ("202", "Accepted")]),
            Operation::Patch if self.scope.is_custom() => (own, &[("200", "OK")]),
            Operation::Replace | Operation::Patch => (own, &[("200", "OK"), ("201", "Created")]),
            Operation::Delete if returns_object => (own, &[("200", "OK"), ("202", "Accepted")]),
            Operation::Delete => (Status::DEFINITION, &[("200", "OK"), ("202", "Accepted")]),
            Operation::DeleteCollection => (Status::DEFINITION, &[("200", "OK")]),
        };
        let mut map: Map<String, Value> = codes
            .iter()
            .map(|(code, text)| {
                let is_stream = matches!(operation, Operation::List | Operation::Watch | Operation::WatchList);
                let content = if self.text.is_some() {
                    text_content()
                } else if self.scope.is_custom() {
                    custom_content(definition)
                } else {
                    content(definition, is_stream)
                };
                ((*code).to_owned(), json!({"description": text, "content": content}))
            })
            .collect();
        map.insert("401".to_owned(), json!({"description": "Unauthorized"}));
        Value::Object(map)
    }
}

fn method(operation: Operation) -> &'static str {
    match operation {
        Operation::List | Operation::Read | Operation::Watch | Operation::WatchList => "get",
        Operation::Create => "post",
        Operation::DeleteCollection | Operation::Delete => "delete",
        Operation::Replace => "put",
        Operation::Patch => "patch",
    }
}

fn with_article(kind: &str) -> String {
    let article = if kind.starts_with(['A', 'E', 'I', 'O', 'U']) { "an" } else { "a" };
    format!("{article} {kind}")
}

/// An answer's media types, with the schema of a definition.
pub(super) fn content(definition: &str, watchable: bool) -> Value {
    let mut names: Vec<String> = MediaType::ALL.iter().map(ToString::to_string).collect();
    if watchable {
        names.extend([MediaType::Json, MediaType::Protobuf].map(|media| format!("{media};stream=watch")));
    }
    names.into_iter().map(|name| (name, json!({"schema": reference(definition)}))).collect::<Map<_, _>>().into()
}

/// A text's media types: upstream tells of all that objects have as well.
fn text_content() -> Value {
    let names = MediaType::ALL.iter().map(|media| media.name()).chain(["text/plain"]);
    names.map(|name| (name.to_owned(), json!({"schema": {"type": "string"}}))).collect::<Map<_, _>>().into()
}

/// The media types of custom resources, as upstream tells of them.
fn custom_content(definition: &str) -> Value {
    let names = [MediaType::Json, MediaType::Yaml].map(|media| media.to_string());
    names.into_iter().map(|name| (name, json!({"schema": reference(definition)}))).collect::<Map<_, _>>().into()
}

pub(super) fn reference(definition: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{definition}")})
}

fn query_parameter((name, type_, says): &Parameter) -> Value {
    json!({"name": name, "in": "query", "description": says, "schema": {"type": type_, "uniqueItems": true}})
}

fn path_parameter(name: &str) -> Value {
    let says = match name {
        "name" => "The object's name.",
        _ => "The namespace that the object is in.",
    };
    json!({
        "name": name,
        "in": "path",
        "description": says,
        "required": true,
        "schema": {"type": "string", "uniqueItems": true},
    })
}
