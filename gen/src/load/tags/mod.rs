//! Protobuf numbers, from a table: `package,message,field,number,proto_type,label,map_key`.
//!
//! OpenAPI does not know the numbers, the order of fields, or which structs are inlined in JSON but messages of their
//! own in protobuf. The table, which a script can make of `.proto` files, says all three.

mod apply;
mod table;

pub(crate) use apply::apply;
pub use table::{TagTable, TagTableError};
