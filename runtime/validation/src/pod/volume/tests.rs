use kubeforge_api::core::v1::PodSpec;
use kubeforge_machinery::codec::from_json_slice;

use super::*;

#[track_caller]
fn check(json: &str, want: &[&str]) {
    let json = format!(r#"{{"volumes":[{json}]}}"#);
    let spec: PodSpec = from_json_slice(json.as_bytes()).expect("volumes");
    let mut errors = ErrorList::new();
    volumes(&spec.volumes, Some("web"), Allowances::default(), &Path::new("v"), &mut errors);
    let found: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(found, want, "{json}");
}

#[test]
fn a_volume_is_one_thing_and_has_a_name() {
    check(r#"{"name":"a","emptyDir":{}},{"name":"b","hostPath":{"path":"/x","type":""}}"#, &[]);
    check(r#"{"name":"a"}"#, &["v[0]: Required value: must specify a volume type"]);
    check(r#"{"emptyDir":{}}"#, &["v[0].name: Required value"]);
    check(
        r#"{"name":"a","secret":{"secretName":"s"},"nfs":{}}"#,
        &["v[0].nfs: Forbidden: may not specify more than 1 volume type"],
    );
    // a volume that is wrong does not take its name
    check(r#"{"name":"a","secret":{}},{"name":"a","emptyDir":{}}"#, &["v[0].secret.secretName: Required value"]);
}

#[test]
fn an_ephemeral_volume_makes_a_claim() {
    let template = r#"{"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}"#;
    check(&format!(r#"{{"name":"a","ephemeral":{{"volumeClaimTemplate":{template}}}}}"#), &[]);
    check(
        &format!(
            r#"{{"name":"a","ephemeral":{{"volumeClaimTemplate":{template}}}}},
               {{"name":"b","persistentVolumeClaim":{{"claimName":"web-a"}}}}"#
        ),
        &[
            r#"v[1].persistentVolumeClaim.claimName: Invalid value: "web-a": must not reference a PVC that gets created for an ephemeral volume"#,
        ],
    );
    check(
        r#"{"name":"a","ephemeral":{"volumeClaimTemplate":{"metadata":{"name":"x"},"spec":{"accessModes":["ReadWriteOncePod","ReadOnlyMany"]}}}}"#,
        &[
            "v[0].ephemeral.volumeClaimTemplate.metadata.name: Forbidden: cannot be set",
            "v[0].ephemeral.volumeClaimTemplate.spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes",
            "v[0].ephemeral.volumeClaimTemplate.spec.resources[storage]: Required value",
        ],
    );
}

#[test]
fn projected_files_do_not_meet() {
    check(
        r#"{"name":"a","projected":{"sources":[
            {"secret":{"name":"s","items":[{"key":"k","path":"p"}]}},
            {"configMap":{"name":"c","items":[{"key":"k","path":"p"}]},"serviceAccountToken":{"expirationSeconds":60}}]}}"#,
        &[
            r#"v[0].projected: Invalid value: "c": conflicting duplicate paths"#,
            "v[0].projected.sources[1].serviceAccountToken.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes",
            "v[0].projected.path: Required value",
            "v[0].projected.sources[1]: Forbidden: may not specify more than 1 volume type per source",
        ],
    );
}
