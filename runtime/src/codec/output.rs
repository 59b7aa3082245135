//! Objects on standard output.

use std::io::{self, Write};

use kubeforge_apiserver::respond::indent;
use kubeforge_machinery::{Object, codec::encode};

use super::{CodecArgs, Finding, OutputFormat};

/// Where objects go, and how many have gone there.
pub(super) struct Output<'a, W: Write> {
    to: io::BufWriter<W>,
    args: &'a CodecArgs,
    written: usize,
}

impl<'a, W: Write> Output<'a, W> {
    pub(super) fn new(to: W, args: &'a CodecArgs) -> Self {
        Self { to: io::BufWriter::new(to), args, written: 0 }
    }

    /// Writes one more object, if the format has a form for it.
    pub(super) fn write(&mut self, object: &dyn Object) -> io::Result<Result<(), Finding>> {
        let format = self.args.to;
        if format == OutputFormat::Protobuf && self.written > 0 {
            let reason = "protobuf output holds one object, and there is one already";
            return Ok(Err(Finding::new("", reason)));
        }
        let Some(bytes) = encode(object, format.media()) else {
            return Ok(Err(Finding::new("", format!("{} has no protobuf form", object.gvk()))));
        };
        if format == OutputFormat::Yaml && self.written > 0 {
            self.to.write_all(b"---\n")?;
        }
        if self.args.pretty {
            self.to.write_all(&indent(bytes.trim_ascii_end()))?;
            self.to.write_all(b"\n")?;
        } else {
            self.to.write_all(&bytes)?;
        }
        self.written += 1;
        Ok(Ok(()))
    }

    /// Writes out what is still held back.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.to.flush()
    }
}
