//! Makes prost's messages of the protobuf definitions that kubeforge-gen writes of the API's types.

use std::{
    env,
    error::Error,
    fs, io,
    path::{Path, PathBuf},
};

use kubeforge_gen::{config::Directory, document, run};

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let root = Path::new("../../..");
    let definitions = write_definitions(root, &out.join("proto"))?;
    let descriptors = protox::compile(&definitions, [out.join("proto")])?;
    prost_build::Config::new()
        // like ours, and like Go's, output is to be deterministic
        .btree_map(["."])
        .disable_comments(["."])
        .include_file("messages.rs")
        .compile_fds(descriptors)?;
    for types in ["runtime/machinery/src/meta", "api/src"] {
        println!("cargo::rerun-if-changed={}", root.join(types).display());
    }
    Ok(())
}

/// Writes the `.proto` files of all packages, and returns their paths.
fn write_definitions(root: &Path, into: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let configs = ["runtime/machinery/gen.toml", "api/gen.toml"].map(|config| root.join(config));
    fs::create_dir_all(into)?;
    let run = run::documents(&configs, &document::PROTO, &Directory::at(into))?;
    run.output.changes()?.changes.iter().try_for_each(|change| change.apply())?;
    Ok(files_below(into)?)
}

fn files_below(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files_below(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
