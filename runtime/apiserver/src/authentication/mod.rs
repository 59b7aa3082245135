//! Authenticators that need nothing but what they are configured with.

mod client_cert;
mod token_file;

pub use client_cert::user_of_certificate;
pub use token_file::{TokenFile, TokenFileError};
