//! URLs of databases. They are taken apart, and nothing that cannot be read is repeated.

use std::ffi::OsStr;
use std::path::PathBuf;

use super::{DatabaseTarget, Password, ServerTarget, TargetError, TlsMode, port};

pub(super) fn parse(words: &OsStr) -> Result<DatabaseTarget, TargetError> {
    if words.is_empty() {
        return Err(TargetError::Empty);
    }
    let Some(text) = words.to_str() else {
        return Ok(DatabaseTarget::File(words.into()));
    };
    let lower = text.to_ascii_lowercase();
    if let Some(rest) = lower
        .strip_prefix("postgresql://")
        .or_else(|| lower.strip_prefix("postgres://"))
    {
        let rest = text.get(text.len() - rest.len()..).unwrap_or_default();
        return server(rest).map(|server| DatabaseTarget::Server(Box::new(server)));
    }
    let file = if let Some(rest) = text.strip_prefix("sqlite:") {
        let rest = rest.strip_prefix("//").unwrap_or(rest);
        rest.split('?').next().unwrap_or(rest)
    } else if text.contains("://") || lower.starts_with("postgres") && lower.contains(":/") {
        return Err(TargetError::UnknownKind);
    } else {
        text
    };
    if file.is_empty() {
        return Err(TargetError::Empty);
    }
    Ok(DatabaseTarget::File(PathBuf::from(file)))
}

/// `USER[:PASSWORD]@HOST[:PORT]/DATABASE[?NAME=VALUE&...]`.
fn server(rest: &str) -> Result<ServerTarget, TargetError> {
    // A raw / ? # in the password would end it early; the @ that is left over then gives it away.
    let (place, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, database) = place
        .split_once('/')
        .ok_or_else(|| without("name of a database"))?;
    let (login, host) = authority.split_once('@').ok_or_else(|| without("user"))?;
    if host.contains('@') || database.contains(['@', '/', '#']) || parameters.contains(['@', '#']) {
        return Err(TargetError::UnreadableUrl {
            part: "user or password",
        });
    }
    let (user, password) = match login.split_once(':') {
        Some((user, password)) => (user, Some(decoded("password", password)?)),
        None => (login, None),
    };
    let (host, at) = host_and_port(host)?;
    let mut target = ServerTarget::new(
        &decoded("host", host)?,
        &decoded("user", user)?,
        &decoded("database", database)?,
    )?;
    if let Some(at) = at {
        target = target.at_port(port("the port in the URL", at)?);
    }
    if let Some(password) = password {
        target = target.with_password(Password::new(password))?;
    }
    with_parameters(target, parameters)
}

fn without(part: &str) -> TargetError {
    let reason = format!("without a {part}; write it as postgresql://USER@HOST:PORT/NAME");
    TargetError::impossible("the URL of the database", &reason)
}

/// `host`, `host:port`, `[::1]:port`.
fn host_and_port(text: &str) -> Result<(&str, Option<&str>), TargetError> {
    const UNREADABLE: TargetError = TargetError::UnreadableUrl { part: "host" };
    if let Some(rest) = text.strip_prefix('[') {
        let (host, after) = rest.split_once(']').ok_or(UNREADABLE)?;
        return match after {
            "" => Ok((host, None)),
            _ => Ok((host, Some(after.strip_prefix(':').ok_or(UNREADABLE)?))),
        };
    }
    match text.split_once(':') {
        Some((_, rest)) if rest.contains(':') => Err(UNREADABLE),
        Some((host, port)) => Ok((host, Some(port))),
        None => Ok((text, None)),
    }
}

fn with_parameters(mut target: ServerTarget, text: &str) -> Result<ServerTarget, TargetError> {
    let (mut mode, mut authority) = (None, None);
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = decoded("value of a parameter", value)?;
        match name {
            "sslmode" => mode = Some(value),
            "sslrootcert" => authority = Some(PathBuf::from(value)),
            "schema" => target = target.in_schema(&value)?,
            // Five seconds are this program's promise, so the wish is read and not needed.
            "connect_timeout" => {}
            _ => {
                return Err(TargetError::UnknownParameter {
                    name: name
                        .chars()
                        .filter(|sign| !sign.is_control())
                        .take(40)
                        .collect(),
                });
            }
        }
    }
    let tls = match (mode, authority) {
        (Some(word), authority) => TlsMode::of(&word, authority)?,
        (None, Some(authority)) => TlsMode::VerifyFull {
            authority: Some(authority),
        },
        (None, None) => return Ok(target),
    };
    Ok(target.with_tls(tls))
}

/// The text behind percent signs.
fn decoded(part: &'static str, text: &str) -> Result<String, TargetError> {
    let unreadable = || TargetError::UnreadableUrl { part };
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || {
            let digit = char::from(rest.next()?).to_digit(16)?;
            u8::try_from(digit).ok()
        };
        let (high, low) = (digit(), digit());
        let (high, low) = high.zip(low).ok_or_else(unreadable)?;
        bytes.push(high * 16 + low);
    }
    String::from_utf8(bytes).ok().ok_or_else(unreadable)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn of(words: &str) -> Result<DatabaseTarget, TargetError> {
        parse(OsStr::new(words))
    }

    fn at(words: &str) -> ServerTarget {
        match of(words).unwrap() {
            DatabaseTarget::Server(server) => *server,
            DatabaseTarget::File(path) => panic!("{path:?}"),
        }
    }

    #[test]
    fn odd_names_of_files_are_taken_as_they_are() {
        for (words, path) in [
            ("mine #1?.db", "mine #1?.db"),
            ("sqlite:///folder/a b.db?mode=rw", "/folder/a b.db"),
            ("sqlite:mine.db", "mine.db"),
            ("sqlite://team.db", "team.db"),
            ("C:\\mine.db", "C:\\mine.db"),
        ] {
            assert_eq!(of(words).unwrap().file(), Some(Path::new(path)), "{words}");
        }
        assert_eq!(of("").unwrap_err(), TargetError::Empty);
        assert_eq!(of("sqlite:").unwrap_err(), TargetError::Empty);
    }

    #[test]
    fn every_part_of_an_url_is_read() {
        let full = at(
            "postgres://min%20er:p%40ss%2Fw%3Ard%3F%23%252B%20%C3%A9%22%5C@db.example.com:6543/cal%20miner?sslmode=verify-ca&sslrootcert=/etc/ca.crt&schema=mine",
        );
        assert_eq!(full.user(), "min er");
        assert_eq!(full.password().unwrap().reveal(), "p@ss/w:rd?#%2B é\"\\");
        assert_eq!((full.host(), full.port()), ("db.example.com", 6543));
        assert_eq!(full.database(), "cal miner");
        assert_eq!(full.schema(), Some("mine"));
        let authority = Some(PathBuf::from("/etc/ca.crt"));
        assert_eq!(*full.tls(), TlsMode::VerifyCa { authority });
        let short = at("postgresql://ada@[::1]/calminer");
        assert_eq!((short.host(), short.port()), ("::1", 5432));
        assert_eq!((short.has_password(), short.schema()), (false, None));
        assert_eq!(*short.tls(), TlsMode::Prefer);
        assert_eq!(at("POSTGRESQL://ada@[::1]:99/x").port(), 99);
        // One reading alone is possible, so it is taken.
        let odd = at("postgres://ada:p#1:2@localhost/x");
        assert_eq!(odd.password().unwrap().reveal(), "p#1:2");
    }

    /// PGS-09 and PGS-10: a password that was pasted as it is gives a hint, never a piece of itself.
    #[test]
    fn unreadable_urls_are_refused_without_their_secret() {
        for words in [
            "postgres://user:CANARY-7f3a",
            "postgres://user:CANARY-7f3a@host",
            "postgres://user:p@CANARY-7f3a@host/name",
            "postgres://user:p/CANARY-7f3a@host/name",
            "postgres://user:p?CANARY-7f3a@host/name",
            "postgres://user:CANARY-7f3a%@host/name",
            "postgres://user:CANARY-7f3a%ff@host/name",
            "postgres://user:CANARY-7f3a@host:99999/name",
            "postgres://user:CANARY-7f3a@host/name?sslmode=CANARY-7f3a",
            "postgres://user:x@host/name?password=CANARY-7f3a",
            "postgres://user:CANARY-7f3a@/name",
            "postgres://user:CANARY-7f3a@host/",
            "postgres:/user:CANARY-7f3a@host/name",
            "mysql://user:CANARY-7f3a@host/name",
            "CANARY-7f3a://x",
        ] {
            let error = of(words).expect_err(words);
            assert!(!format!("{error} {error:?}").contains("CANARY"), "{error}");
        }
        let said = of("postgres://host/name").unwrap_err().to_string();
        assert!(said.contains("without a user"), "{said}");
        assert!(
            of("postgres://u:a%zz@h/d")
                .unwrap_err()
                .to_string()
                .contains("%40")
        );
    }
}
