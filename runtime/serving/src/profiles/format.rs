//! The form of profiles: the messages of pprof's `profile.proto`, as far as they are filled here, compressed.

use std::{collections::HashMap, io::Write as _, time::Duration};

use flate2::{Compression, write::GzEncoder};
use pprof::Report;
use prost::Message;

#[derive(Clone, PartialEq, Message)]
struct Profile {
    #[prost(message, repeated, tag = "1")]
    sample_type: Vec<ValueType>,
    #[prost(message, repeated, tag = "2")]
    sample: Vec<Sample>,
    #[prost(message, repeated, tag = "4")]
    location: Vec<Location>,
    #[prost(message, repeated, tag = "5")]
    function: Vec<Function>,
    #[prost(string, repeated, tag = "6")]
    string_table: Vec<String>,
    #[prost(int64, tag = "10")]
    duration_nanos: i64,
    #[prost(message, optional, tag = "11")]
    period_type: Option<ValueType>,
    #[prost(int64, tag = "12")]
    period: i64,
}

#[derive(Clone, Copy, PartialEq, Message)]
struct ValueType {
    #[prost(int64, tag = "1")]
    type_: i64,
    #[prost(int64, tag = "2")]
    unit: i64,
}

#[derive(Clone, PartialEq, Message)]
struct Sample {
    #[prost(uint64, repeated, tag = "1")]
    location_id: Vec<u64>,
    #[prost(int64, repeated, tag = "2")]
    value: Vec<i64>,
    #[prost(message, repeated, tag = "3")]
    label: Vec<Label>,
}

#[derive(Clone, Copy, PartialEq, Message)]
struct Label {
    #[prost(int64, tag = "1")]
    key: i64,
    #[prost(int64, tag = "2")]
    str: i64,
}

#[derive(Clone, PartialEq, Message)]
struct Location {
    #[prost(uint64, tag = "1")]
    id: u64,
    #[prost(message, repeated, tag = "4")]
    line: Vec<Line>,
}

#[derive(Clone, Copy, PartialEq, Message)]
struct Line {
    #[prost(uint64, tag = "1")]
    function_id: u64,
    #[prost(int64, tag = "2")]
    line: i64,
}

#[derive(Clone, Copy, PartialEq, Message)]
struct Function {
    #[prost(uint64, tag = "1")]
    id: u64,
    #[prost(int64, tag = "2")]
    name: i64,
    #[prost(int64, tag = "3")]
    system_name: i64,
    #[prost(int64, tag = "4")]
    filename: i64,
}

/// A report as a profile.
pub(super) fn encode(report: &Report, time: Duration, samples_per_second: i32) -> Vec<u8> {
    let period = 1_000_000_000 / i64::from(samples_per_second);
    let mut tables = Tables::default();
    tables.text("");
    let mut profile = Profile {
        sample_type: vec![tables.value_type("samples", "count"), tables.value_type("cpu", "nanoseconds")],
        period_type: Some(tables.value_type("cpu", "nanoseconds")),
        period,
        duration_nanos: i64::try_from(time.as_nanos()).unwrap_or(i64::MAX),
        ..Profile::default()
    };
    let thread = tables.text("thread");
    for (frames, count) in &report.data {
        let symbols = frames.frames.iter().map(|inlined| {
            let lines = inlined.iter().map(|symbol| {
                (symbol.name(), symbol.sys_name().into_owned(), symbol.filename().into_owned(), symbol.lineno())
            });
            lines.collect()
        });
        let location_id = symbols.map(|lines: Vec<_>| tables.location(&lines)).collect();
        let count = i64::try_from(*count).unwrap_or_default();
        profile.sample.push(Sample {
            location_id,
            value: vec![count, count * period],
            label: vec![Label { key: thread, str: tables.text(&frames.thread_name_or_id()) }],
        });
    }
    profile.location = tables.locations;
    profile.function = tables.functions;
    profile.string_table = tables.texts;
    let mut out = GzEncoder::new(Vec::new(), Compression::fast());
    // writing to a Vec does not fail
    let written = out.write_all(&profile.encode_to_vec()).and_then(|()| out.finish());
    written.unwrap_or_default()
}

/// Name, name for the linker, file and line of a function's call.
type Call = (String, String, String, u32);

/// What samples refer to, each once.
#[derive(Default)]
struct Tables {
    texts: Vec<String>,
    text_places: HashMap<String, i64>,
    functions: Vec<Function>,
    function_ids: HashMap<(String, String), u64>,
    locations: Vec<Location>,
    location_ids: HashMap<Vec<(u64, u32)>, u64>,
}

impl Tables {
    fn text(&mut self, text: &str) -> i64 {
        if let Some(place) = self.text_places.get(text) {
            return *place;
        }
        let place = i64::try_from(self.texts.len()).unwrap_or_default();
        self.texts.push(text.to_owned());
        self.text_places.insert(text.to_owned(), place);
        place
    }

    fn value_type(&mut self, type_: &str, unit: &str) -> ValueType {
        ValueType { type_: self.text(type_), unit: self.text(unit) }
    }

    fn function(&mut self, name: &str, system_name: &str, file: &str) -> u64 {
        let key = (system_name.to_owned(), file.to_owned());
        if let Some(id) = self.function_ids.get(&key) {
            return *id;
        }
        let id = self.functions.len() as u64 + 1;
        let function =
            Function { id, name: self.text(name), system_name: self.text(system_name), filename: self.text(file) };
        self.functions.push(function);
        self.function_ids.insert(key, id);
        id
    }

    /// A place in the code, with the functions that the compiler put into one another there.
    fn location(&mut self, calls: &[Call]) -> u64 {
        let lines: Vec<(u64, u32)> = calls
            .iter()
            .map(|(name, system_name, file, line)| (self.function(name, system_name, file), *line))
            .collect();
        if let Some(id) = self.location_ids.get(&lines) {
            return *id;
        }
        let id = self.locations.len() as u64 + 1;
        let line = lines.iter().map(|(function_id, line)| Line { function_id: *function_id, line: i64::from(*line) });
        self.locations.push(Location { id, line: line.collect() });
        self.location_ids.insert(lines, id);
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_texts_are_kept_once() {
        let mut tables = Tables::default();
        let call = |name: &str, line| (name.to_owned(), name.to_owned(), "a.rs".to_owned(), line);
        let first = tables.location(&[call("f", 1)]);
        assert_eq!(tables.location(&[call("f", 1)]), first);
        assert_ne!(tables.location(&[call("f", 2)]), first);
        assert_ne!(tables.location(&[call("f", 1), call("g", 2)]), first);
        assert_eq!((tables.functions.len(), tables.texts.len()), (2, 3));
    }
}
