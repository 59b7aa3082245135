//! `kubeforge codec`: any built-in object from one encoding, and version, to another.
//!
//! | module | does |
//! |---|---|
//! | [`input`] | bytes of a file to documents: encodings undone, streams split |
//! | [`object`] | a document to objects: decoded, defaulted, converted |
//! | [`output`] | objects to standard output |
//!
//! What is wrong with a file is told on standard error, one line each: `FILE: PATH: reason`. The other files are still
//! worked on.

mod input;
mod object;
mod output;

use std::{io, process::ExitCode};

use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};
use kubeforge_machinery::{GroupVersion, Scheme, SchemeBuilder, codec::MediaType};

use self::{object::Work, output::Output};

/// What the input is encoded in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum InputFormat {
    /// Whichever of the three it looks like.
    Auto,
    /// JSON, or a stream of JSON documents.
    Json,
    /// YAML, of one document or several.
    Yaml,
    /// An object as etcd holds it: `k8s`, a zero byte, and a protobuf envelope.
    Protobuf,
}

/// What the output is encoded in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    /// One JSON document to a line, or indented ones.
    Json,
    /// YAML documents, as kubectl writes them.
    Yaml,
    /// One object in a protobuf envelope.
    Protobuf,
}

impl OutputFormat {
    fn media(self) -> MediaType {
        match self {
            Self::Json => MediaType::Json,
            Self::Yaml => MediaType::Yaml,
            Self::Protobuf => MediaType::Protobuf,
        }
    }
}

/// How the input's bytes are written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum InputEncoding {
    /// As they are.
    Raw,
    /// In hexadecimal digits.
    Hex,
    /// In base64, as `etcdctl get -w json` shows values.
    Base64,
}

/// Flags of `codec`.
#[derive(Debug, Args)]
pub(crate) struct CodecArgs {
    /// What the input is encoded in.
    #[arg(long, value_enum, default_value_t = InputFormat::Auto)]
    from: InputFormat,

    /// What the output is encoded in.
    #[arg(long, value_enum, default_value_t = OutputFormat::Yaml)]
    to: OutputFormat,

    /// Convert to this version; without it, objects keep theirs.
    #[arg(long, value_name = "GROUP/VERSION", value_parser = group_version)]
    output_version: Option<GroupVersion>,

    /// Fill in defaults.
    #[arg(long)]
    defaults: bool,

    /// Drop unknown and duplicate fields; without it, they are errors.
    #[arg(long)]
    lenient: bool,

    /// Indent JSON.
    #[arg(long)]
    pretty: bool,

    /// How the input's bytes are written down.
    #[arg(long, value_enum, default_value_t = InputEncoding::Raw)]
    input_encoding: InputEncoding,

    /// Files to read; `-` is standard input.
    #[arg(value_name = "FILE", default_value = "-")]
    files: Vec<String>,
}

fn group_version(text: &str) -> Result<GroupVersion, String> {
    match GroupVersion::parse(text) {
        Ok(version) if !version.version.is_empty() => Ok(version),
        Ok(_) => Err("no version in it".to_owned()),
        Err(err) => Err(err.to_string()),
    }
}

/// Something wrong with a file.
#[derive(Debug, PartialEq)]
struct Finding {
    /// Where in the file: a document, a field.
    path: String,
    /// What is wrong.
    reason: String,
}

impl Finding {
    fn new(path: impl Into<String>, reason: impl ToString) -> Self {
        Self { path: path.into(), reason: reason.to_string() }
    }

    /// The same, somewhere below `place`.
    fn below(self, place: &str) -> Self {
        let path = match (place, self.path.as_str()) {
            ("", _) => self.path,
            (_, "") => place.to_owned(),
            (item, path) if item.ends_with(']') => format!("{item}.{path}"),
            (document, path) => format!("{document}, {path}"),
        };
        Self { path, ..self }
    }

    fn report(&self, file: &str) {
        let path = if self.path.is_empty() { "document" } else { &self.path };
        let reason: Vec<&str> = self.reason.lines().map(str::trim).collect();
        eprintln!("{file}: {path}: {}", reason.join(" "));
    }
}

/// Works on all files; fails where anything was wrong with one.
pub(crate) fn run(args: &CodecArgs) -> anyhow::Result<ExitCode> {
    if args.pretty && args.to != OutputFormat::Json {
        bail!("--pretty is for --to json only");
    }
    let scheme = scheme();
    let work = Work { scheme: &scheme, args };
    let mut output = Output::new(io::stdout().lock(), args);
    let mut is_sound = true;
    for file in &args.files {
        let findings = match input::read(file, args) {
            Ok(documents) => work.file(&documents, &mut output).context("can't write to standard output")?,
            Err(finding) => vec![finding],
        };
        findings.iter().for_each(|finding| finding.report(file));
        is_sound &= findings.is_empty();
    }
    output.finish().context("can't write to standard output")?;
    Ok(if is_sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Every kind that is built in: served ones, and those of configuration files.
fn scheme() -> Scheme {
    let mut builder = SchemeBuilder::new("kubeforge codec");
    kubeforge_api::register_all(&mut builder);
    kubeforge_api::register_configuration(&mut builder);
    builder.build()
}
