//! The known word that is closest to a mistyped one.

/// The candidate with the fewest changes from `word`; a change of case alone counts less than a changed letter. The
/// first of equals wins. `None` only when there is no candidate.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    // Longer words cannot be a slip of any known one and would only cost time.
    let word: Vec<char> = word.chars().take(32).collect();
    candidates
        .into_iter()
        .min_by_key(|candidate| distance(&word, &candidate.chars().collect::<Vec<_>>()))
}

/// Levenshtein distance, doubled, with 1 for a letter that differs in case only.
fn distance(left: &[char], right: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).map(|column| column * 2).collect();
    for (index, from) in left.iter().enumerate() {
        let mut diagonal = row.first().copied().unwrap_or_default();
        let mut before = (index + 1) * 2;
        if let Some(first) = row.first_mut() {
            *first = before;
        }
        for (cell, to) in row.iter_mut().skip(1).zip(right) {
            let replaced = diagonal + change(*from, *to);
            diagonal = *cell;
            *cell = replaced.min(*cell + 2).min(before + 2);
            before = *cell;
        }
    }
    row.last().copied().unwrap_or_default()
}

fn change(from: char, to: char) -> usize {
    if from == to {
        0
    } else if from.to_lowercase().eq(to.to_lowercase()) {
        1
    } else {
        2
    }
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_finds_its_word() {
        let words = ["prev", "lag", "lookup", "payback"];
        assert_eq!(nearest("lokup", words), Some("lookup"));
        assert_eq!(nearest("PREV", words), Some("prev"));
        assert_eq!(nearest("paybak", words), Some("payback"));
        assert_eq!(nearest("x", []), None);
    }

    #[test]
    fn case_counts_less_than_a_letter() {
        assert_eq!(nearest("Oz", ["t", "kt", "oz", "g"]), Some("oz"));
    }
}
