//! Server-side apply with configurations.

use kubeforge_machinery::{
    Kind, Resource,
    meta::v1::{ApplyOptions, PatchOptions},
};
use serde_json::Value;

use super::Api;
use crate::{apply::Configuration, error::ClientError, patch::Patch};

impl<K: Resource> Api<K> {
    /// Makes the object say what `config` says, and forget what the manager applied before and wants no longer. Creates
    /// the object where there is none. Without a namespace of its own this API uses the configuration's.
    ///
    /// # Errors
    /// Where the configuration has no name, another manager owns a field and the options don't force it, the result is
    /// refused, or the request fails.
    pub async fn apply(&self, config: &impl Configuration<Of = K>, options: &ApplyOptions) -> Result<K, ClientError> {
        self.apply_subresource("", config, options).await
    }

    /// Makes the object's status say what `config` says of it.
    ///
    /// # Errors
    /// As [`Api::apply`], and where there is no such object.
    pub async fn apply_status(
        &self,
        config: &impl Configuration<Of = K>,
        options: &ApplyOptions,
    ) -> Result<K, ClientError> {
        self.apply_subresource("status", config, options).await
    }

    /// Makes a subresource say what `config` says of it.
    ///
    /// # Errors
    /// As [`Api::apply_status`].
    pub async fn apply_subresource(
        &self,
        subresource: &str,
        config: &impl Configuration<Of = K>,
        options: &ApplyOptions,
    ) -> Result<K, ClientError> {
        let config = config.as_value();
        let name = metadata(config, "name");
        if name.is_empty() {
            return Err(ClientError::Request("metadata.name must be provided to apply".to_owned()));
        }
        let api = match (&self.path.namespace, metadata(config, "namespace")) {
            (None, namespace) if K::NAMESPACED && !namespace.is_empty() => &self.in_namespace(namespace),
            _ => self,
        };
        api.patch_subresource(name, subresource, &apply_patch::<K>(config, options), &apply_options(options)).await
    }

    /// Makes a subresource of another kind, such as `scale`, say what `config` says.
    ///
    /// # Errors
    /// As [`Api::apply_status`].
    pub async fn apply_subresource_as<S: Kind>(
        &self,
        name: &str,
        subresource: &str,
        config: &impl Configuration<Of = S>,
        options: &ApplyOptions,
    ) -> Result<S, ClientError> {
        let patch = apply_patch::<S>(config.as_value(), options);
        self.patch_subresource_as(name, subresource, &patch, &apply_options(options)).await
    }
}

/// The configuration as a patch. Its kind and version are known, whether it says them or not.
fn apply_patch<K: Kind>(config: &Value, options: &ApplyOptions) -> Patch {
    let mut config = config.clone();
    if let Value::Object(fields) = &mut config {
        let version = if K::GROUP.is_empty() { K::VERSION.to_owned() } else { format!("{}/{}", K::GROUP, K::VERSION) };
        fields.insert("apiVersion".to_owned(), version.into());
        fields.insert("kind".to_owned(), K::KIND.into());
    }
    Patch::Apply { configuration: config.to_string().into(), force: options.force }
}

/// The options of the request that carries a configuration. Whether to force travels in the patch.
pub(crate) fn apply_options(options: &ApplyOptions) -> PatchOptions {
    PatchOptions {
        dry_run: options.dry_run.clone(),
        field_manager: options.field_manager.clone(),
        ..PatchOptions::default()
    }
}

fn metadata<'a>(config: &'a Value, field: &str) -> &'a str {
    config.get("metadata").and_then(|metadata| metadata.get(field)).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Client, apply::Raw, test_kind::Gadget, transport::Fake};

    fn options() -> ApplyOptions {
        ApplyOptions { field_manager: "me".to_owned(), force: true, dry_run: vec!["All".to_owned()] }
    }

    #[tokio::test]
    async fn a_configuration_goes_where_it_says() {
        let fake = Fake::new(|_| Ok(Fake::json(200, r#"{"kind":"Gadget","metadata":{"name":"a"}}"#)));
        let api = Api::<Gadget>::all(Client::new(fake.clone()));
        let config = Raw::<Gadget>::new(serde_json::json!({"metadata": {"name": "a", "namespace": "n"}, "size": 2}));
        api.apply(&config, &options()).await.unwrap();
        api.apply_status(&config, &ApplyOptions::default()).await.unwrap();
        let path = "PATCH /apis/test.example.com/v1/namespaces/n/gadgets/a";
        assert_eq!(fake.lines(), [format!("{path}?dryRun=All&fieldManager=me&force=true"), format!("{path}/status")]);
        let request = &fake.requests()[0];
        assert_eq!(request.headers()["content-type"], "application/apply-patch+yaml");
        let sent: Value = serde_json::from_slice(request.body()).unwrap();
        assert_eq!((&sent["kind"], &sent["apiVersion"]), (&"Gadget".into(), &"test.example.com/v1".into()));
    }

    #[tokio::test]
    async fn a_configuration_without_a_name_is_not_sent() {
        let fake = Fake::script([]);
        let api = Api::<Gadget>::namespaced(Client::new(fake.clone()), "n");
        let err = api.apply(&Raw::new(serde_json::json!({})), &options()).await.unwrap_err();
        assert_eq!(err.to_string(), "metadata.name must be provided to apply");
        assert!(fake.lines().is_empty());
    }
}
