//! All that only PostgreSQL has: connecting, rights, schemas, and the sentences of its refusals.

use std::time::Duration;

use calminer_migration::{Migrator, MigratorTrait as _};
use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions, PgSslMode};
use sea_orm::sqlx::{self, Connection as _};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, SqlxPostgresConnector, Statement,
    TransactionTrait as _, TryGetable,
};

use crate::error::{StoreError, cause};
use crate::model::{Access, OpenOptions};
use crate::schema::{self, Standing};
use crate::target::{ServerTarget, TlsMode};

/// A host that has not answered by then does not answer; with it every refusal is said within 5 s.
const PATIENCE: Duration = Duration::from_secs(4);
/// One writer and some readers.
const CONNECTIONS: u32 = 4;
/// Two programs that migrate take turns by this number ("CalMiner" in bytes).
const MIGRATION_LOCK: i64 = 0x4361_6c4d_696e_6572;

/// An open database on a server.
pub(crate) struct Opened {
    pub(crate) db: DatabaseConnection,
    pub(crate) access: Access,
    pub(crate) system: String,
}

/// What is seen without changing anything.
pub(crate) struct Seen {
    pub(crate) standing: Standing,
    pub(crate) system: String,
    /// Where tables are made; `None` when the search path names no schema that is there.
    pub(crate) schema: Option<String>,
}

/// Opens a database whose schema is ours. A schema is never made or migrated here.
pub(crate) async fn open(
    target: &ServerTarget,
    options: OpenOptions,
) -> Result<Opened, StoreError> {
    let db = connect(target, CONNECTIONS, options).await?;
    let opened = enter(&db, target, options).await;
    match opened {
        Ok((access, system)) => Ok(Opened { db, access, system }),
        Err(error) => {
            // The first error is the news; a close that fails too adds nothing to it.
            drop(db.close().await);
            Err(error)
        }
    }
}

async fn enter(
    db: &DatabaseConnection,
    target: &ServerTarget,
    options: OpenOptions,
) -> Result<(Access, String), StoreError> {
    let seen = look(db, target).await?;
    require_current(&seen, target)?;
    let access = if options.read_only {
        Access::ReadOnly {
            reason: "it was opened for reading only".to_owned(),
        }
    } else {
        access(db, target).await?
    };
    Ok((access, seen.system))
}

/// Looks at a database without changing anything.
pub(crate) async fn inspect(target: &ServerTarget) -> Result<Seen, StoreError> {
    let db = connect(target, 1, OpenOptions::default()).await?;
    let seen = look(&db, target).await;
    drop(db.close().await);
    seen
}

/// Brings the schema to ours: all steps or none. Gives the steps that were applied.
pub(crate) async fn migrate(target: &ServerTarget) -> Result<Vec<String>, StoreError> {
    let db = connect(target, 1, OpenOptions::default()).await?;
    let done = migrate_in(&db, target).await;
    drop(db.close().await);
    done
}

async fn migrate_in(
    db: &DatabaseConnection,
    target: &ServerTarget,
) -> Result<Vec<String>, StoreError> {
    let transaction = db.begin().await?;
    run(
        &transaction,
        &format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"),
    )
    .await?;
    let mut seen = look(&transaction, target).await?;
    if seen.schema.is_none() {
        let name = target.schema().unwrap_or("public");
        let create = format!("CREATE SCHEMA {}", quoted(name));
        run(&transaction, &create)
            .await
            .map_err(|error| denied(error, target, None))?;
        seen = look(&transaction, target).await?;
    }
    require_usable(&seen, target)?;
    let steps = match &seen.standing {
        Standing::Empty => schema::known(),
        Standing::Older { missing, .. } => missing.clone(),
        Standing::Current | Standing::Newer { .. } | Standing::Foreign => return Ok(Vec::new()),
    };
    Migrator::up(&transaction, None)
        .await
        .map_err(|error| denied(error, target, seen.schema.as_deref()))?;
    transaction.commit().await?;
    Ok(steps)
}

/// The statement that gives a missing right.
fn denied(error: DbErr, target: &ServerTarget, schema: Option<&str>) -> StoreError {
    let (denied, grant) = match schema {
        Some(schema) => (
            format!(
                "the user \"{}\" may not create tables in the schema \"{schema}\"",
                target.user()
            ),
            format!(
                "GRANT USAGE, CREATE ON SCHEMA {} TO {};",
                quoted(schema),
                quoted(target.user())
            ),
        ),
        None => (
            format!(
                "the user \"{}\" may not create the schema \"{}\"",
                target.user(),
                target.schema().unwrap_or("public")
            ),
            format!(
                "CREATE SCHEMA {} AUTHORIZATION {};",
                quoted(target.schema().unwrap_or("public")),
                quoted(target.user())
            ),
        ),
    };
    match StoreError::from(error) {
        StoreError::Forbidden { detail, .. } => StoreError::Forbidden {
            denied,
            grant,
            detail,
        },
        StoreError::Damaged { detail, .. } | StoreError::Io { detail, .. } => StoreError::Io {
            what: "the tables of the database could not be brought up to date and are as they were"
                .to_owned(),
            detail,
        },
        other => other,
    }
}

/// An identifier as SQL writes it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn require_current(seen: &Seen, target: &ServerTarget) -> Result<(), StoreError> {
    let needed = schema::newest();
    require_usable(seen, target)?;
    match &seen.standing {
        Standing::Empty => Err(StoreError::SchemaOutdated {
            found: None,
            needed,
        }),
        Standing::Older { found, .. } => Err(StoreError::SchemaOutdated {
            found: Some(found.clone()),
            needed,
        }),
        Standing::Current | Standing::Newer { .. } | Standing::Foreign => Ok(()),
    }
}

/// Refuses what this program may not even bring up to date.
pub(crate) fn require_usable(seen: &Seen, target: &ServerTarget) -> Result<(), StoreError> {
    match &seen.standing {
        Standing::Current | Standing::Empty | Standing::Older { .. } => Ok(()),
        Standing::Newer { file, ours } => Err(StoreError::NewerSchema {
            file: file.clone(),
            ours: ours.clone(),
        }),
        Standing::Foreign => Err(StoreError::Refused {
            server: target.server(),
            reason: format!(
                "the schema \"{}\" of the database \"{}\" holds tables of another program; name a schema of its own for CalMiner, in DATABASE_SCHEMA or ?schema=NAME",
                seen.schema.as_deref().unwrap_or("public"),
                target.database()
            ),
            detail: String::new(),
        }),
    }
}

/// Version, encoding and tables.
async fn look(db: &impl ConnectionTrait, target: &ServerTarget) -> Result<Seen, StoreError> {
    let row = one(
        db,
        "SELECT current_schema()::text, current_setting('server_version'), current_setting('server_encoding')",
    )
    .await?;
    let schema: Option<String> = value(&row, 0)?;
    let (version, encoding): (String, String) = (value(&row, 1)?, value(&row, 2)?);
    if encoding != "UTF8" {
        return Err(StoreError::Refused {
            server: target.server(),
            reason: format!(
                "the database \"{}\" keeps texts as {encoding}, which has no place for every sign; make one with ENCODING 'UTF8'",
                target.database()
            ),
            detail: String::new(),
        });
    }
    // What belongs to an extension is no table of another program.
    let tables = "SELECT c.relname::text FROM pg_catalog.pg_class c \
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
        WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p', 'v', 'm', 'f') \
        AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d \
            WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')";
    let mut names = Vec::new();
    for row in db.query_all_raw(statement(tables)).await? {
        names.push(value(&row, 0)?);
    }
    Ok(Seen {
        standing: schema::standing(db, &names).await?,
        // Debian adds its own words in brackets.
        system: format!(
            "PostgreSQL {}",
            version.split(' ').next().unwrap_or_default()
        ),
        schema,
    })
}

/// Whether the server and the rights of the user take writes.
async fn access(db: &DatabaseConnection, target: &ServerTarget) -> Result<Access, StoreError> {
    let row = one(
        db,
        "SELECT current_setting('transaction_read_only') = 'on', \
         has_table_privilege('scenario', 'UPDATE') AND has_table_privilege('scenario_revision', 'INSERT')",
    )
    .await?;
    let (closed, may): (bool, bool) = (value(&row, 0)?, value(&row, 1)?);
    let reason = if closed {
        "the server takes no writes".to_owned()
    } else if !may {
        format!("the user \"{}\" may only read it", target.user())
    } else {
        return Ok(Access::ReadWrite);
    };
    Ok(Access::ReadOnly { reason })
}

/// Connects once by hand, which tells the true cause of a failure, and then makes the pool, which would only say that
/// it waited.
async fn connect(
    target: &ServerTarget,
    connections: u32,
    options: OpenOptions,
) -> Result<DatabaseConnection, StoreError> {
    check_authority(target)?;
    let link = link(target, options);
    let first = tokio::time::timeout(PATIENCE, PgConnection::connect_with(&link)).await;
    let first = first.map_err(|_elapsed| silent(target, String::new()))?;
    let first = first.map_err(|error| fault(target, &error))?;
    drop(first.close().await);
    let pool = PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
        .connect_lazy_with(link);
    Ok(SqlxPostgresConnector::from_sqlx_postgres_pool(pool))
}

fn silent(target: &ServerTarget, detail: String) -> StoreError {
    StoreError::Unreachable {
        server: target.server(),
        reason: format!(
            "it did not answer within {} s, check the host, the port and the network",
            PATIENCE.as_secs()
        ),
        detail,
    }
}

/// A missing file would be reported as a missing server.
fn check_authority(target: &ServerTarget) -> Result<(), StoreError> {
    let Some(file) = target.tls().authority() else {
        return Ok(());
    };
    std::fs::File::open(file).map(drop).map_err(|error| {
        StoreError::file(
            &format!(
                "the file of the certificate authority {} cannot be read",
                crate::sqlite::file_name(file)
            ),
            &error,
        )
    })
}

/// Every field is set here, so that no variable of PostgreSQL's own programs has a say.
fn link(target: &ServerTarget, options: OpenOptions) -> PgConnectOptions {
    let password = target.password().map_or("", |password| password.reveal());
    let mode = match target.tls() {
        TlsMode::Disable => PgSslMode::Disable,
        TlsMode::Prefer => PgSslMode::Prefer,
        TlsMode::Require => PgSslMode::Require,
        TlsMode::VerifyCa { .. } => PgSslMode::VerifyCa,
        TlsMode::VerifyFull { .. } => PgSslMode::VerifyFull,
    };
    let wait = options.busy_timeout.as_millis().to_string();
    let mut settings = vec![("lock_timeout", wait)];
    if options.read_only {
        settings.push(("default_transaction_read_only", "on".to_owned()));
    }
    if let Some(schema) = target.schema() {
        settings.push(("search_path", quoted(schema)));
    }
    let link = PgConnectOptions::new_without_pgpass()
        .host(target.host())
        .port(target.port())
        .username(target.user())
        .password(password)
        .database(target.database())
        .ssl_mode(mode)
        .application_name("calminer")
        .options(settings);
    let link = match target.tls().authority() {
        Some(file) => link.ssl_root_cert(file),
        None => link,
    };
    sqlx::ConnectOptions::disable_statement_logging(link)
}

/// Why a first connection failed, in the words of what was asked for.
fn fault(target: &ServerTarget, error: &sqlx::Error) -> StoreError {
    use std::io::ErrorKind as Kind;
    let (server, detail) = (target.server(), error.to_string());
    let unreachable = |reason: String| StoreError::Unreachable {
        server: target.server(),
        reason,
        detail: detail.clone(),
    };
    let state = error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code);
    if let Some(state) = state {
        return StoreError::Refused {
            server,
            reason: refusal(target, &state, &detail),
            detail,
        };
    }
    match error {
        sqlx::Error::Tls(_) => unreachable(untrusted(target, &detail)),
        // The handshake of TLS ends with this kind when it does not like the certificate.
        sqlx::Error::Io(cause) if cause.kind() == Kind::InvalidData => {
            unreachable(untrusted(target, &detail))
        }
        sqlx::Error::Io(cause) if cause.kind() == Kind::ConnectionRefused => unreachable(
            "nothing listens there, check that the server runs and that the port is right"
                .to_owned(),
        ),
        sqlx::Error::Io(cause) if cause.kind() == Kind::TimedOut => silent(target, detail),
        sqlx::Error::Io(cause)
            if matches!(
                cause.kind(),
                Kind::HostUnreachable | Kind::NetworkUnreachable
            ) =>
        {
            unreachable("the network knows no way to it, check the host and the network".to_owned())
        }
        sqlx::Error::Io(cause) if detail.contains("lookup") || cause.kind() == Kind::NotFound => {
            unreachable(format!(
                "the name {} is not known to the network, check how it is spelled",
                target.host()
            ))
        }
        _ => unreachable(
            "what answers there does not speak as PostgreSQL does, check host and port".to_owned(),
        ),
    }
}

fn untrusted(target: &ServerTarget, detail: &str) -> String {
    if detail.contains("does not support TLS") {
        return format!(
            "it offers no TLS, which {} needs; switch TLS on at the server, or choose another mode",
            target.tls().word()
        );
    }
    if detail.contains("not valid for name") || detail.contains("NotValidForName") {
        return format!(
            "its certificate is for another name than {}; check the host",
            target.host()
        );
    }
    "its certificate cannot be trusted; name the file of its certificate authority (sslrootcert or DATABASE_TLS_CA)"
        .to_owned()
}

fn refusal(target: &ServerTarget, state: &str, detail: &str) -> String {
    let (user, database) = (target.user(), target.database());
    match state {
        "28P01" if !target.has_password() => format!(
            "it asks for the password of the user \"{user}\" and none was given; set DATABASE_PASSWORD"
        ),
        "28P01" => format!("the password of the user \"{user}\" is not the right one"),
        "28000" if detail.contains("does not exist") => {
            format!("it knows no user \"{user}\", check how it is spelled")
        }
        "28000" => format!(
            "it lets the user \"{user}\" not into the database \"{database}\" from this machine or without TLS; its pg_hba.conf decides that"
        ),
        "3D000" => format!("it has no database \"{database}\", check the name or have it made"),
        "42501" => format!(
            "the user \"{user}\" may not connect to the database \"{database}\"; an administrator can allow it: GRANT CONNECT ON DATABASE {} TO {};",
            quoted(database),
            quoted(user)
        ),
        "53300" => "it has no connection left, try again later".to_owned(),
        "57P03" => "it is starting or stopping, try again in a moment".to_owned(),
        _ => format!("it does not take the connection of the user \"{user}\" (state {state})"),
    }
}

fn statement(sql: &str) -> Statement {
    Statement::from_string(DbBackend::Postgres, sql.to_owned())
}

async fn run(db: &impl ConnectionTrait, sql: &str) -> Result<(), DbErr> {
    db.execute_raw(statement(sql)).await.map(drop)
}

async fn one(db: &impl ConnectionTrait, sql: &str) -> Result<sea_orm::QueryResult, StoreError> {
    let lost = || StoreError::Io {
        what: "the server gave no answer to a question".to_owned(),
        detail: sql.to_owned(),
    };
    db.query_one_raw(statement(sql)).await?.ok_or_else(lost)
}

fn value<T: TryGetable>(row: &sea_orm::QueryResult, index: usize) -> Result<T, StoreError> {
    Ok(row.try_get_by_index(index)?)
}

/// A pool that waits in vain says nothing of why: the server went away after it was opened.
pub(crate) fn gone(error: DbErr, server: bool) -> StoreError {
    let waited = matches!(error, DbErr::ConnectionAcquire(_))
        || matches!(cause(&error), Some(sqlx::Error::PoolTimedOut));
    if server && waited {
        return StoreError::ConnectionLost {
            detail: error.to_string(),
        };
    }
    error.into()
}
