//! A throw-away PostgreSQL server that the tests start themselves.
//!
//! All test processes of a run share one: the first starts it on a free port of the loopback address, the last one
//! that ends takes it down, also when it is killed. Each test gets a database and a role of its own. Where no server
//! can be started the test fails and says why; it is never skipped. Knows nothing of what is tested.

#![cfg(unix)]

mod start;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

pub use start::programs;

/// The role that may do everything.
const ADMINISTRATOR: &str = "postgres";
/// Guards nothing: the server listens on the loopback address and is gone in seconds.
pub(crate) const ADMINISTRATORS_PASSWORD: &str = "throw-away";

/// The running server.
#[derive(Debug)]
pub struct Server {
    port: u16,
    programs: PathBuf,
    folder: PathBuf,
    /// Its lock says that somebody uses the server.
    _user: std::fs::File,
}

impl Server {
    /// The server of this test run, started when it does not run yet.
    ///
    /// # Panics
    /// When it cannot be started; the text says what is missing.
    pub fn shared() -> &'static Self {
        static SERVER: OnceLock<Server> = OnceLock::new();
        SERVER.get_or_init(|| {
            start::start()
                .unwrap_or_else(|why| panic!("PostgreSQL for the tests cannot be started: {why}"))
        })
    }

    /// Its port at 127.0.0.1.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The certificate of the authority that signed the server's own, which is for `localhost` alone.
    pub fn authority(&self) -> PathBuf {
        self.folder.join("tls/authority.crt")
    }

    /// Runs SQL as the administrator, each text in a transaction of its own, and gives the last answer: a row a line,
    /// columns with | between them.
    ///
    /// # Panics
    /// When the server refuses.
    pub fn sql(&self, database: &str, texts: &[&str]) -> String {
        start::psql(&self.programs, self.port, database, texts)
            .unwrap_or_else(|why| panic!("{texts:?}: {why}"))
    }

    /// A new, empty database with a role that owns it.
    pub fn database(&'static self) -> Database {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{}_{number}", std::process::id());
        let password = format!("secret of {name}");
        let role = format!("CREATE ROLE {name} LOGIN PASSWORD '{password}'");
        let made = format!("CREATE DATABASE {name} OWNER {name} TEMPLATE template0");
        self.sql(ADMINISTRATOR, &[&role, &made]);
        Database {
            server: self,
            name,
            password,
        }
    }
}

/// A database of one test; it is gone after it.
#[derive(Debug)]
pub struct Database {
    server: &'static Server,
    name: String,
    password: String,
}

impl Database {
    /// Its name, which is also that of the role that owns it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The password of the role.
    pub fn password(&self) -> &str {
        &self.password
    }

    /// Runs SQL in it as the administrator, as [`Server::sql`] does.
    pub fn sql(&self, texts: &[&str]) -> String {
        self.server.sql(&self.name, texts)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let texts = [
            format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name),
            format!("DROP ROLE IF EXISTS {}", self.name),
        ];
        let texts = texts.each_ref().map(String::as_str);
        // The whole server is thrown away soon; a test that ends otherwise is not made to fail by this.
        drop(start::psql(
            &self.server.programs,
            self.server.port,
            ADMINISTRATOR,
            &texts,
        ));
    }
}

/// Runs a program to its end and gives its output, or its messages where it fails.
pub(crate) fn output(command: &mut Command) -> Result<String, String> {
    let shown = || {
        Path::new(command.get_program())
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    };
    let name = shown();
    let done = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("{name} does not start: {error}"))?;
    if done.status.success() {
        return Ok(String::from_utf8_lossy(&done.stdout).trim_end().to_owned());
    }
    Err(format!(
        "{name} failed: {}",
        String::from_utf8_lossy(&done.stderr).trim_end()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_there_for_one_test_alone() {
        let server = Server::shared();
        let database = server.database();
        let name = database.name().to_owned();
        assert_eq!(database.sql(&["SELECT current_database()"]), name);
        assert_eq!(database.sql(&["SHOW server_encoding"]), "UTF8");
        drop(database);
        let left = format!("SELECT count(*) FROM pg_database WHERE datname = '{name}'");
        assert_eq!(server.sql(ADMINISTRATOR, &[&left]), "0");
    }
}
