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
//! starts anew from the last revision it saw; connections themselves are made again as needed.
//!
//! **Progress** can be asked for since etcd 3.4.31 and 3.5.13. Older ones may answer before events are delivered
//! (etcd issue 15220), so there it comes only as often as the server's `--experimental-watch-progress-notify-interval`.
//!
//! [`KvError::Unavailable`]: crate::kv::KvError::Unavailable

mod client;
mod convert;
mod handle;
mod messages;
mod options;
mod version;
mod watch;

pub use handle::EtcdKv;
pub use options::EtcdOptions;
