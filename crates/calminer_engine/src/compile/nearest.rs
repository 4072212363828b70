//! The known key that is closest to a mistyped one.

/// Longer words are cut: they are no slip of a known one.
const MAX_CHARS: usize = 48;

/// The candidate with the fewest changed, added or missing letters, if there are not more than a third of the word;
/// the first of equals.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let word: Vec<char> = word.chars().take(MAX_CHARS).collect();
    let (distance, near) = candidates
        .map(|candidate| (distance(&word, candidate), candidate))
        .min_by_key(|(distance, _)| *distance)?;
    (distance <= word.len().div_ceil(3)).then_some(near)
}

/// Levenshtein distance.
fn distance(word: &[char], other: &str) -> usize {
    let other: Vec<char> = other.chars().take(MAX_CHARS).collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, letter) in word.iter().enumerate() {
        let mut diagonal = index;
        row[0] = index + 1;
        for (column, candidate) in other.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != candidate);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_finds_its_key_and_a_strange_word_none() {
        let keys = ["cu_price", "au_price", "ore"];
        assert_eq!(nearest("cu_prise", keys.into_iter()), Some("cu_price"));
        assert_eq!(nearest("orre", keys.into_iter()), Some("ore"));
        assert_eq!(nearest("tailings", keys.into_iter()), None);
    }
}
