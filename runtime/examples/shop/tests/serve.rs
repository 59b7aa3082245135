//! The generated group behind the generic API server, used with its generated clients.

use std::sync::Arc;

use futures::StreamExt as _;
use kubeforge_client::{Client, WatchEvent, transport::InProcess};
use kubeforge_example_shop::{
    apply_configurations::shop_v1::{GadgetApply, GadgetSpecApply},
    clients::Clientset,
    v1::{Gadget, GadgetSpec},
};
use kubeforge_machinery::{
    meta::v1::{ApplyOptions, CreateOptions, DeleteOptions, ListOptions, ObjectMeta},
    user::InProcessUser,
};
use kubeforge_storage::embedded::EmbeddedKv;

async fn clients() -> Clientset {
    let server = kubeforge_example_shop::serve(Arc::new(EmbeddedKv::in_memory())).await;
    let user = InProcessUser { name: "keeper".to_owned(), groups: vec!["system:masters".to_owned()] };
    Clientset::new(Client::builder(InProcess::new(server.service(), user)).user_agent("shop").build())
}

fn gadget(name: &str, color: Option<&str>) -> Gadget {
    Gadget {
        metadata: ObjectMeta { name: name.to_owned(), ..ObjectMeta::default() },
        spec: GadgetSpec { color: color.map(str::to_owned), replicas: None },
        ..Gadget::default()
    }
}

#[tokio::test]
async fn gadgets_are_defaulted_selected_patched_watched_and_deleted() {
    let gadgets = clients().await.shop_v1().gadgets("default");

    let clock = gadgets.create(&gadget("clock", None), &CreateOptions::default()).await.unwrap();
    assert_eq!((clock.spec.color.as_deref(), clock.spec.replicas), (Some("red"), Some(1)));
    gadgets.create(&gadget("lamp", Some("blue")), &CreateOptions::default()).await.unwrap();

    let blue = ListOptions { field_selector: "spec.color=blue".to_owned(), ..ListOptions::default() };
    let found = gadgets.list(&blue).await.unwrap();
    assert_eq!(found.items.iter().map(|gadget| gadget.metadata.name.as_str()).collect::<Vec<_>>(), ["lamp"]);

    let since = ListOptions { resource_version: found.metadata.resource_version.clone(), ..ListOptions::default() };
    let mut events = gadgets.watch(&since).await.unwrap();
    let config = GadgetApply::new("clock", "default").with_spec(GadgetSpecApply::new().with_replicas(5));
    let options = ApplyOptions { field_manager: "keeper".to_owned(), force: true, ..ApplyOptions::default() };
    let more = gadgets.apply(&config, &options).await.unwrap();
    assert_eq!(more.spec.replicas, Some(5));
    assert_eq!(GadgetApply::extract(&more, "keeper").unwrap(), config);
    gadgets.delete("clock", &DeleteOptions::default()).await.unwrap();
    let WatchEvent::Modified(changed) = events.next().await.unwrap().unwrap() else { panic!("not a change") };
    assert_eq!(changed.spec.replicas, Some(5));
    let WatchEvent::Deleted(gone) = events.next().await.unwrap().unwrap() else { panic!("not an end") };
    assert_eq!(gone.metadata.name, "clock");
}
