//! Reads Rust source well enough for the rules: comments and strings are left out, `use` groups are written out.

/// Where code outside tests names one of the words, directly or in a `use` group; one finding per word and line.
pub(crate) fn named(text: &str, words: &[&'static str]) -> Vec<(usize, &'static str)> {
    let lines = code_lines(text);
    let mut found = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        found.extend(
            words
                .iter()
                .filter(|word| has(line, word))
                .map(|word| (number + 1, *word)),
        );
    }
    for (number, path) in used_paths(&lines) {
        found.extend(
            words
                .iter()
                .filter(|word| has(&path, word))
                .map(|word| (number, *word)),
        );
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// The parts of the engine that code names, as `(line, first segment after the crate)`.
pub(crate) fn engine_parts(text: &str) -> Vec<(usize, String)> {
    let lines = code_lines(text);
    let plain = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| !line.trim_start().starts_with("use "));
    let plain = plain.map(|(number, line)| (number + 1, line.clone()));
    let mut found = Vec::new();
    for (number, line) in used_paths(&lines).into_iter().chain(plain) {
        for (at, _) in line.match_indices("calminer_engine::") {
            let rest = &line[at + "calminer_engine::".len()..];
            let end = rest.find(|next: char| !is_word(next)).unwrap_or(rest.len());
            found.push((number, rest[..end].to_owned()));
        }
    }
    found.retain(|(_, part)| !part.is_empty());
    found.dedup();
    found
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Whether a line has a word or path that is not part of a longer name.
pub(crate) fn has(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        let starts_free = !word.starts_with(is_word) || !before.is_some_and(is_word);
        starts_free && (!word.ends_with(is_word) || !after.is_some_and(is_word))
    })
}

/// Every path of every `use`, written out, with the line it ends on.
fn used_paths(lines: &[String]) -> Vec<(usize, String)> {
    let mut paths = Vec::new();
    let mut open: Option<(Vec<String>, String)> = None;
    for (number, line) in lines.iter().enumerate() {
        let (mut prefixes, mut part, rest) = match open.take() {
            Some((prefixes, part)) => (prefixes, part, line.as_str()),
            None => match line.split_once("use ") {
                Some((before, rest))
                    if before.trim().is_empty() || before.trim().starts_with("pub") =>
                {
                    (Vec::new(), String::new(), rest)
                }
                _ => continue,
            },
        };
        let (body, ended) = match rest.split_once(';') {
            Some((body, _)) => (body, true),
            None => (rest, false),
        };
        for character in body.chars() {
            match character {
                '{' => prefixes.push(std::mem::take(&mut part)),
                ',' | '}' => {
                    if !part.is_empty() {
                        paths.push((number + 1, prefixes.concat() + &part));
                    }
                    part.clear();
                    if character == '}' {
                        prefixes.pop();
                    }
                }
                _ if character.is_whitespace() => {}
                _ => part.push(character),
            }
        }
        if !ended {
            open = Some((prefixes, part));
        } else if !part.is_empty() {
            paths.push((number + 1, prefixes.concat() + &part));
        }
    }
    paths
}

/// The code of a file, line by line, without comments, strings and the test module at its end.
pub(crate) fn code_lines(text: &str) -> Vec<String> {
    let code = without_comments_and_strings(text);
    let end = code
        .find("#[cfg(test)]\nmod ")
        .filter(|at| code[*at..].contains('{'));
    code[..end.unwrap_or(code.len())]
        .lines()
        .map(str::to_owned)
        .collect()
}

/// Comments and strings become spaces, so that lines keep their numbers.
fn without_comments_and_strings(text: &str) -> String {
    let characters: Vec<char> = text.replace("\r\n", "\n").chars().collect();
    let mut code = String::with_capacity(text.len());
    let mut at = 0;
    while at < characters.len() {
        let end = hidden_until(&characters, at).max(at);
        if end == at {
            code.push(characters[at]);
            at += 1;
        } else {
            code.extend(
                characters[at..end]
                    .iter()
                    .map(|&next| if next == '\n' { '\n' } else { ' ' }),
            );
            at = end;
        }
    }
    code
}

/// The end of the comment, string or character that starts here; the start itself when none does.
fn hidden_until(text: &[char], start: usize) -> usize {
    let next = |offset: usize| text.get(start + offset).copied().unwrap_or('\0');
    let find = |from: usize, wanted: &[char]| {
        let found = text[from.min(text.len())..]
            .windows(wanted.len())
            .position(|part| part == wanted);
        found.map_or(text.len(), |offset| from + offset)
    };
    match (next(0), next(1)) {
        ('/', '/') => find(start, &['\n']),
        ('/', '*') => block_comment_end(text, start),
        ('"', _) => quoted_end(text, start),
        ('\'', '\\') => find(start + 3, &['\'']) + 1,
        ('\'', _) if next(2) == '\'' => start + 3,
        ('r', '"' | '#') if start == 0 || !is_word(text[start - 1]) || text[start - 1] == 'b' => {
            let hashes = text[start + 1..]
                .iter()
                .take_while(|&&next| next == '#')
                .count();
            if next(1 + hashes) != '"' {
                return start; // a raw name such as r#type
            }
            let mut close = vec!['"'];
            close.resize(1 + hashes, '#');
            (find(start + 2 + hashes, &close) + close.len()).min(text.len())
        }
        _ => start,
    }
}

fn quoted_end(text: &[char], start: usize) -> usize {
    let mut at = start + 1;
    while at < text.len() && text[at] != '"' {
        at += if text[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(text.len())
}

fn block_comment_end(text: &[char], start: usize) -> usize {
    let mut depth = 1_usize;
    let mut at = start + 2;
    while at + 1 < text.len() && depth > 0 {
        match (text[at], text[at + 1]) {
            ('/', '*') => (depth, at) = (depth + 1, at + 2),
            ('*', '/') => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    at.min(text.len())
}

#[test]
fn the_rules_see_what_they_look_for() {
    let text = "// std::fs in a comment\nlet a = \"std::fs\"; let b = '\\''; /* std::fs\n/* deep */ std::fs */\n\
                use std::{\n    io,\n    fs::{self, File},\n};\nstd::thread::sleep(d);\nlet x = my_std::fsx;\n\
                #[cfg(test)]\nmod tests {\n    use std::fs;\n}\n";
    assert_eq!(named(text, &["std::fs"]), [(6, "std::fs")]);
    assert_eq!(named(text, &["std::thread"]), [(8, "std::thread")]);
    assert_eq!(
        named("let r = r#\"unsafe\"#;\nunsafe { f::<'a>() }", &["unsafe"]),
        [(2, "unsafe")]
    );
    let engine =
        "use calminer_engine::{result::Run, program};\nlet a = calminer_engine::math::ln(x);";
    let parts: Vec<String> = engine_parts(engine)
        .into_iter()
        .map(|(_, part)| part)
        .collect();
    assert_eq!(parts, ["result", "program", "math"]);
}
