//! `/statusz` and `/flagz`: what a person at a terminal wants to know first of a running component (KEP-4827, KEP-4828).

use std::time::Instant;

use kubeforge_machinery::Time;

const WARNING: &str = "Warning: This endpoint is not meant to be machine parseable, has no formatting compatibility \
    guarantees and is for debugging purposes only.";

/// The pages of a component.
#[derive(Clone, Debug)]
pub struct ZPages {
    component: &'static str,
    started: Time,
    since: Instant,
    flags: Vec<String>,
}

impl ZPages {
    /// Of a component that starts now, with the flags of this process.
    pub fn of(component: &'static str) -> Self {
        let flags = std::env::args().skip(1).collect();
        Self { component, started: Time::now(), since: Instant::now(), flags }
    }

    /// Since when it runs, and what it is.
    pub fn status(&self) -> String {
        let up = self.since.elapsed().as_secs();
        let (hours, minutes, seconds) = (up / 3600, up / 60 % 60, up % 60);
        self.page(
            "statusz",
            &format!(
                "Started: {}\nUp: {hours} hr {minutes:02} min {seconds:02} sec\nBinary version: {}\nEmulation version: 1.36\n",
                self.started,
                env!("CARGO_PKG_VERSION"),
            ),
        )
    }

    /// The flags that were given; the others have their defaults.
    pub fn flags(&self) -> String {
        let mut lines = flags(&self.flags);
        lines.sort();
        self.page("flagz", &lines.join("\n"))
    }

    fn page(&self, name: &str, text: &str) -> String {
        format!("\n{} {name}\n{WARNING}\n\n{text}\n", self.component)
    }
}

/// `name=value` of each flag, whether its value came after an equals sign or as the next word.
fn flags(words: &[String]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut is_open = false;
    for word in words {
        match (word.strip_prefix("--"), lines.last_mut()) {
            (Some(flag), _) => {
                is_open = !flag.contains('=');
                lines.push(flag.to_owned());
            }
            (None, Some(flag)) if is_open => {
                flag.push('=');
                flag.push_str(word);
                is_open = false;
            }
            // the command itself
            (None, _) => {}
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_read_in_both_forms() {
        let words = ["kube-apiserver", "--a=1", "--b", "2", "--c", "--d", "x"].map(str::to_owned);
        assert_eq!(flags(&words), ["a=1", "b=2", "c", "d=x"]);
    }
}
