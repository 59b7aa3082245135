//! What service account tokens are made with, from the flags and the data directory.

use std::{path::PathBuf, sync::Arc, time::Duration};

use kubeforge_auth::tokens::{
    TokenSettings,
    keys::{self, KeyError, KeySource, Keys},
};

use crate::{
    options::ApiServerArgs,
    pki,
    start::{StartError, read},
};

/// Who issues tokens where no flag says so, and what the API server then calls itself.
const ISSUER: &str = "https://kubernetes.default.svc";
/// The bounds of `--service-account-max-token-expiration`.
const LIFETIME_MIN: Duration = Duration::from_secs(60 * 60);
const LIFETIME_MAX: Duration = Duration::from_secs(1 << 32);

/// The settings of a server; `args` is `None` for one in memory, whose keys nothing remembers.
///
/// # Errors
/// Where a key file can't be read, or a flag's value is out of bounds.
pub(crate) fn token_settings(args: Option<&ApiServerArgs>) -> Result<TokenSettings, StartError> {
    let Some(args) = args else {
        return Ok(TokenSettings {
            issuers: vec![ISSUER.to_owned()],
            audiences: vec![ISSUER.to_owned()],
            lifetime_max: None,
            extend: true,
            keys: Arc::new(KeySource::new(|| Keys::from_pem(keys::generate()?.as_bytes(), &[]))),
        });
    };
    let issuers = match args.service_account_issuer.as_slice() {
        [] => vec![ISSUER.to_owned()],
        issuers => issuers.to_vec(),
    };
    let audiences = if args.api_audiences.is_empty() { issuers.clone() } else { args.api_audiences.clone() };
    let lifetime_max = Some(args.service_account_max_token_expiration).filter(|most| !most.is_zero());
    if lifetime_max.is_some_and(|most| !(LIFETIME_MIN..=LIFETIME_MAX).contains(&most)) {
        return Err(StartError::Flag {
            flag: "--service-account-max-token-expiration",
            problem: "it must be at least 1 hour and at most 2^32 seconds".to_owned(),
        });
    }
    let keys = Arc::new(key_source(args)?);
    let extend = args.service_account_extend_token_expiration;
    Ok(TokenSettings { issuers, audiences, lifetime_max, extend, keys })
}

/// Keys of the flags, or of `pki/sa.key` below the data directory, which is made where it is missing.
fn key_source(args: &ApiServerArgs) -> Result<KeySource, StartError> {
    let accepted: Vec<Vec<u8>> =
        args.service_account_key_file.iter().map(|path| read(path)).collect::<Result<_, _>>()?;
    let bad = |flag, error: KeyError| StartError::Flag { flag, problem: error.to_string() };
    let Some(path) = &args.service_account_signing_key_file else {
        let path = args.data_dir.join("pki").join("sa.key");
        return Ok(KeySource::new(move || Keys::from_pem(&load_or_make(&path)?, &accepted)));
    };
    let signing = read(path)?;
    let flag = "--service-account-signing-key-file";
    // wrong files are told at once, not when the first token is asked for
    Keys::from_pem(&signing, &[]).map_err(|error| bad(flag, error))?;
    Keys::from_pem(&signing, &accepted).map_err(|error| bad("--service-account-key-file", error))?;
    Ok(KeySource::new(move || Keys::from_pem(&signing, &accepted)))
}

fn load_or_make(path: &PathBuf) -> Result<Vec<u8>, KeyError> {
    match std::fs::read(path) {
        Ok(pem) => Ok(pem),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let pem = keys::generate()?;
            let failed = |error: pki::PkiError| KeyError::Source(format!("{error}: {}", path.display()));
            pki::write_private(path, pem.as_bytes()).map_err(failed)?;
            Ok(pem.into_bytes())
        }
        Err(error) => Err(KeyError::Source(format!("cannot read {}: {error}", path.display()))),
    }
}
