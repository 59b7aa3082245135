//! Our kinds as kube-rs takes them. All but [`View`] is behind the cargo feature `kube`.
//!
//! With the feature on, every resource implements `k8s_openapi::Resource`, `ListableResource` and `Metadata`: the
//! generated types, those of kubeforge-api among them, and the ones that derive `Api`. `Metadata::Ty` is k8s-openapi's
//! own `ObjectMeta`, so kube-rs' blanket implementation makes each of them a `kube::Resource` as well, and `kube::Api`,
//! watchers, reflectors, controllers, finalizers and server-side apply take the types as they are:
//!
//! ```ignore
//! let backups = kube::Api::<Backup>::namespaced(client, "default");
//! let owner = backups.get("db").await?.controller_owner_ref(&());
//! kube::runtime::Controller::new(backups, watcher::Config::default()).run(reconcile, error_policy, context)
//! ```
//!
//! The feature is all that a crate has to switch on: what the generator and the derive macro write is one line
//! `kube_resource!` for each resource, a macro of this crate that is empty without the feature. kube-rs itself is no
//! dependency, k8s-openapi is; as that crate demands, the program at the top picks its Kubernetes version
//! (`k8s-openapi = { version = "0.29", features = ["v1_36"] }`).
//!
//! # Two forms of one metadata
//!
//! kube-rs asks for references, `meta(&self) -> &ObjectMeta` and `meta_mut(&mut self) -> &mut ObjectMeta`, to a type of
//! k8s-openapi's, whose fields are `Option`s; ours mirror the wire. There must be a value to refer to. Considered and
//! turned down were
//!
//! - k8s-openapi's type as our `ObjectMeta` under the feature: a feature would change the fields' types for all crates
//!   of a program, the servers' among them;
//! - a wrapper `Kube<T>`: then `Api<Gadget>` isn't there, `Api<Kube<Gadget>>` is, and the metadata within `T` is a
//!   second copy that can be read by mistake;
//! - our `ObjectMeta` as two lazily made halves behind `Deref`: always consistent, but with no literals and no borrows of
//!   single fields.
//!
//! So our [`ObjectMeta`] holds a [`View`], which makes k8s-openapi's form when it is asked for one and costs nothing, not
//! even space, without the feature. What holds:
//!
//! - `meta()` always tells the present state, also after fields were changed directly.
//! - What is changed through `meta_mut()` is in every later `meta()`, in every written form (JSON, protobuf, serde, so in
//!   every request), in copies and in comparisons. So code that goes by way of kube-rs, kube-rs' own included, can't
//!   tell these types from k8s-openapi's.
//! - **The limit**: fields that are read directly, `gadget.metadata.labels`, are what they were until
//!   `ObjectMeta::settle` brings the changes over, since nothing runs when the borrow of `meta_mut()` ends. Change fields
//!   directly where they are read directly. A field changed on both sides has what was said through `meta_mut()`.
//! - An object whose `meta()` was called holds its metadata three times: ours, theirs, and what theirs was made of, by
//!   which it is known to be current. Each state in between that was looked at is kept until the object is copied,
//!   borrowed by `meta_mut()` or dropped, because somebody may still look at it.
//!
//! List kinds have neither trait: kube-rs lists objects in an `ObjectList` of its own. Kinds that are no resource
//! (`no_resource`) have no path that kube-rs could ask for. What kube-derive adds beside `Resource` is here in other
//! words: `CustomResourceExt::crd` is [`CustomResource::crd`](crate::crd::CustomResource::crd), `HasSpec` and `HasStatus`
//! are fields.
//!
//! [`ObjectMeta`]: crate::meta::v1::ObjectMeta

#[cfg(feature = "kube")]
mod convert;
#[cfg(not(feature = "kube"))]
mod no_view;
#[cfg(feature = "kube")]
mod view;

#[cfg(feature = "kube")]
pub use k8s_openapi;

#[cfg(not(feature = "kube"))]
pub use no_view::View;
#[cfg(feature = "kube")]
pub use view::View;

#[cfg(feature = "kube")]
#[cfg(test)]
mod tests;
