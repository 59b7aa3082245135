//! What makes an unchanged run quick: a note of the input and the output of the last one.
//!
//! The note lies below cargo's target directory and holds two hashes. One is over everything that a run reads: the
//! generator's own program, the `gen.toml` files and all type files. The other is over the generated files that it left
//! behind. If both are what they were, nothing is to be done. The files themselves are read and hashed each time (no
//! trust in times or lengths), so an edited, stale or missing file makes the run a full one, as does a lost or broken
//! note. `verify` and `--check` never look at it.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use xxhash_rust::xxh3::Xxh3;

use crate::{
    config::{self, Config},
    generate::Generated,
    output::{self, Depth, Output},
    run::Options,
};

/// A directory of notes.
#[derive(Clone, Debug)]
pub struct Cache {
    directory: PathBuf,
}

/// The input of a run, and where its note is.
pub(crate) struct State {
    note: PathBuf,
    inputs: String,
}

impl Cache {
    /// Notes in this directory.
    pub fn at(directory: &Path) -> Self {
        Self { directory: directory.to_owned() }
    }

    /// Notes in cargo's target directory: the one of the environment, or of the workspace or crate around `config`.
    /// `None` where there is neither.
    pub fn of_cargo(config: &Path) -> Option<Self> {
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(target) => PathBuf::from(target),
            None => {
                let config = std::path::absolute(config).ok()?;
                config.ancestors().find(|directory| directory.join("Cargo.lock").is_file())?.join("target")
            }
        };
        Some(Self::at(&target.join("kubeforge-gen")))
    }

    /// The state of a run's input; `None` where it can't be read, or where the run is not about everything.
    pub(crate) fn state(&self, options: &Options) -> Option<State> {
        if !options.only.is_empty() {
            return None;
        }
        let place = env::current_dir().ok()?;
        let mut name = Hash::default();
        name.add(place.to_string_lossy().as_bytes());
        let mut inputs = Hash::default();
        inputs.add(&fs::read(env::current_exe().ok()?).ok()?);
        for path in &options.configs {
            name.add(path.to_string_lossy().as_bytes());
            inputs.add(&fs::read(path).ok()?);
            add_sources(&config::read(path).ok()?, &mut inputs).ok()?;
        }
        Some(State { note: self.directory.join(name.text()), inputs: inputs.text() })
    }
}

/// Adds the type files of a configuration's packages.
fn add_sources(config: &Config, hash: &mut Hash) -> io::Result<()> {
    for package in &config.packages {
        let mut files = Vec::new();
        for entry in fs::read_dir(&package.source.dir)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "rs") && path.is_file() {
                files.push(path);
            }
        }
        files.sort_unstable();
        hash.add(package.path.as_bytes());
        for path in files {
            hash.add(path.file_name().unwrap_or_default().as_encoded_bytes());
            hash.add(&fs::read(&path)?);
        }
    }
    Ok(())
}

const NOTE_IS_FOR: &str = "what the last run of kubeforge-gen read and wrote; may be removed at any time";

impl State {
    /// What the last run left behind, if input and output are still the same.
    pub(crate) fn known(&self) -> Option<Generated> {
        let text = fs::read_to_string(&self.note).ok()?;
        let mut lines = text.lines().skip(1);
        let mut value = |key: &str| lines.next()?.strip_prefix(key)?.strip_prefix(' ').map(str::to_owned);
        let (inputs, outputs) = (value("inputs")?, value("outputs")?);
        if inputs != self.inputs {
            return None;
        }
        let mut number = |key: &str| value(key)?.parse::<usize>().ok();
        let (packages, types, unchanged) = (number("packages")?, number("types")?, number("files")?);
        let mut generated = Generated { packages, types, unchanged, ..Generated::default() };
        let mut hash = Hash::default();
        for line in lines {
            match line.split_once(' ')? {
                ("hand_written", text) => generated.hand_written.push(text.to_owned()),
                ("sources", path) => add_present(Path::new(path), Depth::Sources, &mut hash)?,
                ("documents", path) => add_present(Path::new(path), Depth::Documents, &mut hash)?,
                _ => return None,
            }
        }
        (hash.text() == outputs).then_some(generated)
    }

    /// Notes what a run read and wrote. That it can't be noted is no failure: the next run is a full one.
    pub(crate) fn remember(&self, output: &Output, generated: &Generated) {
        let mut hash = Hash::default();
        let mut directories = String::new();
        for (path, depth, files) in output.wanted() {
            let what = match depth {
                Depth::Sources => "sources",
                Depth::Documents => "documents",
            };
            directories += &format!("{what} {}\n", path.display());
            files.for_each(|(name, text)| hash.add_file(name, text));
        }
        let Generated { packages, types, written, unchanged, hand_written, .. } = generated;
        let mut note = format!("# {NOTE_IS_FOR}\ninputs {}\noutputs {}\n", self.inputs, hash.text());
        note += &format!("packages {packages}\ntypes {types}\nfiles {}\n", unchanged + written.len());
        note.extend(hand_written.iter().map(|text| format!("hand_written {text}\n")));
        note += &directories;
        let directory = self.note.parent().unwrap_or(Path::new(""));
        if fs::create_dir_all(directory).and_then(|()| fs::write(&self.note, note)).is_err() {
            // half a note would be no danger either, but it is of no use
            fs::remove_file(&self.note).unwrap_or_default();
        }
    }
}

/// Adds the generated files that are in a directory.
fn add_present(path: &Path, depth: Depth, hash: &mut Hash) -> Option<()> {
    let files = output::files_of(path, "", depth).ok()?;
    let generated = files.iter().filter(|(_, text)| output::is_generated(text));
    generated.for_each(|(name, text)| hash.add_file(name, text));
    Some(())
}

/// A hash of parts; where one ends and the next begins counts.
#[derive(Default)]
struct Hash(Xxh3);

impl Hash {
    fn add(&mut self, part: &[u8]) {
        self.0.update(&part.len().to_le_bytes());
        self.0.update(part);
    }

    fn add_file(&mut self, name: &str, text: &str) {
        self.add(name.as_bytes());
        self.add(text.as_bytes());
    }

    fn text(&self) -> String {
        format!("{:032x}", self.0.digest128())
    }
}
