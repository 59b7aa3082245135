//! Secrets: as config maps, and what their type promises is there.

use kubeforge_api::core::v1::{
    SECRET_TYPE_BASIC_AUTH, SECRET_TYPE_DOCKER_CONFIG_JSON, SECRET_TYPE_DOCKERCFG, SECRET_TYPE_SERVICE_ACCOUNT_TOKEN,
    SECRET_TYPE_SSH_AUTH, SECRET_TYPE_TLS, Secret,
};
use kubeforge_machinery::{
    codec::{JsonReader, json::syntax_error},
    field::{Error, ErrorList, Path},
    validation::{CheckContext, Checks, MetadataOnUpdate, is_config_map_key},
};

use super::FROZEN;
use crate::{
    BuiltIn,
    common::{immutable, invalid_each},
};

/// All values together.
const BYTES_MAX: usize = 1024 * 1024;
const SERVICE_ACCOUNT_NAME: &str = "kubernetes.io/service-account.name";
const REDACTED: &str = "<secret contents redacted>";

pub(super) fn register(all: &mut BuiltIn) {
    let checks = Checks::new(validate).update(validate_update).metadata_on_update(MetadataOnUpdate::Whole);
    all.add("", "secrets", checks);
}

fn validate(_: &CheckContext<'_>, secret: &Secret) -> ErrorList {
    let mut errors = ErrorList::new();
    let data = Path::new("data");
    let mut bytes = 0;
    for (key, value) in &secret.data {
        invalid_each(&data.key(key), key, is_config_map_key(key), &mut errors);
        bytes += value.len();
    }
    if bytes > BYTES_MAX {
        errors.push(Error::too_long(&data, BYTES_MAX));
    }
    content(secret, &data, &mut errors);
    errors
}

/// What a secret of its type must hold.
fn content(secret: &Secret, data: &Path<'_>, errors: &mut ErrorList) {
    let mut require = |key: &str| errors.push(Error::required(&data.key(key), ""));
    let has = |key: &str| secret.data.contains_key(key);
    match secret.type_.as_str() {
        SECRET_TYPE_SERVICE_ACCOUNT_TOKEN
            if secret.metadata.annotations.get(SERVICE_ACCOUNT_NAME).is_none_or(String::is_empty) =>
        {
            let annotations = Path::new("metadata.annotations");
            errors.push(Error::required(&annotations.key(SERVICE_ACCOUNT_NAME), ""));
        }
        SECRET_TYPE_DOCKERCFG => json_object(secret, ".dockercfg", data, errors),
        SECRET_TYPE_DOCKER_CONFIG_JSON => json_object(secret, ".dockerconfigjson", data, errors),
        SECRET_TYPE_BASIC_AUTH if !has("username") && !has("password") => {
            require("username");
            require("password");
        }
        SECRET_TYPE_SSH_AUTH if secret.data.get("ssh-privatekey").is_none_or(|key| key.is_empty()) => {
            require("ssh-privatekey");
        }
        SECRET_TYPE_TLS => {
            for key in ["tls.crt", "tls.key"].into_iter().filter(|key| !has(key)) {
                require(key);
            }
        }
        _ => {}
    }
}

/// The value of a key is a JSON object, whatever is in it. Errors don't show it.
fn json_object(secret: &Secret, key: &str, data: &Path<'_>, errors: &mut ErrorList) {
    let path = data.key(key);
    let Some(value) = secret.data.get(key) else {
        errors.push(Error::required(&path, ""));
        return;
    };
    let wrong = syntax_error(value).or_else(|| {
        let mut reader = JsonReader::new(value);
        match (reader.is_object(), reader.null()) {
            (Ok(false), Ok(false)) => {
                let found = match value.iter().find(|byte| !byte.is_ascii_whitespace()) {
                    Some(b'[') => "array",
                    Some(b'"') => "string",
                    Some(b't' | b'f') => "bool",
                    _ => "number",
                };
                Some(reader.type_error(found.to_owned(), "map[string]interface {}"))
            }
            _ => None,
        }
    });
    if let Some(wrong) = wrong {
        errors.push(Error::invalid(&path, REDACTED, wrong.to_string()));
    }
}

fn validate_update(ctx: &CheckContext<'_>, new: &Secret, old: &Secret) -> ErrorList {
    let mut errors = ErrorList::new();
    immutable(&new.type_, &old.type_, &Path::new("type"), &mut errors);
    if old.immutable == Some(true) {
        if new.immutable != Some(true) {
            errors.push(Error::forbidden(&Path::new("immutable"), FROZEN));
        }
        if new.data != old.data {
            errors.push(Error::forbidden(&Path::new("data"), FROZEN));
        }
    }
    errors.extend(validate(ctx, new));
    errors
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(type_: &str, data: &[(&str, &str)], want: &[&str]) {
        let mut secret = Secret { type_: type_.to_owned(), ..Secret::default() };
        secret.data = data.iter().map(|(key, value)| ((*key).to_owned(), (*value).into())).collect();
        let mut errors = ErrorList::new();
        content(&secret, &Path::new("data"), &mut errors);
        let found: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(found, want, "{type_}");
    }

    #[test]
    fn types_promise_keys() {
        check("Opaque", &[], &[]);
        check(
            SECRET_TYPE_SERVICE_ACCOUNT_TOKEN,
            &[],
            &["metadata.annotations[kubernetes.io/service-account.name]: Required value"],
        );
        check(SECRET_TYPE_TLS, &[("tls.crt", "")], &["data[tls.key]: Required value"]);
        check(SECRET_TYPE_SSH_AUTH, &[("ssh-privatekey", "")], &["data[ssh-privatekey]: Required value"]);
        check(SECRET_TYPE_BASIC_AUTH, &[("username", "")], &[]);
        check(SECRET_TYPE_DOCKERCFG, &[], &["data[.dockercfg]: Required value"]);
        check(SECRET_TYPE_DOCKER_CONFIG_JSON, &[(".dockerconfigjson", "{}")], &[]);
        check(
            SECRET_TYPE_DOCKER_CONFIG_JSON,
            &[(".dockerconfigjson", "[]")],
            &[
                r#"data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": json: cannot unmarshal array into Go value of type map[string]interface {}"#,
            ],
        );
        check(
            SECRET_TYPE_DOCKERCFG,
            &[(".dockercfg", "x")],
            &[
                r#"data[.dockercfg]: Invalid value: "<secret contents redacted>": invalid character 'x' looking for beginning of value"#,
            ],
        );
    }
}
