//! A custom resource in an operator's crate: `#[derive(Api)]` makes it an API type in place, without a generated file.
//!
//! `cargo run -p kubeforge-runtime --example derive`

#![expect(clippy::print_stdout, reason = "an example that tells what it sees")]

use kubeforge_derive::{Api, CustomResource};
use kubeforge_machinery::{
    Defaulted as _, GroupVersionKind, Kind as _, Quantity, SchemeBuilder, codec, crd::CustomResource as _,
    meta::v1::ObjectMeta, openapi::HasOpenApi as _, yaml,
};

/// A copy of a volume, taken regularly.
#[derive(Clone, Debug, Default, PartialEq, Api, CustomResource)]
#[api(kind, namespaced, group = "backups.example.com", version = "v1", short = ["bk"], subresource(status))]
#[api(column(name = "Schedule", type = "string", path = ".spec.schedule"))]
pub struct Backup {
    metadata: ObjectMeta,
    spec: BackupSpec,
    status: BackupStatus,
}

/// What is to be copied, and when.
#[derive(Clone, Debug, Default, PartialEq, Api)]
pub struct BackupSpec {
    /// The volume claim.
    #[api(required)]
    claim_name: String,
    /// When, as cron says it.
    #[api(default = "@daily")]
    schedule: Option<String>,
    /// Copies take no more room than this.
    limit: Option<Quantity>,
}

/// What was copied.
#[derive(Clone, Debug, Default, PartialEq, Api)]
pub struct BackupStatus {
    copies: i32,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let text = br#"{"apiVersion":"backups.example.com/v1","kind":"Backup","metadata":{"name":"db"},
        "spec":{"claimName":"db-data","limit":"10Gi"}}"#;
    let mut backup: Backup = codec::from_json_slice(text)?;
    backup.set_defaults();
    assert_eq!(backup.spec.schedule.as_deref(), Some("@daily"));
    println!("{}", String::from_utf8(codec::to_json_vec(&backup))?);
    // serde is there as well, for other formats
    assert_eq!(serde_json::from_value::<Backup>(serde_json::to_value(&backup)?)?, backup);

    // what a server, a client or kubectl must know of it
    println!("{} in {}/{}: {}", Backup::KIND, Backup::GROUP, Backup::VERSION, Backup::openapi().json);
    let mut scheme = SchemeBuilder::new("backups");
    Backup::register(&mut scheme);
    let scheme = scheme.build();
    let entry = scheme.get(&GroupVersionKind::new("backups.example.com", "v1", "Backup"))?;
    println!("{entry:?}");
    // what `kubectl create -f -` takes, and a Kubernetes server serves from then on
    println!("{}", yaml::from_value(&Backup::crd()?));
    Ok(())
}
