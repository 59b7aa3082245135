//! From rows to a `meta.k8s.io` Table in JSON.

use std::sync::Arc;

use kubeforge_machinery::{
    ApiError, Object, Time,
    codec::{Json as _, JsonWriter},
    field::{Error, Path},
    meta::v1::ListMeta,
};
use kubeforge_storage::entry::Entry;

use crate::{
    errors,
    negotiate::MetaVersion,
    parts,
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

/// A row and the JSON of its object.
#[derive(Debug)]
pub struct RenderedRow {
    row: Arc<CachedRow>,
    object: Option<Vec<u8>>,
}

/// A row, kept with its entry.
#[derive(Debug)]
struct CachedRow(Option<Row>);

/// The row of an entry.
///
/// # Errors
/// 500 where the entry can't be decoded.
pub fn entry_row(scope: &ResourceScope, entry: &Entry, shape: TableShape) -> Result<RenderedRow, ApiError> {
    let row = entry.cached(|| {
        CachedRow(entry.object().ok().map(|mut object| {
            if let Some(decorate) = scope.strategy.decorate() {
                decorate(object.as_mut());
            }
            scope.table.row(object.as_ref())
        }))
    });
    if row.0.is_none() {
        return Err(errors::internal("an object can't be decoded"));
    }
    let object = match shape.include {
        IncludeObject::None => None,
        IncludeObject::Metadata => {
            let mut out = Vec::with_capacity(512);
            respond::write_entry_partial(&mut out, shape.version, entry)?;
            Some(out)
        }
        IncludeObject::Object => Some(parts::json_of(respond::decorated(scope, entry)?.as_ref())),
    };
    Ok(RenderedRow { row, object })
}

/// The row of an object that is not stored.
///
/// # Errors
/// 500 where the object can't be converted.
pub fn object_row(scope: &ResourceScope, object: &dyn Object, shape: TableShape) -> Result<RenderedRow, ApiError> {
    let row = Arc::new(CachedRow(Some(scope.table.row(object))));
    let object = match shape.include {
        IncludeObject::None => None,
        IncludeObject::Metadata => {
            let mut w = JsonWriter::with_capacity(512);
            match object.meta() {
                Some(meta) => meta.write_json(&mut w),
                None => w.raw(b"{}"),
            }
            let mut out = Vec::with_capacity(512);
            respond::write_partial(&mut out, shape.version, w.as_bytes());
            Some(out)
        }
        IncludeObject::Object => {
            let object = scope.scheme.convert(object.deep_copy_object(), &scope.kind).map_err(errors::internal)?;
            Some(parts::json_of(object.as_ref()))
        }
    };
    Ok(RenderedRow { row, object })
}

/// The table's JSON.
pub fn table(scope: &ResourceScope, meta: &ListMeta, rows: &[RenderedRow], shape: TableShape) -> Vec<u8> {
    let now = Time::now();
    let mut w = JsonWriter::with_capacity(1024 + rows.len() * 512);
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
    w.raw(b",\"rows\":");
    w.begin_array();
    for rendered in rows {
        if let Some(row) = &rendered.row.0 {
            write_row(row, rendered.object.as_deref(), now, &mut w);
        }
        w.comma();
    }
    w.end_array();
    w.raw(b"}");
    w.into_bytes()
}

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

fn write_row(row: &Row, object: Option<&[u8]>, now: Time, w: &mut JsonWriter) {
    w.raw(b"{\"cells\":");
    w.begin_array();
    for cell in &row.cells {
        write_cell(cell, now, w);
        w.comma();
    }
    w.end_array();
    if !row.conditions.is_empty() {
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
    w.raw(b",\"object\":");
    w.raw(object.unwrap_or(b"null"));
    w.raw(b"}");
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
