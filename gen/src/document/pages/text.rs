//! Text in Markdown.

/// In a table's cell: on one line, without what would end the cell.
pub(super) fn cell(text: &str) -> String {
    escape(text).replace('|', "\\|").replace("\n\n", "<br>").replace('\n', " ")
}

/// As code, in a table's cell or anywhere else.
pub(super) fn code(text: &str) -> String {
    if text.contains('`') { cell(text) } else { format!("`{}`", text.replace('|', "\\|").replace('\n', " ")) }
}

/// Documentation as paragraphs; nothing where there is none.
pub(super) fn paragraph(docs: &str) -> String {
    if docs.is_empty() { String::new() } else { format!("\n{}\n", escape(docs)) }
}

/// Angle brackets outside of code would be tags.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (index, part) in text.split('`').enumerate() {
        if index > 0 {
            out.push('`');
        }
        let in_code = index % 2 == 1;
        out += &if in_code { part.to_owned() } else { part.replace('<', "&lt;").replace('>', "&gt;") };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_stay_cells() {
        assert_eq!(cell("a|b\nc\n\nd <x> `<y>`"), "a\\|b c<br>d &lt;x&gt; `<y>`");
        assert_eq!(code("^a|b$"), "`^a\\|b$`");
        assert_eq!(paragraph(""), "");
    }
}
