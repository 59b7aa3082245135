//! From rows to a `meta.k8s.io` Table in JSON.

use bytes::Bytes;
use kubeforge_machinery::{
    ApiError, Object, Time,
    codec::{Json as _, JsonWriter, to_json_vec},
    field::{Error, Path},
    meta::v1::ListMeta,
};
use kubeforge_storage::entry::Entry;

use crate::{
    errors,
    negotiate::MetaVersion,
    query::Query,
    registry::ResourceScope,
    respond,
    table::{Cell, Row},
};

/// What a row carries of its object (`includeObject`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IncludeObject {
    /// Nothing.
    None,
    /// Its metadata: the default.
    #[default]
    Metadata,
    /// All of it.
    Object,
}

impl IncludeObject {
    /// Reads the query.
    ///
    /// # Errors
    /// 400 for an unknown value.
    pub fn parse(query: Query<'_>) -> Result<Self, ApiError> {
        match query.get("includeObject").as_deref() {
            None | Some("" | "Metadata") => Ok(Self::Metadata),
            Some("None") => Ok(Self::None),
            Some("Object") => Ok(Self::Object),
            Some(other) => {
                let error = Error::invalid(
                    &Path::new("includeObject"),
                    other,
                    "must be 'Metadata', 'Object', 'None', or empty",
                );
                Err(ApiError::bad_request(format!("Unable to convert to Table as requested: {error}")))
            }
        }
    }
}

/// What a table looks like.
#[derive(Clone, Copy, Debug)]
pub struct TableShape {
    /// The version.
    pub version: MetaVersion,
    /// What rows carry.
    pub include: IncludeObject,
    /// Column definitions are given: not in later events of a watch.
    pub with_columns: bool,
}

/// A row, kept with its entry.
#[derive(Debug)]
struct CachedRow(Option<Row>);

/// Writes a table's JSON, row by row.
pub struct TableWriter<'a> {
    scope: &'a ResourceScope,
    shape: TableShape,
    now: Time,
    w: JsonWriter,
}

impl<'a> TableWriter<'a> {
    /// Writes all that comes before the rows.
    pub fn new(scope: &'a ResourceScope, meta: &ListMeta, shape: TableShape) -> Self {
        let mut w = JsonWriter::with_capacity(4096);
        w.raw(b"{\"kind\":\"Table\",\"apiVersion\":\"");
        w.raw(shape.version.api_version().as_bytes());
        w.raw(b"\",\"metadata\":");
        meta.write_json(&mut w);
        w.raw(b",\"columnDefinitions\":");
        if shape.with_columns {
            columns(scope, &mut w);
        } else {
            w.raw(b"null");
        }
        w.raw(b",\"rows\":[");
        Self { scope, shape, now: Time::now(), w }
    }

    /// The table of one entry.
    ///
    /// # Errors
    /// 500 where the entry can't be decoded.
    pub fn of_entry(scope: &'a ResourceScope, entry: &Entry, shape: TableShape) -> Result<Vec<u8>, ApiError> {
        let meta = ListMeta { resource_version: entry.revision().to_string(), ..ListMeta::default() };
        let mut table = Self::new(scope, &meta, shape);
        table.entry(entry)?;
        Ok(table.finish())
    }

    /// The table of one object, in the hub version, that is not stored.
    ///
    /// # Errors
    /// 500 where the object can't be converted.
    pub fn of_object(scope: &'a ResourceScope, object: &dyn Object, shape: TableShape) -> Result<Vec<u8>, ApiError> {
        let resource_version = object.meta().map(|meta| meta.resource_version.clone()).unwrap_or_default();
        let meta = ListMeta { resource_version, ..ListMeta::default() };
        let mut table = Self::new(scope, &meta, shape);
        table.object(object)?;
        Ok(table.finish())
    }

    /// Adds the row of an entry.
    ///
    /// # Errors
    /// 500 where the entry can't be decoded.
    pub fn entry(&mut self, entry: &Entry) -> Result<(), ApiError> {
        let scope = self.scope;
        let row = entry.cached(|| {
            CachedRow(entry.object().ok().map(|mut object| {
                if self.shape.include == IncludeObject::Metadata {
                    // decoded once for both
                    respond::keep_metadata(scope, entry, object.as_ref());
                }
                if let Some(decorate) = scope.strategy.decorate() {
                    decorate(object.as_mut());
                }
                scope.table.row(object.as_ref())
            }))
        });
        let Some(row) = &row.0 else { return Err(errors::internal("an object can't be decoded")) };
        self.begin_row(row);
        match self.shape.include {
            IncludeObject::None => self.w.raw(b"null"),
            IncludeObject::Metadata => respond::write_entry_partial(&mut self.w, self.shape.version, scope, entry)?,
            IncludeObject::Object => respond::decorated(scope, entry)?.write_json(&mut self.w),
        }
        self.end_row();
        Ok(())
    }

    fn object(&mut self, object: &dyn Object) -> Result<(), ApiError> {
        self.begin_row(&self.scope.table.row(object));
        match self.shape.include {
            IncludeObject::None => self.w.raw(b"null"),
            IncludeObject::Metadata => {
                let meta = to_json_vec(&respond::object_metadata(self.scope, object));
                respond::write_partial(&mut self.w, self.shape.version, &meta);
            }
            IncludeObject::Object => {
                let scope = self.scope;
                let object = scope.scheme.convert(object.deep_copy_object(), &scope.kind).map_err(errors::internal)?;
                object.write_json(&mut self.w);
            }
        }
        self.end_row();
        Ok(())
    }

    fn begin_row(&mut self, row: &Row) {
        let w = &mut self.w;
        w.raw(b"{\"cells\":");
        w.begin_array();
        for cell in &row.cells {
            write_cell(cell, self.now, w);
            w.comma();
        }
        w.end_array();
        write_conditions(row, w);
        w.raw(b",\"object\":");
    }

    fn end_row(&mut self) {
        self.w.raw(b"}");
        self.w.comma();
    }

    /// What was written so far, once it is long enough to be sent; the rest follows it.
    pub fn piece(&mut self) -> Option<Bytes> {
        if self.w.as_bytes().len() < PIECE_BYTES {
            return None;
        }
        // the last comma stays: the next row or the end needs it
        let mut written = std::mem::replace(&mut self.w, JsonWriter::with_capacity(PIECE_BYTES + 4096)).into_bytes();
        if written.pop_if(|last| *last == b',').is_some() {
            self.w.comma();
        }
        Some(written.into())
    }

    /// Writes all that comes after the rows, and returns what was not taken yet.
    pub fn finish(mut self) -> Vec<u8> {
        self.w.end_array();
        self.w.raw(b"}");
        self.w.into_bytes()
    }
}

/// Long tables are sent in pieces of about so many bytes.
const PIECE_BYTES: usize = 64 * 1024;

fn columns(scope: &ResourceScope, w: &mut JsonWriter) {
    w.begin_array();
    for column in scope.table.columns() {
        w.begin_object();
        for (name, value) in [
            ("name", &column.name),
            ("type", &column.type_),
            ("format", &column.format),
            ("description", &column.description),
        ] {
            w.key(name);
            w.string(value);
            w.comma();
        }
        w.key("priority");
        w.integer(column.priority.into());
        w.end_object();
        w.comma();
    }
    w.end_array();
}

fn write_conditions(row: &Row, w: &mut JsonWriter) {
    if row.conditions.is_empty() {
        return;
    }
    w.raw(b",\"conditions\":");
    w.begin_array();
    for condition in &row.conditions {
        w.begin_object();
        w.raw(b"\"type\":");
        w.string(condition.type_);
        w.raw(b",\"status\":");
        w.string(condition.status);
        if !condition.reason.is_empty() {
            w.raw(b",\"reason\":");
            w.string(&condition.reason);
        }
        if !condition.message.is_empty() {
            w.raw(b",\"message\":");
            w.string(&condition.message);
        }
        w.end_object();
        w.comma();
    }
    w.end_array();
}

fn write_cell(cell: &Cell, now: Time, w: &mut JsonWriter) {
    match cell {
        Cell::Text(text) => w.string(text),
        Cell::Integer(value) => w.integer(*value),
        Cell::Float(value) => w.float(*value),
        Cell::Bool(value) => w.raw(if *value { b"true" } else { b"false" }),
        Cell::Null => w.raw(b"null"),
        Cell::Json(json) => w.raw(json.as_bytes()),
        Cell::Age(since) => w.string(&age(*since, now)),
        Cell::TextAge { before, since, after } => w.string(&format!("{before}{}{after}", age(*since, now))),
    }
}

/// How long ago a time was, as `kubectl get` prints it.
pub fn age(since: Time, now: Time) -> String {
    if since.is_zero() {
        return "<unknown>".to_owned();
    }
    human_duration(now.unix() - since.unix())
}

/// A number of seconds in at most two units. Follows apimachinery pkg/util/duration `HumanDuration`.
pub fn human_duration(seconds: i64) -> String {
    if seconds < -1 {
        return "<invalid>".to_owned();
    }
    let seconds = seconds.max(0);
    if seconds < 60 * 2 {
        return format!("{seconds}s");
    }
    let minutes = seconds / 60;
    if minutes < 10 {
        return two(minutes, 'm', seconds % 60, 's');
    }
    if minutes < 60 * 3 {
        return format!("{minutes}m");
    }
    let hours = minutes / 60;
    if hours < 8 {
        return two(hours, 'h', minutes % 60, 'm');
    }
    if hours < 48 {
        return format!("{hours}h");
    }
    if hours < 24 * 8 {
        return two(hours / 24, 'd', hours % 24, 'h');
    }
    if hours < 24 * 365 * 2 {
        return format!("{}d", hours / 24);
    }
    if hours < 24 * 365 * 8 {
        return two(hours / 24 / 365, 'y', (hours / 24) % 365, 'd');
    }
    format!("{}y", hours / 24 / 365)
}

fn two(large: i64, large_unit: char, small: i64, small_unit: char) -> String {
    if small == 0 { format!("{large}{large_unit}") } else { format!("{large}{large_unit}{small}{small_unit}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_short() {
        const HOUR: i64 = 3600;
        for (seconds, want) in [
            (-5, "<invalid>"),
            (0, "0s"),
            (119, "119s"),
            (120, "2m"),
            (121, "2m1s"),
            (600, "10m"),
            (3 * HOUR, "3h"),
            (3 * HOUR + 60, "3h1m"),
            (9 * HOUR, "9h"),
            (49 * HOUR, "2d1h"),
            (24 * 9 * HOUR, "9d"),
            (24 * 365 * 2 * HOUR, "2y"),
            (24 * 366 * 2 * HOUR, "2y2d"),
        ] {
            assert_eq!(human_duration(seconds), want, "{seconds}");
        }
    }
}
