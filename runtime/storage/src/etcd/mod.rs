//! The etcd backend: the same keys and values as kube-apiserver's, in a real etcd cluster.
//!
//! It is a small etcd v3 client of its own, on tonic: `messages` has the few messages it needs, with etcd's field
//! numbers, and `client` the calls. The etcd-client crate was the alternative; its build needs `protoc` on the machine.
//!
//! **What goes over the wire** follows kube-apiserver's store. A conditional write is one transaction that compares the
//! key's modification revision and reads the key if that differs. A watch is one stream with previous values, which
//! fails if the member that serves it loses its leader. Reads are linearizable.
//!
//! **Not here:** reconnecting a watch. When a stream breaks it ends with [`KvError::Unavailable`], and whoever follows it
//! starts anew from the last revision it saw, on a member that is well.
//!
//! **Several members.** `members` decides which of them gets a call, and which calls may be made again when one is lost.
//!
//! **Progress** can be asked for since etcd 3.4.31 and 3.5.13. Older ones may answer before events are delivered
//! (etcd issue 15220). There a watch follows all keys of the cluster, and drops here what is outside its range: then every
//! revision of the store passes by, and says how far the watch is.
//!
//! [`KvError::Unavailable`]: crate::kv::KvError::Unavailable

mod client;
mod convert;
mod handle;
mod members;
mod messages;
mod options;
mod version;
mod watch;

pub use handle::EtcdKv;
pub use options::EtcdOptions;
