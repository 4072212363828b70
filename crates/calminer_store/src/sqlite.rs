//! All that only SQLite has: files, journals, pragmas and copies.

use std::fs;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use calminer_migration::{Migrator, MigratorTrait as _};
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, ConnectionTrait as _, DatabaseConnection, DbBackend, DbErr, Statement,
};
use uuid::Uuid;

use crate::error::{StoreError, WHOLE};
use crate::model::{Access, OpenOptions};
use crate::schema::{self, Standing};

/// "CalM": tells our files from those of other programs.
const APPLICATION_ID: i32 = 0x4361_6c4d;
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// Where the application id stands in the header of the file.
const ID_AT: usize = 68;
const HEADER: usize = 100;
/// One writer and some readers.
const CONNECTIONS: u32 = 4;

/// An open file.
pub(crate) struct Opened {
    pub(crate) db: DatabaseConnection,
    pub(crate) path: PathBuf,
    pub(crate) access: Access,
}

/// Opens a file, made and brought to our schema where that is asked for and possible.
pub(crate) async fn open(path: &Path, options: OpenOptions) -> Result<Opened, StoreError> {
    let path = absolute(path)?;
    let fresh = is_fresh(&path)?;
    if fresh && (options.read_only || !options.create) {
        return Err(StoreError::Missing {
            what: format!("the file {}", file_name(&path)),
        });
    }
    if fresh {
        create(&path)?;
    }
    let standing = if fresh {
        Standing::Empty
    } else {
        look(&path).await?
    };
    let access = if options.read_only {
        Access::ReadOnly {
            reason: "it was opened for reading only".to_owned(),
        }
    } else {
        access(&path)
    };
    if access != Access::ReadWrite {
        let db = connect(&path, Mode::Read, options.busy_timeout).await?;
        schema::require_current(&standing)?;
        return Ok(Opened { db, path, access });
    }
    let db = connect(&path, Mode::Write, options.busy_timeout).await?;
    match bring_up(&db, &path, &standing).await {
        Ok(()) => Ok(Opened { db, path, access }),
        Err(error) => {
            // The first error is the news; a close that fails too adds nothing to it.
            drop(db.close().await);
            Err(error)
        }
    }
}

/// Looks at a file without changing anything.
pub(crate) async fn inspect(path: &Path) -> Result<Standing, StoreError> {
    let path = absolute(path)?;
    if is_fresh(&path)? {
        return Ok(Standing::Empty);
    }
    look(&path).await
}

/// "SQLite 3.50.2".
pub(crate) async fn system(db: &DatabaseConnection) -> Result<String, StoreError> {
    let query = Statement::from_string(DbBackend::Sqlite, "SELECT sqlite_version()");
    let version: Option<String> = match db.query_one_raw(query).await? {
        Some(row) => row.try_get_by_index(0)?,
        None => None,
    };
    Ok(format!("SQLite {}", version.unwrap_or_default()))
}

/// The name shown in sentences: no folder, which may be private.
pub(crate) fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// A relative name could begin with `file:`, which SQLite takes for a URL.
fn absolute(path: &Path) -> Result<PathBuf, StoreError> {
    let path = std::path::absolute(path)
        .map_err(|error| StoreError::file("the path of the database cannot be resolved", &error))?;
    if path.to_str().is_none() {
        let what = format!(
            "the name of {} is not readable text, which SQLite needs",
            file_name(&path)
        );
        return Err(StoreError::Io {
            what,
            detail: String::new(),
        });
    }
    Ok(path)
}

/// Whether nothing is there yet. An empty file is what an interrupted first start leaves.
fn is_fresh(path: &Path) -> Result<bool, StoreError> {
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => Err(not_ours(path, "it is a folder", "")),
        Ok(found) => Ok(found.len() == 0 && !log_has_content(path)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(true),
        Err(error) => Err(StoreError::file(
            "the file of the database cannot be looked at",
            &error,
        )),
    }
}

/// Makes the file for its owner alone, and its folder too where that is missing.
fn create(path: &Path) -> Result<(), StoreError> {
    let failed =
        |error: std::io::Error| StoreError::file("the file of the database cannot be made", &error);
    if let Some(folder) = path.parent() {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder).map_err(failed)?;
    }
    own_file(path).map_err(failed)
}

/// An empty file that others cannot read; left alone when it is there.
fn own_file(path: &Path) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

fn not_ours(path: &Path, reason: &str, detail: &str) -> StoreError {
    StoreError::NotADatabase {
        file: file_name(path),
        reason: reason.to_owned(),
        detail: detail.to_owned(),
    }
}

/// Reads kind and schema without writing a byte.
async fn look(path: &Path) -> Result<Standing, StoreError> {
    let header = header(path)?;
    if header.len() < HEADER || !header.starts_with(MAGIC) {
        return Err(not_ours(path, "its content is something else", ""));
    }
    let mut id = [0; 4];
    id.copy_from_slice(&header[ID_AT..ID_AT + 4]);
    let id = i32::from_be_bytes(id);
    if id != 0 && id != APPLICATION_ID {
        return Err(not_ours(path, "it belongs to another program", ""));
    }
    let db = connect(path, Mode::Read, Duration::from_secs(5))
        .await
        .map_err(|error| unreadable(path, error))?;
    let standing = find_standing(&db)
        .await
        .map_err(|error| unreadable(path, error));
    drop(db.close().await);
    match standing? {
        Standing::Foreign => Err(not_ours(path, "it belongs to another program", "")),
        Standing::Newer { file, ours } => Err(StoreError::NewerSchema { file, ours }),
        known => Ok(known),
    }
}

/// SQLite says only on the first query that a file is none of its own.
fn unreadable(path: &Path, error: StoreError) -> StoreError {
    match error {
        StoreError::Damaged { detail, .. } if detail.contains("code: 26") => {
            not_ours(path, "its content is something else", &detail)
        }
        other => other.of(|| format!("the database {}", file_name(path))),
    }
}

fn header(path: &Path) -> Result<Vec<u8>, StoreError> {
    let failed =
        |error: std::io::Error| StoreError::file("the file of the database cannot be read", &error);
    let mut header = Vec::with_capacity(HEADER);
    fs::File::open(path)
        .map_err(failed)?
        .take(HEADER as u64)
        .read_to_end(&mut header)
        .map_err(failed)?;
    Ok(header)
}

/// Whether the file and its folder take writes. The permission bits count even for those whom they do not stop: a
/// write-protected file is protected on purpose.
fn access(path: &Path) -> Access {
    let read_only = |reason: String| Access::ReadOnly { reason };
    let protected =
        |path: &Path| fs::metadata(path).is_ok_and(|found| found.permissions().readonly());
    let name = file_name(path);
    if protected(path) || fs::OpenOptions::new().write(true).open(path).is_err() {
        return read_only(format!("the file {name} is write-protected"));
    }
    let Some(folder) = path.parent() else {
        return Access::ReadWrite;
    };
    // On Windows the bit of a folder says nothing about writing into it.
    let closed = cfg!(unix) && protected(folder);
    if closed || !takes_files(folder) {
        return read_only(format!(
            "the folder of {name} is write-protected, and the journal needs it"
        ));
    }
    Access::ReadWrite
}

/// Tries, since only that sees access lists and read-only mounts. A full disk is no protection.
fn takes_files(folder: &Path) -> bool {
    let probe = folder.join(format!(".calminer-{}", Uuid::now_v7()));
    match fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&probe)
    {
        Ok(file) => {
            drop(file);
            fs::remove_file(&probe).is_ok()
        }
        Err(error) => !matches!(
            error.kind(),
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem
        ),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Read,
    Write,
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

fn log_has_content(path: &Path) -> bool {
    fs::metadata(beside(path, "-wal")).is_ok_and(|found| found.len() > 0)
}

/// Connects by file name, never by URL: a name may hold any of `% # ?`.
async fn connect(
    path: &Path,
    mode: Mode,
    busy_timeout: Duration,
) -> Result<DatabaseConnection, StoreError> {
    let file = path.to_owned();
    // A closed file is read without making a journal beside it, which also works where none can be made.
    // With content in the journal SQLite must see it.
    let still = mode == Mode::Read && !log_has_content(path) && !beside(path, "-shm").exists();
    let mut options = ConnectOptions::new("sqlite::memory:");
    options
        .max_connections(if mode == Mode::Write { CONNECTIONS } else { 1 })
        .sqlx_logging(false)
        .acquire_timeout(Duration::from_secs(10).max(busy_timeout * 2))
        .map_sqlx_sqlite_opts(move |_| {
            let options = SqliteConnectOptions::new()
                .filename(&file)
                .foreign_keys(true)
                .busy_timeout(busy_timeout)
                .create_if_missing(false);
            let options = sea_orm::sqlx::ConnectOptions::disable_statement_logging(options);
            match mode {
                Mode::Read => options.read_only(true).immutable(still),
                Mode::Write => options
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Full),
            }
        });
    crate::sql::connect_within(options, busy_timeout).await
}

/// Tables of the file, and where they stand against our schema.
async fn find_standing(db: &DatabaseConnection) -> Result<Standing, StoreError> {
    // As blobs: the driver panics on a name or type of a damaged schema that is no text.
    let query =
        "SELECT CAST(type AS BLOB), CAST(name AS BLOB), CAST(sql AS BLOB) FROM sqlite_master";
    let rows = db
        .query_all_raw(Statement::from_string(DbBackend::Sqlite, query.to_owned()))
        .await?;
    let mut tables = Vec::new();
    for row in rows {
        let column = |index| -> Result<String, StoreError> {
            let bytes: Option<Vec<u8>> = row.try_get_by_index(index)?;
            let broken =
                |error: std::string::FromUtf8Error| StoreError::damaged(WHOLE, error.to_string());
            String::from_utf8(bytes.unwrap_or_default()).map_err(broken)
        };
        let (kind, name, _text) = (column(0)?, column(1)?, column(2)?);
        if ["table", "view"].contains(&kind.as_str()) && !name.starts_with("sqlite_") {
            tables.push(name);
        }
    }
    schema::standing(db, &tables).await
}

/// Brings the schema to ours, after a copy of what is there.
async fn bring_up(
    db: &DatabaseConnection,
    path: &Path,
    standing: &Standing,
) -> Result<(), StoreError> {
    match standing {
        Standing::Current => return Ok(()),
        Standing::Empty => {
            run(db, format!("PRAGMA application_id = {APPLICATION_ID}")).await?;
        }
        Standing::Older { missing, .. } => {
            let step = missing.first().map_or("", String::as_str);
            copy(db, &backup_name(path, step)).await?;
        }
        Standing::Foreign | Standing::Newer { .. } => return schema::require_current(standing),
    }
    migrate(db, standing.clone()).await
}

/// Two programs may start at once. The slower one fails on what the other has just made, so it looks and tries again
/// as long as the schema moves.
async fn migrate(db: &DatabaseConnection, mut before: Standing) -> Result<(), StoreError> {
    loop {
        let migrated = Migrator::up(db, None).await;
        let mut now = find_standing(db).await?;
        if now == before {
            tokio::time::sleep(Duration::from_millis(200)).await;
            now = find_standing(db).await?;
        }
        if now == Standing::Current {
            return Ok(());
        }
        if now == before {
            migrated.map_err(not_brought_up)?;
            return schema::require_current(&now);
        }
        before = now;
    }
}

/// A step that fails says nothing of the data: it left everything as it was.
fn not_brought_up(error: DbErr) -> StoreError {
    match StoreError::from(error) {
        StoreError::Damaged { detail, .. } | StoreError::Io { detail, .. } => StoreError::Io {
            what: "the tables of the database could not be brought up to date and are as they were"
                .to_owned(),
            detail,
        },
        other => other,
    }
}

/// "mine.db.before-<first step that is not applied>", numbered when that is taken.
fn backup_name(path: &Path, step: &str) -> PathBuf {
    let first = beside(path, &format!(".before-{step}"));
    let numbered = (2..).map(|number| beside(path, &format!(".before-{step}-{number}")));
    std::iter::once(first)
        .chain(numbered)
        .find(|name| !name.exists())
        .unwrap_or_default()
}

/// A whole copy in one file, even while others write.
pub(crate) async fn copy(db: &DatabaseConnection, to: &Path) -> Result<(), StoreError> {
    let unfinished = Unfinished::beside(to)?;
    let copied = vacuum_into(db, unfinished.path()).await;
    unfinished.finish(copied)
}

/// A copy that is being written under another name, and takes its own when it is whole.
pub(crate) struct Unfinished {
    path: PathBuf,
    to: PathBuf,
}

impl Unfinished {
    pub(crate) fn beside(to: &Path) -> Result<Self, StoreError> {
        let to = absolute(to)?;
        let path = beside(&to, &format!(".{}.tmp", Uuid::now_v7()));
        own_file(&path).map_err(|error| unwritten(&error))?;
        Ok(Self { path, to })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn finish(self, written: Result<(), StoreError>) -> Result<(), StoreError> {
        let finished = written.and_then(|()| {
            fs::File::open(&self.path)
                .and_then(|file| file.sync_all())
                .and_then(|()| fs::rename(&self.path, &self.to))
                .map_err(|error| unwritten(&error))
        });
        if finished.is_err() {
            // The copy failed and that is the news; what is left of it is in nobody's way.
            remove(&self.path);
        }
        finished
    }
}

/// A copy of a file that nobody has open, with its journal where there is one.
pub(crate) fn copy_still(from: &Path, to: &Path) -> Result<(), StoreError> {
    own_file(to).map_err(|error| unwritten(&error))?;
    fs::copy(from, to).map_err(|error| unwritten(&error))?;
    if log_has_content(from) {
        fs::copy(beside(from, "-wal"), beside(to, "-wal")).map_err(|error| unwritten(&error))?;
    }
    Ok(())
}

/// Removes a file of our own making with what stands beside it.
pub(crate) fn remove(path: &Path) {
    for end in ["", "-wal", "-shm"] {
        // What is not there need not be removed.
        drop(fs::remove_file(beside(path, end)));
    }
    let Some((folder, name)) = path.parent().zip(path.file_name()) else {
        return;
    };
    let before = format!("{}.before-", name.to_string_lossy());
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(&before) {
            drop(fs::remove_file(entry.path()));
        }
    }
}

fn unwritten(error: &std::io::Error) -> StoreError {
    StoreError::file("the copy of the database cannot be written", error)
}

async fn vacuum_into(db: &DatabaseConnection, to: &Path) -> Result<(), StoreError> {
    let name = to.to_string_lossy().into_owned();
    db.execute_raw(Statement::from_sql_and_values(
        DbBackend::Sqlite,
        "VACUUM INTO ?",
        [name.into()],
    ))
    .await?;
    Ok(())
}

async fn run(db: &DatabaseConnection, sql: String) -> Result<(), DbErr> {
    db.execute_raw(Statement::from_string(DbBackend::Sqlite, sql))
        .await
        .map(drop)
}

/// What SQLite itself finds wrong with the file: broken pages, rows that refer to nothing.
pub(crate) async fn check(db: &DatabaseConnection) -> Result<Vec<String>, StoreError> {
    let query = |sql: &str| Statement::from_string(DbBackend::Sqlite, sql.to_owned());
    let mut found = Vec::new();
    for row in db.query_all_raw(query("PRAGMA integrity_check")).await? {
        let line: String = row.try_get_by_index(0)?;
        if line != "ok" {
            found.push(line);
        }
    }
    for row in db.query_all_raw(query("PRAGMA foreign_key_check")).await? {
        let (table, parent): (String, String) =
            (row.try_get_by_index(0)?, row.try_get_by_index(2)?);
        found.push(format!(
            "a row of {table} refers to a row of {parent} that is not there"
        ));
    }
    Ok(found)
}
