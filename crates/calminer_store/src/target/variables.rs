//! The variables that choose a database.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use super::{DatabaseTarget, Password, ServerTarget, TargetError, TlsMode, port};

/// The parts of a connection, each in a variable of its own.
const PARTS: [&str; 9] = [
    "DATABASE_DRIVER",
    "DATABASE_HOST",
    "DATABASE_PORT",
    "DATABASE_USER",
    "DATABASE_PASSWORD",
    "DATABASE_NAME",
    "DATABASE_SCHEMA",
    "DATABASE_TLS",
    "DATABASE_TLS_CA",
];
const PASSWORD: &str = "DATABASE_PASSWORD";

type Read<'a> = &'a dyn Fn(&str) -> Option<OsString>;

pub(super) fn target(read: Read<'_>) -> Result<Option<DatabaseTarget>, TargetError> {
    if let Some(url) = set(read, "DATABASE_URL") {
        return with_password(super::url::parse(&url)?, read).map(Some);
    }
    let given: Vec<&str> = PARTS
        .into_iter()
        .filter(|name| set(read, name).is_some())
        .collect();
    if given.is_empty() {
        return Ok(None);
    }
    let missing = |names: &[&'static str]| missing(read, &given, names);
    let driver = text(read, "DATABASE_DRIVER")?.map(|word| word.trim().to_ascii_lowercase());
    match driver.as_deref() {
        Some("sqlite") => {
            missing(&["DATABASE_NAME"])?;
            let file = set(read, "DATABASE_NAME").unwrap_or_default();
            Ok(Some(DatabaseTarget::File(PathBuf::from(file))))
        }
        Some("postgresql" | "postgres") => {
            missing(&["DATABASE_HOST", "DATABASE_USER", "DATABASE_NAME"])?;
            server(read).map(|server| Some(DatabaseTarget::Server(Box::new(server))))
        }
        Some(_) => Err(TargetError::impossible(
            "DATABASE_DRIVER",
            "neither sqlite nor postgresql",
        )),
        // Without the driver the others are for a server: a file has no host and no user.
        None if given == ["DATABASE_NAME"] => {
            missing(&["DATABASE_DRIVER"])?;
            Ok(None)
        }
        None => {
            missing(&[
                "DATABASE_DRIVER",
                "DATABASE_HOST",
                "DATABASE_USER",
                "DATABASE_NAME",
            ])?;
            Ok(None)
        }
    }
}

/// A target of other words takes the password alone from the environment.
pub(super) fn with_password(
    target: DatabaseTarget,
    read: Read<'_>,
) -> Result<DatabaseTarget, TargetError> {
    match target {
        DatabaseTarget::Server(server) if !server.has_password() => {
            let server = match text(read, PASSWORD)? {
                Some(password) => server.with_password(Password::new(password))?,
                None => *server,
            };
            Ok(DatabaseTarget::Server(Box::new(server)))
        }
        other => Ok(other),
    }
}

fn server(read: Read<'_>) -> Result<ServerTarget, TargetError> {
    let value = |name| Ok::<_, TargetError>(text(read, name)?.unwrap_or_default());
    let mut server = ServerTarget::new(
        &value("DATABASE_HOST")?,
        &value("DATABASE_USER")?,
        &value("DATABASE_NAME")?,
    )?;
    if let Some(at) = text(read, "DATABASE_PORT")? {
        server = server.at_port(port("DATABASE_PORT", &at)?);
    }
    if let Some(password) = text(read, PASSWORD)? {
        server = server.with_password(Password::new(password))?;
    }
    if let Some(schema) = text(read, "DATABASE_SCHEMA")? {
        server = server.in_schema(&schema)?;
    }
    let authority = set(read, "DATABASE_TLS_CA").map(PathBuf::from);
    match (text(read, "DATABASE_TLS")?, authority) {
        (Some(word), authority) => Ok(server.with_tls(TlsMode::of(word.trim(), authority)?)),
        (None, Some(authority)) => Ok(server.with_tls(TlsMode::VerifyFull {
            authority: Some(authority),
        })),
        (None, None) => Ok(server),
    }
}

/// An empty variable counts as one that is not set: compose files and shells leave such behind.
fn set(read: Read<'_>, name: &str) -> Option<OsString> {
    read(name).filter(|value| !value.is_empty())
}

fn text(read: Read<'_>, name: &str) -> Result<Option<String>, TargetError> {
    let Some(value) = set(read, name) else {
        return Ok(None);
    };
    let text = OsStr::to_str(&value)
        .ok_or_else(|| TargetError::impossible(name, "not readable as UTF-8"))?;
    Ok(Some(text.to_owned()))
}

fn missing(read: Read<'_>, given: &[&str], names: &[&'static str]) -> Result<(), TargetError> {
    let missing: Vec<&str> = names
        .iter()
        .copied()
        .filter(|name| set(read, name).is_none())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(TargetError::Incomplete {
        given: given.join(", "),
        missing: missing.join(", "),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(&str, &str)]) -> Result<Option<DatabaseTarget>, TargetError> {
        target(&|name| {
            let found = pairs.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| OsString::from(value))
        })
    }

    const SERVER: [(&str, &str); 4] = [
        ("DATABASE_DRIVER", "postgres"),
        ("DATABASE_HOST", "localhost"),
        ("DATABASE_USER", "min er"),
        ("DATABASE_NAME", "calminer"),
    ];

    #[test]
    fn a_whole_set_is_a_server() {
        let mut pairs = SERVER.to_vec();
        // PGS-09: the signs that break an URL are signs like others here.
        let password = "p@ss/w:rd?#%2B é\"\\";
        pairs.extend([
            ("DATABASE_PORT", "6543"),
            ("DATABASE_PASSWORD", password),
            ("DATABASE_SCHEMA", "mine"),
        ]);
        let Some(DatabaseTarget::Server(server)) = of(&pairs).unwrap() else {
            panic!("a server")
        };
        assert_eq!((server.host(), server.port()), ("localhost", 6543));
        assert_eq!((server.user(), server.schema()), ("min er", Some("mine")));
        assert_eq!(server.password().unwrap().reveal(), password);
    }

    #[test]
    fn a_partial_set_names_what_is_missing() {
        for (name, _) in SERVER {
            let rest: Vec<_> = SERVER
                .iter()
                .copied()
                .filter(|pair| pair.0 != name)
                .collect();
            let said = of(&rest).unwrap_err().to_string();
            assert!(said.contains(&format!("connection {name} must")), "{said}");
        }
        let said = of(&[("DATABASE_PASSWORD", "CANARY-7f3a")])
            .unwrap_err()
            .to_string();
        assert!(
            said.contains("DATABASE_HOST") && !said.contains("CANARY"),
            "{said}"
        );
        let said = of(&[("DATABASE_DRIVER", "sqlite")])
            .unwrap_err()
            .to_string();
        assert!(said.contains("DATABASE_NAME"), "{said}");
        assert!(of(&[("DATABASE_DRIVER", "mysql")]).is_err());
    }

    #[test]
    fn the_url_goes_first_and_empty_ones_do_not_count() {
        let file = Some(DatabaseTarget::File(PathBuf::from("mine.db")));
        assert_eq!(of(&[]), Ok(None));
        assert_eq!(of(&[("DATABASE_URL", ""), ("DATABASE_HOST", "")]), Ok(None));
        assert_eq!(
            of(&[("DATABASE_URL", "mine.db"), SERVER[1]]),
            Ok(file.clone())
        );
        assert_eq!(
            of(&[("DATABASE_DRIVER", "SQLite"), ("DATABASE_NAME", "mine.db")]),
            Ok(file)
        );
        let url = ("DATABASE_URL", "postgres://ada@localhost/calminer");
        let Ok(Some(DatabaseTarget::Server(server))) = of(&[url, ("DATABASE_PASSWORD", "secret")])
        else {
            panic!("a server")
        };
        assert!(server.has_password(), "the password comes beside the URL");
    }
}
