//! Names that people give, and names that follow from them.

use super::ScaffoldError;

/// Checks a kind: `Gadget`.
pub(super) fn check_kind(text: &str) -> Result<(), ScaffoldError> {
    let is_kind = text.starts_with(|c: char| c.is_ascii_uppercase()) && text.chars().all(|c| c.is_ascii_alphanumeric());
    expect(is_kind, "kind", text, "a word like Gadget")
}

/// Checks a version: `v1alpha1`.
pub(super) fn check_version(text: &str) -> Result<(), ScaffoldError> {
    expect(is_version(text), "version", text, "v1, v1beta1 or v1alpha1, with any numbers")
}

/// Checks a group: `shop.example.com`.
pub(super) fn check_group(text: &str) -> Result<(), ScaffoldError> {
    let is_label = |label: &str| {
        label.starts_with(|c: char| c.is_ascii_lowercase())
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    let is_group = text.contains('.') && text.split('.').all(is_label);
    expect(is_group, "group", text, "a domain like shop.example.com, in lower case")
}

/// Checks a crate's name: `shop`.
pub(super) fn check_crate(text: &str) -> Result<(), ScaffoldError> {
    let is_name = text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_');
    expect(is_name, "name of a crate", text, "a word like shop")
}

fn expect(is: bool, what: &'static str, text: &str, expected: &'static str) -> Result<(), ScaffoldError> {
    if is { Ok(()) } else { Err(ScaffoldError::Name { what, text: text.to_owned(), expected }) }
}

fn is_version(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('v') else { return false };
    let (major, stage) = match rest.find(|c: char| !c.is_ascii_digit()) {
        Some(end) => rest.split_at(end),
        None => (rest, ""),
    };
    let is_number = |text: &str| !text.is_empty() && !text.starts_with('0') && text.chars().all(|c| c.is_ascii_digit());
    let number = stage.strip_prefix("alpha").or_else(|| stage.strip_prefix("beta"));
    is_number(major) && (stage.is_empty() || number.is_some_and(is_number))
}

/// The plural of a kind, in lower case, as gengo's namer makes it of words that end like these.
pub(super) fn plural(kind: &str) -> String {
    let word = kind.to_lowercase();
    let stem = &word[..word.len().saturating_sub(1)];
    let before_last = stem.chars().last().unwrap_or('a');
    match word.chars().last() {
        Some('s' | 'x') => format!("{word}es"),
        Some('h') if "cs".contains(before_last) => format!("{word}es"),
        Some('y') if !"aeiou".contains(before_last) => format!("{stem}ies"),
        _ => format!("{word}s"),
    }
}

/// A domain's labels in reverse: `com.example.shop`.
pub(super) fn reversed(group: &str) -> String {
    group.rsplit('.').collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_checked() {
        for good in ["v1", "v2beta1", "v10alpha12"] {
            assert!(check_version(good).is_ok(), "{good}");
        }
        for bad in ["1", "v", "v0", "v1gamma1", "v1alpha", "v1alpha0", "V1"] {
            assert!(check_version(bad).is_err(), "{bad}");
        }
        assert!(
            check_group("shop.example.com").is_ok() && check_kind("Gadget2").is_ok() && check_crate("my-shop").is_ok()
        );
        for bad in ["shop", "Shop.example.com", "shop..com", "9.com", "a-.com"] {
            assert!(check_group(bad).is_err(), "{bad}");
        }
        assert!(check_kind("gadget").is_err() && check_kind("Gad_get").is_err() && check_crate("9").is_err());
    }

    #[test]
    fn plurals_follow_english() {
        for (kind, want) in [
            ("Gadget", "gadgets"),
            ("Proxy", "proxies"),
            ("Gateway", "gateways"),
            ("IngressClass", "ingressclasses"),
            ("Box", "boxes"),
            ("Switch", "switches"),
            ("Month", "months"),
        ] {
            assert_eq!(plural(kind), want);
        }
    }
}
