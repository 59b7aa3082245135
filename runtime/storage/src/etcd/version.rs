//! What a version of etcd can do.

/// Whether an etcd of this version answers a request for progress only after the events before it. Fixed in 3.4.31,
/// 3.5.13 and since; kube-apiserver draws the same line.
pub(super) fn reports_progress_reliably(version: &str) -> bool {
    let mut parts = version.split('.').map(|part| part.split('-').next().unwrap_or(part).parse::<u32>());
    match (parts.next(), parts.next(), parts.next()) {
        (Some(Ok(3)), Some(Ok(4)), Some(Ok(patch))) => patch >= 31,
        (Some(Ok(3)), Some(Ok(5)), Some(Ok(patch))) => patch >= 13,
        (Some(Ok(major)), Some(Ok(minor)), _) => (major, minor) >= (3, 6),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(version: &str, want: bool) {
        assert_eq!(reports_progress_reliably(version), want, "{version}");
    }

    #[test]
    fn progress_is_reliable_since_its_fix() {
        check("3.4.30", false);
        check("3.4.31", true);
        check("3.5.1", false);
        check("3.5.13", true);
        check("3.6.0-rc.1", true);
        check("4.0.0", true);
        check("3.3.27", false);
        check("", false);
    }
}
