//! Blocks of cells as tab-separated text, the way spreadsheets put them on the clipboard.

/// Rows of cells. A final line break ends the last row and starts no new one; quoted cells may hold tabs and breaks.
pub(crate) fn read(text: &str) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let mut row = Vec::new();
    let mut cell = String::new();
    let mut characters = text.chars().peekable();
    let mut quoted = false;
    let mut started = false;
    while let Some(next) = characters.next() {
        match next {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if cell.is_empty() => {
                quoted = true;
                started = true;
            }
            '\t' if !quoted => {
                row.push(std::mem::take(&mut cell));
                started = true;
            }
            '\r' if !quoted && characters.peek() == Some(&'\n') => {}
            '\n' | '\r' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
                started = false;
            }
            _ => {
                cell.push(next);
                started = true;
            }
        }
    }
    if started || !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push(row);
    }
    rows
}

/// The text of a block; cells with a tab, a line break or a quote are quoted.
pub(crate) fn write(rows: &[Vec<String>]) -> String {
    let cell = |text: &String| {
        if text.contains(['\t', '\n', '\r', '"']) {
            format!("\"{}\"", text.replace('"', "\"\""))
        } else {
            text.clone()
        }
    };
    rows.iter()
        .map(|row| row.iter().map(cell).collect::<Vec<_>>().join("\t") + "\n")
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_final_break_starts_no_row() {
        let block = read("3.2\t4.0\t5.1\r\n3.5\t4.2\t5.0\r\n");
        assert_eq!(block, [["3.2", "4.0", "5.1"], ["3.5", "4.2", "5.0"]]);
        assert_eq!(read("1\t\n\t2"), [["1", ""], ["", "2"]]);
        assert!(read("").is_empty());
        assert_eq!(read("7"), [["7"]]);
    }

    #[test]
    fn quoted_cells_keep_tabs_breaks_and_quotes() {
        let block = vec![
            vec!["a\tb".to_owned(), "say \"no\"".to_owned()],
            vec!["two\nlines".to_owned(), "5\"".to_owned()],
        ];
        assert_eq!(read(&write(&block)), block);
        assert_eq!(read("\"\"\t1\n"), [["", "1"]]);
    }
}
