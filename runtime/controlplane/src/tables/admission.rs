//! Admission: webhooks, policies and their bindings.

use kubeforge_api::admissionregistration::v1::{
    MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding, MutatingWebhookConfiguration, ParamKind, ParamRef,
    ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding, ValidatingWebhookConfiguration,
};
use kubeforge_apiserver::table::{Cell, Row};
use kubeforge_machinery::meta::v1::ObjectMeta;

use super::{Tables, age_of, text};

const UNSET: &str = "<unset>";

pub(super) fn register(tables: &mut Tables) {
    tables.add::<MutatingWebhookConfiguration>(|it| counted(&it.metadata, it.webhooks.len()));
    tables.add::<ValidatingWebhookConfiguration>(|it| counted(&it.metadata, it.webhooks.len()));
    tables.add::<MutatingAdmissionPolicy>(|it| {
        policy(&it.metadata, it.spec.mutations.len(), it.spec.param_kind.as_deref())
    });
    tables.add::<ValidatingAdmissionPolicy>(|it| {
        policy(&it.metadata, it.spec.validations.len(), it.spec.param_kind.as_deref())
    });
    tables.add::<MutatingAdmissionPolicyBinding>(|it| {
        binding(&it.metadata, &it.spec.policy_name, it.spec.param_ref.as_deref())
    });
    tables.add::<ValidatingAdmissionPolicyBinding>(|it| {
        binding(&it.metadata, &it.spec.policy_name, it.spec.param_ref.as_deref())
    });
}

fn counted(meta: &ObjectMeta, webhooks: usize) -> Row {
    vec![meta.name.clone().into(), text::count(webhooks), age_of(meta)].into()
}

fn policy(meta: &ObjectMeta, rules: usize, parameters: Option<&ParamKind>) -> Row {
    let parameters = parameters.map_or(Cell::from(UNSET), |kind| format!("{}/{}", kind.api_version, kind.kind).into());
    vec![meta.name.clone().into(), text::count(rules), parameters, age_of(meta)].into()
}

fn binding(meta: &ObjectMeta, policy: &str, parameters: Option<&ParamRef>) -> Row {
    let parameters: Cell = match parameters {
        Some(by_name) if !by_name.name.is_empty() => {
            // a kind without namespaces looks the same as one whose namespace is that of the request
            let namespace = if by_name.namespace.is_empty() { "*" } else { &by_name.namespace };
            format!("{namespace}/{}", by_name.name).into()
        }
        Some(ParamRef { selector: Some(selector), .. }) => text::selector_spelt_out(selector).into(),
        _ => UNSET.into(),
    };
    vec![meta.name.clone().into(), policy.to_owned().into(), parameters, age_of(meta)].into()
}
