//! Differences in the unified format, three lines of context around each.

use std::{fmt::Write as _, ops::Range};

use super::compare::{Match, matching_blocks};

const CONTEXT: usize = 3;

/// A piece of both texts that is equal or not.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Step {
    old: Range<usize>,
    new: Range<usize>,
    equal: bool,
}

/// How the new text differs from the old one; empty where it does not.
pub(crate) fn diff(old: &str, new: &str) -> String {
    let old: Vec<&str> = old.split('\n').collect();
    let new: Vec<&str> = new.split('\n').collect();
    let mut text = String::new();
    for group in groups(steps(&matching_blocks(&old, &new))) {
        hunk(&group, &old, &new, &mut text);
    }
    text
}

fn steps(blocks: &[Match]) -> Vec<Step> {
    let mut steps = Vec::new();
    let (mut old, mut new) = (0, 0);
    for block in blocks {
        if old < block.old || new < block.new {
            steps.push(Step { old: old..block.old, new: new..block.new, equal: false });
        }
        old = block.old + block.lines;
        new = block.new + block.lines;
        if block.lines > 0 {
            steps.push(Step { old: block.old..old, new: block.new..new, equal: true });
        }
    }
    steps
}

/// Changes that are near one another, with the lines around them.
fn groups(mut steps: Vec<Step>) -> Vec<Vec<Step>> {
    if let Some(first) = steps.first_mut().filter(|step| step.equal) {
        first.old.start = first.old.start.max(first.old.end.saturating_sub(CONTEXT));
        first.new.start = first.new.start.max(first.new.end.saturating_sub(CONTEXT));
    }
    if let Some(last) = steps.last_mut().filter(|step| step.equal) {
        last.old.end = last.old.end.min(last.old.start + CONTEXT);
        last.new.end = last.new.end.min(last.new.start + CONTEXT);
    }
    let mut groups = Vec::new();
    let mut group: Vec<Step> = Vec::new();
    for step in steps {
        if step.equal && step.old.len() > 2 * CONTEXT {
            let (old, new) = (step.old.start, step.new.start);
            group.push(Step { old: old..old + CONTEXT, new: new..new + CONTEXT, equal: true });
            groups.push(std::mem::take(&mut group));
            let (old, new) = (step.old.end, step.new.end);
            group.push(Step { old: old - CONTEXT..old, new: new - CONTEXT..new, equal: true });
        } else {
            group.push(step);
        }
    }
    groups.push(group);
    groups.retain(|group| group.iter().any(|step| !step.equal));
    groups
}

fn hunk(group: &[Step], old: &[&str], new: &[&str], text: &mut String) {
    let (Some(first), Some(last)) = (group.first(), group.last()) else { return };
    let place = |range: Range<usize>| match range.len() {
        1 => format!("{}", range.start + 1),
        0 => format!("{},0", range.start),
        lines => format!("{},{lines}", range.start + 1),
    };
    let (olds, news) = (place(first.old.start..last.old.end), place(first.new.start..last.new.end));
    // writing to a String cannot fail
    let _infallible = writeln!(text, "@@ -{olds} +{news} @@");
    for step in group {
        let mut lines = |sign: char, lines: Option<&[&str]>| {
            for line in lines.into_iter().flatten() {
                text.push(sign);
                text.push_str(line);
                text.push('\n');
            }
        };
        if step.equal {
            lines(' ', old.get(step.old.clone()));
        } else {
            lines('-', old.get(step.old.clone()));
            lines('+', new.get(step.new.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hunks_have_three_lines_around_each_change() {
        let old = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk";
        for (new, want) in [
            (old, ""),
            ("a\nb\nc\nd\nX\nf\ng\nh\ni\nj\nk", "@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+X\n f\n g\n h\n"),
            (
                "X\nb\nc\nd\ne\nf\ng\nh\ni\nj\nX",
                "@@ -1,4 +1,4 @@\n-a\n+X\n b\n c\n d\n@@ -8,4 +8,4 @@\n h\n i\n j\n-k\n+X\n",
            ),
        ] {
            assert_eq!(diff(old, new), want);
        }
        assert_eq!(diff("a", "a\nb"), "@@ -1 +1,2 @@\n a\n+b\n");
    }
}
