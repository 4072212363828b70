//! Columns of text that stand straight in a terminal, in any script.

/// Columns that a terminal takes for a letter: two for the wide scripts, none for marks that join the letter before.
fn columns(letter: char) -> usize {
    match letter {
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{fe00}'..='\u{fe0f}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{303e}'
        | '\u{3041}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1f64f}'
        | '\u{1f900}'..='\u{1f9ff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

/// Columns that a terminal takes for a text.
pub fn wide(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// The text, cut with `…` where it takes more than `width` columns.
pub fn cut(text: &str, width: usize) -> String {
    if wide(text) <= width {
        return text.to_owned();
    }
    let mut taken = 0;
    let mut short: String = text
        .chars()
        .take_while(|letter| {
            taken += columns(*letter);
            taken < width
        })
        .collect();
    short.push('…');
    short
}

/// The text with spaces after it up to `width` columns.
pub fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(wide(text))))
}

/// The text with spaces before it up to `width` columns.
pub(super) fn right(text: &str, width: usize) -> String {
    format!("{}{text}", " ".repeat(width.saturating_sub(wide(text))))
}

/// Rows of a name and what belongs to it, one below the other.
pub fn pairs<N: AsRef<str>, T: AsRef<str>>(rows: &[(N, T)]) -> String {
    let width = rows
        .iter()
        .map(|(name, _)| wide(name.as_ref()))
        .max()
        .unwrap_or(0);
    let row = |(name, text): &(N, T)| {
        let row = format!("{}  {}", padded(name.as_ref(), width), text.as_ref());
        [row.trim_end(), "\n"].concat()
    };
    rows.iter().map(row).collect()
}

/// Columns below their heads: the first to the left, the others to the right. A short row is filled with blanks.
pub fn columns_of(heads: &[&str], rows: &[Vec<String>]) -> String {
    let cell = |row: &[String], column: usize| row.get(column).cloned().unwrap_or_default();
    let width = |column: usize| {
        let of_rows = rows.iter().map(|row| wide(&cell(row, column))).max();
        of_rows
            .unwrap_or(0)
            .max(heads.get(column).map_or(0, |head| wide(head)))
    };
    let widths: Vec<usize> = (0..heads.len()).map(width).collect();
    let line = |row: &[String]| {
        let cells = widths.iter().enumerate().map(|(column, width)| {
            let text = cell(row, column);
            if column == 0 {
                padded(&text, *width)
            } else {
                format!("  {}", right(&text, *width))
            }
        });
        let text: String = cells.collect();
        format!("{}\n", text.trim_end())
    };
    let heads: Vec<String> = heads.iter().map(|head| (*head).to_owned()).collect();
    std::iter::once(line(&heads))
        .chain(rows.iter().map(|row| line(row)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_scripts_stand_straight() {
        assert_eq!((wide("金価格"), wide("Zoe\u{301}"), wide("")), (6, 3, 0));
        assert_eq!(pairs(&[("金", "1"), ("gold", "2")]), "金    1\ngold  2\n");
        assert_eq!(right("金", 4), "  金");
    }

    #[test]
    fn columns_stand_below_their_heads() {
        let rows = [
            vec!["金".to_owned(), "1".to_owned(), "-20".to_owned()],
            vec!["copper price".to_owned(), "12".to_owned()],
        ];
        assert_eq!(
            columns_of(&["Input", "Low", "High"], &rows),
            "Input         Low  High\n金              1   -20\ncopper price   12\n"
        );
    }

    #[test]
    fn long_texts_are_cut_and_say_so() {
        assert_eq!(cut("recovery", 8), "recovery");
        assert_eq!(cut("recovery", 5), "reco…");
        assert_eq!(cut("金価格", 4), "金…");
        assert!((0..10).all(|width| wide(&cut("a金b価c格", width)) <= width.max(1)));
    }
}
