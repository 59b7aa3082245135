//! Reading of PEM texts (RFC 1421) as Go reads them: what is malformed is passed over.

use base64::{Engine as _, engine::general_purpose::STANDARD};

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";

/// One encoded piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// What it says that it is: `CERTIFICATE`.
    pub(super) label: String,
    /// Whether it has headers before its content.
    pub(super) has_headers: bool,
    /// The content.
    pub(super) bytes: Vec<u8>,
}

/// All well-formed blocks of a text, in order.
pub(super) fn blocks(text: &[u8]) -> Vec<Block> {
    let text = String::from_utf8_lossy(text);
    let mut lines = text.lines();
    let mut blocks = Vec::new();
    while let Some(line) = lines.next() {
        let Some(label) = line.trim_end().strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(DASHES)) else {
            continue;
        };
        // a block that turns out to be malformed may hide the beginning of the next one
        let mut body = lines.clone();
        if let Some(block) = block(label, &mut body) {
            blocks.push(block);
            lines = body;
        }
    }
    blocks
}

/// The block whose first line was read.
fn block<'a>(label: &str, lines: &mut impl Iterator<Item = &'a str>) -> Option<Block> {
    let mut has_headers = false;
    let mut content = String::new();
    for line in lines {
        let line = line.trim();
        if let Some(ending) = line.strip_prefix(END) {
            let is_own = ending.strip_suffix(DASHES) == Some(label);
            let bytes = STANDARD.decode(&content).ok()?;
            return is_own.then(|| Block { label: label.to_owned(), has_headers, bytes });
        }
        if content.is_empty() && line.contains(':') {
            has_headers = true;
        } else {
            content.push_str(line);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malformed_blocks_are_passed_over() {
        let text = "x\n-----BEGIN A-----\n%%%\n-----END A-----\n-----BEGIN B-----\nK: v\n\nYQ==\n-----END B-----\n";
        let block = Block { label: "B".to_owned(), has_headers: true, bytes: b"a".to_vec() };
        assert_eq!(blocks(text.as_bytes()), [block]);
        assert!(blocks(b"-----BEGIN A-----\nYQ==\n-----END B-----\n").is_empty());
    }
}
