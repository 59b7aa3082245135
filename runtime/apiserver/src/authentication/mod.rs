//! Authenticators that need nothing but what they are configured with.

mod token_file;

pub use kubeforge_serving::client_certificate::user_of_certificate;
pub use token_file::{TokenFile, TokenFileError};
