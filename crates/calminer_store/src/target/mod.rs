//! Which database is meant: a SQLite file, or a PostgreSQL server with all that a connection takes.
//!
//! Nothing here can show a password: [`Password`] prints no sign of it, a target is shown without it, and no error
//! repeats the words it was made from.

mod url;
mod variables;

use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// The port of PostgreSQL.
pub const DEFAULT_PORT: u16 = 5432;
/// PostgreSQL cuts longer names without a word.
const MOST_BYTES_OF_A_NAME: usize = 63;

/// A database, not yet opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DatabaseTarget {
    /// A SQLite file.
    File(PathBuf),
    /// A database on a PostgreSQL server.
    Server(Box<ServerTarget>),
}

/// Why words name no database. None of them repeats the words, which may hold a password.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TargetError {
    /// Nothing was given.
    #[error("the database has no name; give a file, or an URL that starts with postgresql://")]
    Empty,
    /// The URL is of a kind that is not known.
    #[error(
        "the database is an URL of an unknown kind; use a file, sqlite:FILE, or postgresql://USER@HOST:PORT/DATABASE"
    )]
    UnknownKind,
    /// A part of the URL cannot be read.
    #[error(
        "the {part} in the URL of the database cannot be read; signs such as @ / : ? # % are written there as % and two hexadecimal digits (@ is %40)"
    )]
    UnreadableUrl {
        /// "user", "password", "port" ...
        part: &'static str,
    },
    /// The URL asks for something that is not known.
    #[error(
        "the URL of the database asks for \"{name}\", which is not known; known are sslmode, sslrootcert, schema and connect_timeout"
    )]
    UnknownParameter {
        /// Its name, without its value.
        name: String,
    },
    /// A setting has a value that it cannot have.
    #[error("{setting} is {reason}")]
    Impossible {
        /// "the host", "DATABASE_PORT" ...
        setting: String,
        /// What is wrong with it: "empty", "not a whole number from 1 to 65535".
        reason: String,
    },
    /// Some of the variables are set and others are not.
    #[error("{given} is set, and for a connection {missing} must be set too")]
    Incomplete {
        /// The variables that are set.
        given: String,
        /// Those that are missing.
        missing: String,
    },
}

impl TargetError {
    fn impossible(setting: &str, reason: &str) -> Self {
        Self::Impossible {
            setting: setting.to_owned(),
            reason: reason.to_owned(),
        }
    }
}

/// A secret. It prints no sign of itself, not even how long it is.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// A password as it was typed, any signs.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

/// How the connection is protected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TlsMode {
    /// Not at all.
    Disable,
    /// Encrypted where the server offers it, with any certificate. The default on this machine's own addresses.
    Prefer,
    /// Encrypted, with any certificate.
    Require,
    /// Encrypted, with a certificate signed by a trusted authority.
    VerifyCa {
        /// File of the authority's certificates, beside those that the system trusts.
        authority: Option<PathBuf>,
    },
    /// The same, and the certificate must name the host. The default for every other host.
    VerifyFull {
        /// File of the authority's certificates, beside those that the system trusts.
        authority: Option<PathBuf>,
    },
}

impl TlsMode {
    /// The mode of a word as PostgreSQL's own programs write it, with the file of the authority where the mode checks
    /// certificates.
    pub fn of(word: &str, authority: Option<PathBuf>) -> Result<Self, TargetError> {
        let mode = match word.to_ascii_lowercase().as_str() {
            "disable" => Self::Disable,
            "prefer" => Self::Prefer,
            "require" => Self::Require,
            "verify-ca" => return Ok(Self::VerifyCa { authority }),
            "verify-full" => return Ok(Self::VerifyFull { authority }),
            _ => {
                return Err(TargetError::impossible(
                    "the TLS mode",
                    "none of disable, prefer, require, verify-ca, verify-full",
                ));
            }
        };
        // A file that nobody looks at would promise a check that is not made.
        if authority.is_some() {
            return Err(TargetError::impossible(
                "the file of the certificate authority",
                "used by verify-ca and verify-full alone; choose one of these",
            ));
        }
        Ok(mode)
    }

    /// What a host gets when nothing is said: checked in full, except on this machine's own addresses.
    pub fn default_for(host: &str) -> Self {
        if is_loopback(host) {
            Self::Prefer
        } else {
            Self::VerifyFull { authority: None }
        }
    }

    /// The word.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Prefer => "prefer",
            Self::Require => "require",
            Self::VerifyCa { .. } => "verify-ca",
            Self::VerifyFull { .. } => "verify-full",
        }
    }

    pub(crate) fn authority(&self) -> Option<&Path> {
        match self {
            Self::VerifyCa { authority } | Self::VerifyFull { authority } => authority.as_deref(),
            Self::Disable | Self::Prefer | Self::Require => None,
        }
    }
}

/// Whether the host is this machine. A path is the socket of a server on this machine.
fn is_loopback(host: &str) -> bool {
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost"
        || name.ends_with(".localhost")
        || host.starts_with('/')
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// A database on a PostgreSQL server: checked parts, never a text that is put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerTarget {
    host: String,
    port: u16,
    database: String,
    schema: Option<String>,
    user: String,
    password: Option<Password>,
    tls: TlsMode,
}

impl ServerTarget {
    /// A database at a host, as a user, with the default port and TLS mode and the schema that the server chooses.
    pub fn new(host: &str, user: &str, database: &str) -> Result<Self, TargetError> {
        let host = host.trim();
        Ok(Self {
            host: text("the host", host)?,
            port: DEFAULT_PORT,
            database: name("the name of the database", database)?,
            schema: None,
            user: name("the user", user)?,
            password: None,
            tls: TlsMode::default_for(host),
        })
    }

    /// At another port.
    #[must_use]
    pub fn at_port(self, port: u16) -> Self {
        Self { port, ..self }
    }

    /// In a schema. Without one the server's own search path decides.
    pub fn in_schema(self, schema: &str) -> Result<Self, TargetError> {
        Ok(Self {
            schema: Some(name("the schema", schema)?),
            ..self
        })
    }

    /// With a password.
    pub fn with_password(self, password: Password) -> Result<Self, TargetError> {
        if password.0.contains('\0') {
            return Err(TargetError::impossible("the password", "cut by a NUL"));
        }
        Ok(Self {
            password: Some(password),
            ..self
        })
    }

    /// With a TLS mode.
    #[must_use]
    pub fn with_tls(self, tls: TlsMode) -> Self {
        Self { tls, ..self }
    }

    /// Name or address of the host.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Name of the database.
    pub fn database(&self) -> &str {
        &self.database
    }

    /// The schema, where one was named.
    pub fn schema(&self) -> Option<&str> {
        self.schema.as_deref()
    }

    /// The user.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// Whether it has a password.
    pub const fn has_password(&self) -> bool {
        self.password.is_some()
    }

    /// How the connection is protected.
    pub const fn tls(&self) -> &TlsMode {
        &self.tls
    }

    pub(crate) const fn password(&self) -> Option<&Password> {
        self.password.as_ref()
    }

    /// "host:5432", as sentences name the server.
    pub(crate) fn server(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

/// The way it is shown everywhere: without the password.
impl fmt::Display for ServerTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "postgresql://{}@{}/{}",
            self.user,
            self.server(),
            self.database
        )?;
        match &self.schema {
            Some(schema) => write!(f, " (schema {schema})"),
            None => Ok(()),
        }
    }
}

impl DatabaseTarget {
    /// The database of a file name or an URL: `FILE`, `sqlite:FILE`, `postgresql://...`.
    pub fn parse(words: &OsStr) -> Result<Self, TargetError> {
        url::parse(words)
    }

    /// The database that environment variables name; `None` when they name none.
    ///
    /// `DATABASE_URL` goes before `DATABASE_DRIVER`, `_HOST`, `_PORT`, `_USER`, `_PASSWORD`, `_NAME`, `_SCHEMA`; an
    /// empty variable counts as one that is not set.
    pub fn from_variables(
        read: impl Fn(&str) -> Option<std::ffi::OsString>,
    ) -> Result<Option<Self>, TargetError> {
        variables::target(&read)
    }

    /// With the password that the environment has, where the target needs one and has none.
    pub fn with_password_of(
        self,
        read: impl Fn(&str) -> Option<std::ffi::OsString>,
    ) -> Result<Self, TargetError> {
        variables::with_password(self, &read)
    }

    /// The file, where it is one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Server(_) => None,
        }
    }
}

impl fmt::Display for DatabaseTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Server(server) => server.fmt(f),
        }
    }
}

fn text(setting: &str, value: &str) -> Result<String, TargetError> {
    let reason = if value.is_empty() {
        "empty"
    } else if value.contains('\0') {
        "cut by a NUL"
    } else {
        return Ok(value.to_owned());
    };
    Err(TargetError::impossible(setting, reason))
}

fn name(setting: &str, value: &str) -> Result<String, TargetError> {
    if value.len() > MOST_BYTES_OF_A_NAME {
        return Err(TargetError::impossible(
            setting,
            "longer than the 63 bytes that PostgreSQL keeps of a name",
        ));
    }
    text(setting, value)
}

fn port(setting: &str, value: &str) -> Result<u16, TargetError> {
    match value.trim().parse() {
        Ok(0) | Err(_) => Err(TargetError::impossible(
            setting,
            "not a whole number from 1 to 65535",
        )),
        Ok(port) => Ok(port),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_shows_a_password() {
        let target = ServerTarget::new("db.example.com", "ada", "calminer")
            .unwrap()
            .with_password(Password::new("CANARY-7f3a"))
            .unwrap();
        let shown = format!("{target:?} {target:#?} {target}");
        assert!(!shown.contains("CANARY"), "{shown}");
        assert!(target.to_string().contains("ada@db.example.com:5432"));
        let whole = DatabaseTarget::Server(Box::new(target));
        assert!(!format!("{whole:?} {whole}").contains("CANARY"));
    }

    #[test]
    fn other_hosts_are_checked_in_full() {
        for host in ["localhost", "LOCALHOST.", "127.0.0.1", "127.9.9.9", "::1"] {
            assert_eq!(TlsMode::default_for(host), TlsMode::Prefer, "{host}");
        }
        for host in ["db", "10.0.0.1", "localhost.example.com", "notlocalhost"] {
            let mode = TlsMode::default_for(host);
            assert_eq!(mode, TlsMode::VerifyFull { authority: None }, "{host}");
        }
    }

    #[test]
    fn impossible_settings_are_named() {
        let said = |host: &str, user: &str, database: &str| {
            ServerTarget::new(host, user, database)
                .unwrap_err()
                .to_string()
        };
        assert_eq!(said(" ", "u", "d"), "the host is empty");
        assert_eq!(said("h", "", "d"), "the user is empty");
        assert_eq!(
            said("h", "u", "a\0b"),
            "the name of the database is cut by a NUL"
        );
        assert!(said("h", &"u".repeat(64), "d").contains("63 bytes"));
        assert!(TlsMode::of("allow", None).is_err());
        assert!(TlsMode::of("require", Some("ca.crt".into())).is_err());
    }
}
