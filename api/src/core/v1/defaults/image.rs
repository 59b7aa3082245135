//! As much of the grammar of image references as the pull policy needs.
//!
//! `[domain/]path[:tag][@digest]`, as github.com/distribution/reference reads it: a first part that holds no dot, no colon
//! and no upper case letter, and is not `localhost`, belongs to the path.

/// Says whether the reference is well formed and means the tag `latest`: by name, or by giving neither tag nor digest.
pub(super) fn is_latest(reference: &str) -> bool {
    matches!(parse(reference), Some(Version { tag: None, digest: None } | Version { tag: Some("latest"), .. }))
}

struct Version<'a> {
    tag: Option<&'a str>,
    digest: Option<&'a str>,
}

/// The longest name of a repository, without the domain.
const PATH_LEN_MAX: usize = 255;

fn parse(reference: &str) -> Option<Version<'_>> {
    // A bare image id is no reference.
    if reference.len() == 64 && reference.bytes().all(is_lower_hex) {
        return None;
    }
    let (rest, digest) = match reference.split_once('@') {
        Some((rest, digest)) => (rest, Some(digest)),
        None => (reference, None),
    };
    let (domain, remainder) = match rest.split_once('/') {
        Some((first, remainder)) if is_domain_by_look(first) => (Some(first), remainder),
        _ => (None, rest),
    };
    let (path, tag) = match remainder.split_once(':') {
        Some((path, tag)) => (path, Some(tag)),
        None => (remainder, None),
    };
    let well_formed = domain.is_none_or(is_domain)
        && path.len() <= PATH_LEN_MAX
        && path.split('/').all(is_path_component)
        && tag.is_none_or(is_tag)
        && digest.is_none_or(is_digest);
    well_formed.then_some(Version { tag, digest })
}

fn is_lower_hex(b: u8) -> bool {
    b.is_ascii_digit() || (b'a'..=b'f').contains(&b)
}

fn is_domain_by_look(part: &str) -> bool {
    part == "localhost" || part.contains(['.', ':']) || part.chars().any(char::is_uppercase)
}

/// `name[:port]` or `[ip]:port`, the name in parts of letters, digits and inner dashes, with dots between them.
fn is_domain(domain: &str) -> bool {
    let (host, port) = match domain.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((ip, port)) => {
            if ip.is_empty() || !ip.bytes().all(|b| b.is_ascii_hexdigit() || b == b':') {
                return false;
            }
            return port.is_empty() || port.strip_prefix(':').is_some_and(is_number);
        }
        None => match domain.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (domain, None),
        },
    };
    port.is_none_or(is_number)
        && host.split('.').all(|part| {
            !part.is_empty()
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                && !part.starts_with('-')
                && !part.ends_with('-')
        })
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Runs of lower case letters and digits with one separator between two: a dot, one or two underscores, or any number of dashes.
fn is_path_component(part: &str) -> bool {
    let is_word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let bytes = part.as_bytes();
    if !bytes.first().copied().is_some_and(is_word) || !bytes.last().copied().is_some_and(is_word) {
        return false;
    }
    part.split(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        .all(|separator| matches!(separator, "" | "." | "_" | "__") || separator.bytes().all(|b| b == b'-'))
}

fn is_tag(tag: &str) -> bool {
    let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    tag.len() <= 128
        && tag.bytes().next().is_some_and(is_word)
        && tag.bytes().all(|b| is_word(b) || b == b'.' || b == b'-')
}

/// `algorithm:hex`, the algorithm in parts that start with a letter. The known ones have digests of one length only.
fn is_digest(digest: &str) -> bool {
    let Some((algorithm, hex)) = digest.split_once(':') else { return false };
    let hex_len = match algorithm {
        "sha256" => hex.len() == 64,
        "sha384" => hex.len() == 96,
        "sha512" => hex.len() == 128,
        _ => return false,
    };
    hex_len && hex.bytes().all(is_lower_hex)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(reference: &str, want: bool) {
        assert_eq!(is_latest(reference), want, "{reference}");
    }

    #[test]
    fn no_tag_and_no_digest_means_latest() {
        check("nginx", true);
        check("library/nginx", true);
        check("registry.example:5000/team/app", true);
        check("localhost/app", true);
        check("[fd00::1]:5000/app", true);
    }

    #[test]
    fn a_tag_or_a_digest_decides() {
        check("nginx:latest", true);
        check("nginx:1.27", false);
        let digest = format!("sha256:{}", "a".repeat(64));
        check(&format!("nginx@{digest}"), false);
        check(&format!("nginx:latest@{digest}"), true);
    }

    #[test]
    fn what_is_no_reference_is_not_latest() {
        check("", false);
        check("Nginx", false);
        check("nginx:", false);
        check("a//b", false);
        check("a..b", false);
        check(&"a".repeat(64), false);
        check("nginx@sha256:short", false);
        check("REGISTRY/app", true);
        check("registry.example/App", false);
    }
}
