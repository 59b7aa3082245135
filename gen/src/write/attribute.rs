//! `#[api(…)]` attributes, on as many lines as rustfmt gives them.
//!
//! rustfmt lays out arguments that are words, literals, `name = literal` and calls of these; an attribute with anything
//! else in it (`short = ["a"]`, `list = map("name")`, `"a" = "b"`, `-1`) it leaves as it is. Those stay on one line here.

use super::WIDTH;
use crate::model::{Literal, Rule, RuleArg, RuleValue};

/// The marks, in as few attributes as fit into lines; a mark that fits into none has one of its own.
pub(crate) fn attributes(marks: &[Rule], indent: usize) -> String {
    let (mut out, mut line): (String, Vec<&Rule>) = (String::new(), Vec::new());
    for mark in marks {
        let with: Vec<&Rule> = line.iter().copied().chain([mark]).collect();
        if line.is_empty() || fits(&one_line(&with), indent) {
            line = with;
            continue;
        }
        out.push_str(&attribute(&line, indent));
        line = vec![mark];
    }
    if !line.is_empty() {
        out.push_str(&attribute(&line, indent));
    }
    out
}

/// Each group of marks in attributes of its own.
pub(crate) fn attributes_of(groups: &[Vec<Rule>], indent: usize) -> String {
    groups.iter().map(|marks| attributes(marks, indent)).collect()
}

fn fits(text: &str, indent: usize) -> bool {
    indent + text.chars().count() <= WIDTH
}

fn one_line(marks: &[&Rule]) -> String {
    let marks: Vec<String> = marks.iter().map(ToString::to_string).collect();
    format!("#[api({})]", marks.join(", "))
}

fn attribute(marks: &[&Rule], indent: usize) -> String {
    let pad = " ".repeat(indent);
    let text = one_line(marks);
    if fits(&text, indent) || !marks.iter().all(|mark| is_plain(mark)) {
        return format!("{pad}{text}\n");
    }
    let arguments: Vec<RuleArg> = marks.iter().map(|mark| RuleArg::Rule((*mark).clone())).collect();
    format!("{pad}#[api({})]\n", broken(&arguments, indent))
}

/// Arguments between parentheses, on several lines. A call that stands alone doesn't move to a line of its own.
fn broken(arguments: &[RuleArg], indent: usize) -> String {
    if let [RuleArg::Rule(Rule { name, value: RuleValue::Args(inner) })] = arguments {
        return format!("{name}({})", broken(inner, indent));
    }
    let (pad, end) = (" ".repeat(indent + 4), " ".repeat(indent));
    let last = arguments.len().saturating_sub(1);
    let lines = arguments.iter().enumerate().map(|(index, argument)| {
        let comma = if index < last { "," } else { "" };
        format!("{pad}{}{comma}", argument_text(argument, indent + 4))
    });
    format!("\n{}\n{end}", lines.collect::<Vec<_>>().join("\n"))
}

fn argument_text(argument: &RuleArg, indent: usize) -> String {
    let text = argument.to_string();
    match argument {
        RuleArg::Rule(Rule { name, value: RuleValue::Args(inner) }) if !fits(&format!("{text},"), indent) => {
            format!("{name}({})", broken(inner, indent))
        }
        _ => text,
    }
}

/// Whether rustfmt can read the mark.
fn is_plain(rule: &Rule) -> bool {
    match &rule.value {
        RuleValue::Flag => true,
        RuleValue::Is(literal) => is_plain_literal(literal),
        RuleValue::Args(arguments) => arguments.iter().all(|argument| match argument {
            RuleArg::Value(literal) => is_plain_literal(literal),
            RuleArg::Pair(..) => false,
            RuleArg::Rule(rule) => is_plain(rule),
        }),
    }
}

fn is_plain_literal(literal: &Literal) -> bool {
    match literal {
        Literal::Text(_) | Literal::Bool(_) => true,
        Literal::Number(digits) => !digits.starts_with('-'),
        Literal::Path(_) | Literal::Json(_) | Literal::Texts(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(name: &str, length: usize) -> Rule {
        Rule::is(name, Literal::Text("x".repeat(length)))
    }

    #[track_caller]
    fn check(marks: &[Rule], want: &[&str]) {
        let text = attributes(marks, 0);
        let lines: Vec<String> = text.lines().map(|line| line.replace(&"x".repeat(100), "X")).collect();
        assert_eq!(lines, want);
    }

    #[test]
    fn marks_share_a_line_while_they_fit() {
        check(&[Rule::flag("kind"), Rule::flag("cluster")], &["#[api(kind, cluster)]"]);
        check(&[text("title", 100), Rule::flag("cluster")], &["#[api(title = \"X\")]", "#[api(cluster)]"]);
    }

    #[test]
    fn long_marks_are_broken_as_rustfmt_does() {
        check(&[text("title", 200)], &["#[api(", "    title = \"XX\"", ")]"]);
        let cel = Rule::call("cel", vec![RuleArg::Rule(text("rule", 100)), RuleArg::Rule(text("message", 3))]);
        check(
            &[Rule::call("each", vec![RuleArg::Rule(cel)])],
            &["#[api(each(cel(", "    rule = \"X\",", "    message = \"xxx\"", ")))]"],
        );
        let map = Rule::is("default", Literal::Json("x".repeat(200)));
        check(&[map], &["#[api(default = json(\"XX\"))]"]);
    }
}
