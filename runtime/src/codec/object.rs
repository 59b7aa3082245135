//! From documents to the objects that are written.

use std::io::{self, Write};

use kubeforge_machinery::{
    GroupVersion, Object, Scheme, SchemeError,
    codec::{DecodeErrorKind, DocumentError, JsonReader, JsonWriter, StrictError, Strictness, decode},
    meta::v1::List,
};

use super::{
    CodecArgs, Finding,
    input::{self, Document},
    output::Output,
};

/// What is to be done.
pub(super) struct Work<'a> {
    pub(super) scheme: &'a Scheme,
    pub(super) args: &'a CodecArgs,
}

impl Work<'_> {
    /// Works on a file's documents: writes what is sound, and returns what is not.
    pub(super) fn file<W: Write>(
        &self,
        documents: &[Document],
        output: &mut Output<'_, W>,
    ) -> io::Result<Vec<Finding>> {
        let mut findings = Vec::new();
        for (at, document) in documents.iter().enumerate() {
            let place = if documents.len() > 1 { format!("document {}", at + 1) } else { String::new() };
            self.document(document, &place, output, &mut findings)?;
        }
        Ok(findings)
    }

    fn document<W: Write>(
        &self,
        document: &Document,
        place: &str,
        output: &mut Output<'_, W>,
        findings: &mut Vec<Finding>,
    ) -> io::Result<()> {
        let object = match self.decode(document) {
            Ok(object) => object,
            Err(found) => {
                findings.extend(found.into_iter().map(|finding| finding.below(place)));
                return Ok(());
            }
        };
        if let Some(list) = object.downcast_ref::<List>() {
            // a list of anything is a way to write down several documents
            for (at, item) in list.items.iter().enumerate() {
                let place = Finding::new(format!("items[{at}]"), "").below(place).path;
                let item = Document { media: input::guess(item.raw()), bytes: item.raw().to_vec() };
                self.document(&item, &place, output, findings)?;
            }
            return Ok(());
        }
        match self.transform(object) {
            Ok(object) => match output.write(object.as_ref())? {
                Ok(()) => {}
                Err(finding) => findings.push(finding.below(place)),
            },
            Err(err) => findings.push(Finding::new(place, err)),
        }
        Ok(())
    }

    fn decode(&self, document: &Document) -> Result<Box<dyn Object>, Vec<Finding>> {
        let strictness = if self.args.lenient { Strictness::Lenient } else { Strictness::Strict };
        let decoded = decode(self.scheme, document.media, &document.bytes, None, strictness)
            .map_err(|err| vec![Finding::new(path_of(&err), reason_of(&err))])?;
        if decoded.strict_errors.is_empty() {
            return Ok(decoded.object);
        }
        Err(decoded.strict_errors.iter().map(strict_finding).collect())
    }

    /// Sets defaults and converts, as flags ask for it.
    fn transform(&self, mut object: Box<dyn Object>) -> Result<Box<dyn Object>, String> {
        if self.args.defaults {
            object.set_defaults();
        }
        let Some(version) = &self.args.output_version else { return Ok(object) };
        let mut object = self.convert(object, version)?;
        if self.args.defaults {
            object.set_defaults();
        }
        Ok(object)
    }

    fn convert(&self, object: Box<dyn Object>, version: &GroupVersion) -> Result<Box<dyn Object>, String> {
        let from = object.gvk();
        let to = version.with_kind(from.kind.clone());
        let item_kind = self.scheme.get(&from).ok().and_then(|entry| entry.info.item_kind.clone());
        match item_kind {
            Some(item_kind) if from != to => {
                let mut list = self.scheme.new_object(&to).map_err(|err| err.to_string())?;
                let json = self.converted_list(object.as_ref(), &version.with_kind(item_kind))?;
                list.read_json(&mut JsonReader::new(&json)).map_err(|err| err.to_string())?;
                Ok(list)
            }
            _ => self.scheme.convert(object, &to).map_err(|err| err.to_string()),
        }
    }

    /// A list in JSON, with each item converted.
    fn converted_list(
        &self,
        list: &dyn Object,
        item_kind: &kubeforge_machinery::GroupVersionKind,
    ) -> Result<Vec<u8>, String> {
        let mut w = JsonWriter::new();
        w.begin_object();
        if let Some(metadata) = list.list_meta() {
            w.field("\"metadata\":", metadata);
        }
        w.raw(b"\"items\":");
        w.begin_array();
        let mut failed: Option<SchemeError> = None;
        list.visit_items(&mut |item| {
            match self.scheme.convert(item.deep_copy_object(), item_kind) {
                Ok(item) => item.write_json_item(&mut w),
                Err(err) => failed = Some(err),
            }
            w.comma();
        });
        w.end_array();
        w.end_object();
        failed.map_or_else(|| Ok(w.into_bytes()), |err| Err(err.to_string()))
    }
}

/// The field that an error is about.
fn path_of(err: &DocumentError) -> String {
    match err {
        DocumentError::Malformed { source, .. } => match source.kind() {
            DecodeErrorKind::Type { path, .. } => path.clone(),
            _ => String::new(),
        },
        _ => String::new(),
    }
}

/// An error's text; a document that doesn't say what it is, is not repeated in it.
fn reason_of(err: &DocumentError) -> String {
    match err {
        DocumentError::MissingKind(_) => "it does not say its kind".to_owned(),
        DocumentError::MissingVersion(_) => "it does not say its apiVersion".to_owned(),
        DocumentError::Scheme(SchemeError::NotRegistered { gvk, .. }) => {
            format!("no kind {:?} is built in for version \"{}\"", gvk.kind, gvk.group_version())
        }
        err => err.to_string(),
    }
}

fn strict_finding(error: &StrictError) -> Finding {
    match error {
        StrictError::Unknown(path) => Finding::new(path, "unknown field"),
        StrictError::Duplicate(path) => Finding::new(path, "duplicate field"),
        StrictError::Yaml(message) => Finding::new("", message),
    }
}
