//! Texts: PostgreSQL takes every character but NUL, so that one is written as two others.

/// A code point that Unicode sets aside for use inside programs; no text for people has it.
const MARK: char = '\u{fdd0}';

/// The text as it stands in a column.
pub(crate) fn stored(text: &str) -> String {
    if !text.contains(['\0', MARK]) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '\0' => out.extend([MARK, '0']),
            MARK => out.extend([MARK, '1']),
            other => out.push(other),
        }
    }
    out
}

/// The text of a column. A mark without its sign is damage, and the hash of its row will say so.
pub(crate) fn read(column: String) -> String {
    if !column.contains(MARK) {
        return column;
    }
    let mut out = String::with_capacity(column.len());
    let mut rest = column.chars();
    while let Some(character) = rest.next() {
        match (character, character == MARK) {
            (_, true) => out.push(if rest.next() == Some('0') { '\0' } else { MARK }),
            (other, false) => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_nul_come_back() {
        for text in [
            "",
            "plain",
            "a\0b",
            "\u{fdd0}0",
            "\u{fdd0}",
            "\0\u{fdd0}\0",
            "\u{fdd0}1\0",
        ] {
            let column = stored(text);
            assert!(!column.contains('\0'));
            assert_eq!(read(column), text);
        }
        assert_eq!(stored("Größe"), "Größe");
    }
}
