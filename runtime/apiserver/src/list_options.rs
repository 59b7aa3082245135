//! The parameters of lists and watches. Follows apimachinery pkg/apis/meta/internalversion/validation.

use std::time::Duration;

use kubeforge_machinery::{
    ApiError, GroupKind,
    field::{Error, ErrorList, Path},
    fields, labels,
};
use kubeforge_storage::{
    revision::Revision,
    storage::{ReadAt, Selection},
};

use crate::{query::Query, registry::ResourceScope, request_info::RequestInfo};

/// What a list or watch asks for, as the query says it.
#[derive(Clone, Debug, Default)]
pub struct ListOptions {
    /// Labels.
    pub labels: labels::Selector,
    /// Fields.
    pub fields: fields::Selector,
    /// `resourceVersion`
    pub resource_version: String,
    /// `resourceVersionMatch`
    pub resource_version_match: String,
    /// `limit`
    pub limit: i64,
    /// `continue`
    pub continue_: String,
    /// `timeoutSeconds`
    pub timeout: Option<Duration>,
    /// `allowWatchBookmarks`
    pub bookmarks: bool,
    /// `sendInitialEvents`
    pub send_initial_events: Option<bool>,
}

/// Whether options are for a list or a watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A list (or a delete of many).
    List,
    /// A watch.
    Watch,
}

const KIND: GroupKind =
    GroupKind { group: std::borrow::Cow::Borrowed("meta.k8s.io"), kind: std::borrow::Cow::Borrowed("ListOptions") };

impl ListOptions {
    /// Reads and checks the options.
    ///
    /// # Errors
    /// 400 where a value can't be read, 422 where values don't fit together.
    pub fn parse(query: Query<'_>, purpose: Purpose, scope: &ResourceScope) -> Result<Self, ApiError> {
        let mut options = Self::default();
        for (name, value) in query.pairs() {
            match &*name {
                "labelSelector" => {
                    options.labels =
                        labels::Selector::parse(&value).map_err(|err| ApiError::bad_request(err.to_string()))?;
                }
                "fieldSelector" => {
                    options.fields =
                        fields::Selector::parse(&value).map_err(|err| ApiError::bad_request(err.to_string()))?;
                }
                "resourceVersion" => options.resource_version = value.into_owned(),
                "resourceVersionMatch" => options.resource_version_match = value.into_owned(),
                "limit" => options.limit = parse_int(&value)?,
                "continue" => options.continue_ = value.into_owned(),
                "timeoutSeconds" => {
                    options.timeout = u64::try_from(parse_int(&value)?).ok().map(Duration::from_secs);
                }
                "allowWatchBookmarks" => options.bookmarks = crate::query::as_bool(&value),
                "sendInitialEvents" => options.send_initial_events = Some(crate::query::as_bool(&value)),
                _ => {}
            }
        }
        options.fields = known_fields(options.fields, scope)?;
        let errors = options.check(purpose);
        if errors.is_empty() { Ok(options) } else { Err(ApiError::invalid(&KIND, "", &errors)) }
    }

    fn check(&self, purpose: Purpose) -> ErrorList {
        let mut errors = ErrorList::new();
        if let Some(send) = self.send_initial_events {
            self.check_send_initial_events(purpose, send, &mut errors);
            return errors;
        }
        let field = Path::new("resourceVersionMatch");
        let asked = self.resource_version_match.as_str();
        if purpose == Purpose::Watch {
            if !self.continue_.is_empty() {
                let why = "resourceVersionMatch is forbidden when continue is provided";
                errors.push(Error::forbidden(&field, why));
            } else if !asked.is_empty() {
                errors.push(Error::forbidden(
                    &field,
                    "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided",
                ));
            }
            return errors;
        }
        if asked.is_empty() {
            return errors;
        }
        if self.resource_version.is_empty() {
            errors
                .push(Error::forbidden(&field, "resourceVersionMatch is forbidden unless resourceVersion is provided"));
        }
        if !self.continue_.is_empty() {
            errors.push(Error::forbidden(&field, "resourceVersionMatch is forbidden when continue is provided"));
        }
        if asked != "Exact" && asked != "NotOlderThan" {
            errors.push(Error::not_supported(&field, asked, &["Exact", "NotOlderThan", ""]));
        }
        if asked == "Exact" && self.resource_version == "0" {
            let why = "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"";
            errors.push(Error::forbidden(&field, why));
        }
        errors
    }

    fn check_send_initial_events(&self, purpose: Purpose, send: bool, errors: &mut ErrorList) {
        let field = Path::new("sendInitialEvents");
        let match_ = Path::new("resourceVersionMatch");
        if purpose == Purpose::List {
            errors.push(Error::forbidden(&field, "sendInitialEvents is forbidden for list"));
            return;
        }
        if self.resource_version_match != "NotOlderThan" {
            errors.push(Error::forbidden(
                &match_,
                "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan",
            ));
        }
        if !self.continue_.is_empty() {
            errors.push(Error::forbidden(&match_, "resourceVersionMatch is forbidden when continue is provided"));
        }
        let _either_way = send;
    }

    /// Which objects are meant.
    pub fn selection(&self, info: &RequestInfo<'_>, scope: &ResourceScope) -> Selection {
        let namespace = match self.fields.required_value("metadata.namespace") {
            Some(namespace) if info.namespace.is_empty() && scope.namespaced() && !namespace.is_empty() => {
                Some(namespace.to_owned())
            }
            _ => (scope.namespaced() && !info.namespace.is_empty()).then(|| info.namespace.to_owned()),
        };
        let name = self.fields.required_value("metadata.name").map(str::to_owned);
        Selection { namespace, name, labels: self.labels.clone(), fields: self.fields.clone() }
    }

    /// How fresh a list must be.
    ///
    /// # Errors
    /// 400 for a resource version that is no number.
    pub fn read_at(&self) -> Result<ReadAt, ApiError> {
        let at = parse_revision(&self.resource_version)
            .map_err(|message| ApiError::bad_request(format!("invalid resource version: {message}")))?;
        Ok(match (at, self.resource_version_match.as_str()) {
            (At::Revision(revision), "Exact") => ReadAt::Exact(revision),
            (At::Revision(revision), _) if self.limit > 0 && self.resource_version_match.is_empty() => {
                // with a limit and no match, the exact revision is meant, as before matches existed
                ReadAt::Exact(revision)
            }
            (At::Revision(revision), _) => ReadAt::NotOlderThan(revision),
            (At::Any, _) => ReadAt::Any,
            (At::Unset, _) => ReadAt::Latest,
        })
    }
}

/// What a `resourceVersion` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// Nothing.
    Unset,
    /// Any state will do (`0`).
    Any,
    /// This revision.
    Revision(Revision),
}

/// Reads a `resourceVersion`.
///
/// # Errors
/// A message in Go's words.
pub fn parse_revision(text: &str) -> Result<At, String> {
    if text.is_empty() {
        return Ok(At::Unset);
    }
    match text.parse::<u64>() {
        // Rust's parser takes a plus sign, Go's does not
        Ok(number) if !text.starts_with('+') => Ok(Revision::new(number).map_or(At::Any, At::Revision)),
        _ => Err(format!(
            "resourceVersion: Invalid value: \"{text}\": strconv.ParseUint: parsing \"{text}\": invalid syntax"
        )),
    }
}

/// A number as apimachinery converts it: nothing is 0.
pub fn parse_int(text: &str) -> Result<i64, ApiError> {
    if text.is_empty() {
        return Ok(0);
    }
    text.parse().map_err(|_| ApiError::bad_request(format!("strconv.ParseInt: parsing \"{text}\": invalid syntax")))
}

/// Checks that every field of the selector is one that the resource knows, and puts its stored label in place of aliases.
fn known_fields(selector: fields::Selector, scope: &ResourceScope) -> Result<fields::Selector, ApiError> {
    let selectable = &scope.info.selectable;
    let has_own = scope.is_custom() || selectable.iter().any(|label| !label.starts_with("metadata."));
    selector.transform(|label, value| {
        if let Some((_, meant)) = scope.field_labels.aliases.iter().find(|(alias, _)| *alias == label) {
            return Ok(((*meant).to_owned(), value));
        }
        let of_all = match label.as_str() {
            "metadata.name" => true,
            // kinds without namespaces that name their labels themselves leave it out
            "metadata.namespace" => !has_own || scope.namespaced(),
            _ => false,
        };
        if of_all || selectable.contains(&&*label) || scope.strategy.knows_field_label(&label) {
            return Ok((label, value));
        }
        Err(ApiError::bad_request(match scope.field_labels.refusal {
            Some(refusal) => refusal(&scope.kind, &label),
            None if has_own => format!("field label not supported: {label}"),
            None => {
                format!("\"{label}\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"")
            }
        }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resource_versions_parse_as_in_go() {
        assert_eq!(parse_revision(""), Ok(At::Unset));
        assert_eq!(parse_revision("0"), Ok(At::Any));
        assert_eq!(parse_revision("7"), Ok(At::Revision(Revision::new(7).unwrap())));
        assert_eq!(
            parse_revision("abc").unwrap_err(),
            "resourceVersion: Invalid value: \"abc\": strconv.ParseUint: parsing \"abc\": invalid syntax"
        );
    }
}
