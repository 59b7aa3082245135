//! The list of markers, for people.

mod emitted;

use crate::load::grammar::{self, Call, Form, LEFT_OUT, Leading, MARKERS, Marker, Place};
use emitted::emitted;

const PLACES: [(Place, &str); 4] = [
    (Place::Package, "Keys of a package in gen.toml"),
    (Place::Type, "On a type"),
    (Place::Field, "On a field"),
    (Place::Variant, "On a variant"),
];

/// For a terminal: name, meaning, forms, arguments, what is made of it, and example of each marker.
pub fn text() -> String {
    let mut out = String::new();
    for (place, heading) in PLACES {
        out += &format!("{heading}:\n");
        for marker in grammar::at(place) {
            out += &format!("  {:24}{}\n", marker.name, marker.about);
            out += &format!("  {:24}{}\n", "", forms(marker).join(" or "));
            for argument in calls(marker).flat_map(|call| call.params) {
                let needed = if argument.required { "" } else { ", or not at all" };
                out += &format!("  {:24}  {} = {}{needed}\n", "", argument.name, argument.value.describe());
            }
            out += &format!("  {:24}made into: {}\n", "", emitted(marker, place));
            out += &format!("  {:24}for example {}\n", "", marker.example);
        }
        out.push('\n');
    }
    out += "Go markers without a counterpart:\n";
    for (marker, why) in LEFT_OUT {
        out += &format!("  {marker}\n  {:24}{why}\n", "");
    }
    out
}

/// A table per place.
pub fn markdown() -> String {
    let mut out = String::from(
        "# The attribute language\n\nEvery marker of `#[api(…)]`. Written by `kubeforge-gen markers --format markdown`; run hack/update-codegen.\n",
    );
    for (place, heading) in PLACES {
        out += &format!(
            "\n## {heading}\n\n| marker | says | takes | made into | example | in Go |\n|---|---|---|---|---|---|\n"
        );
        for marker in MARKERS.iter().filter(|marker| marker.places.contains(&place)) {
            let replaces: Vec<String> = marker.replaces.iter().map(|go| code(go)).collect();
            out += &format!(
                "| {} | {} | {} | {} | {} | {} |\n",
                code(marker.name),
                cell(marker.about),
                cell(&forms(marker).join(" or ")),
                cell(emitted(marker, place)),
                code(marker.example),
                replaces.join(", ")
            );
        }
    }
    out += "\n## Go markers without a counterpart\n\n| marker | why |\n|---|---|\n";
    for (marker, why) in LEFT_OUT {
        out += &format!("| {} | {} |\n", code(marker), cell(why));
    }
    out
}

fn calls(marker: &Marker) -> impl Iterator<Item = &Call> {
    marker.forms.iter().filter_map(|form| match form {
        Form::Call(call) => Some(call),
        Form::Flag | Form::Is(_) => None,
    })
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn code(text: &str) -> String {
    format!("`{}`", cell(text))
}

fn forms(marker: &Marker) -> Vec<String> {
    marker.forms.iter().map(form).collect()
}

fn form(form: &Form) -> String {
    let call = match form {
        Form::Flag => return "no value".into(),
        Form::Is(kind) => return kind.describe(),
        Form::Call(call) => call,
    };
    let mut arguments = Vec::new();
    match call.leading {
        Leading::None => {}
        Leading::One(kind) => arguments.push(kind.describe()),
        Leading::Some(kind) => arguments.push(format!("{}, …", kind.describe())),
        Leading::Maybe(kind) => arguments.push(format!("[{}]", kind.describe())),
        Leading::Pairs | Leading::AnyPairs => arguments.push("\"key\" = \"value\", …".into()),
        Leading::Values => arguments.push("\"key\" = value, …".into()),
    }
    for param in call.params {
        let argument = format!("{}: {}", param.name, param.value.describe());
        arguments.push(if param.required { argument } else { format!("[{argument}]") });
    }
    if call.rules {
        arguments.push("validation rules".into());
    }
    format!("({})", arguments.join(", "))
}
