//! Finding the programs, making a cluster, starting the server under its supervisor.

use std::fs::{self, File};
use std::io::Write as _;
use std::net::TcpListener;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::{ADMINISTRATORS_PASSWORD, Server, output};

const SUPERVISOR: &str = include_str!("supervisor.sh");
/// Quick, since nothing here outlives the run: no page has to reach a disk.
const SETTINGS: &str = "
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
shared_buffers = 32MB
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
ssl = on
ssl_cert_file = '../tls/server.crt'
ssl_key_file = '../tls/server.key'
lc_messages = 'C'
";

/// Who runs the server: it refuses the administrator of the system.
#[derive(Clone, Copy)]
struct Owner {
    user: u32,
    group: u32,
}

/// The folder of PostgreSQL's programs, or what to do where there is none.
pub fn programs() -> Result<PathBuf, String> {
    let mut found = Vec::new();
    for folder in [
        "/usr/lib/postgresql",
        "/opt/homebrew/opt",
        "/usr/local/opt",
        "/usr",
    ] {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let version: String = name.chars().filter(char::is_ascii_digit).collect();
            let named = folder.ends_with("postgresql")
                || name.starts_with("postgresql")
                || name.starts_with("pgsql");
            if named {
                found.push((version.parse().unwrap_or(0_u32), entry.path().join("bin")));
            }
        }
    }
    found.push((0, PathBuf::from("/usr/local/pgsql/bin")));
    let path = std::env::var_os("PATH").unwrap_or_default();
    found.extend(std::env::split_paths(&path).map(|folder| (0, folder)));
    found
        .into_iter()
        .filter(|(_, folder)| ["initdb", "postgres", "psql"].iter().all(|name| folder.join(name).is_file()))
        .max_by_key(|(version, _)| *version)
        .map(|(_, folder)| folder)
        .ok_or_else(|| "initdb, postgres and psql are not in the usual places; install the package postgresql (`cargo xtask test` does it on Debian)".to_owned())
}

/// The running server; started when none of this workspace runs.
pub(crate) fn start() -> Result<Server, String> {
    let programs = programs()?;
    let owner = owner()?;
    let folder = folder(owner)?;
    let gate = lock_file(&folder, "gate", owner)?;
    gate.lock().map_err(|error| told("the gate", &error))?;
    let user = lock_file(&folder, "users", owner)?;
    user.lock_shared()
        .map_err(|error| told("the lock", &error))?;
    let running = fs::read_to_string(folder.join("port"))
        .ok()
        .and_then(|text| text.trim().parse().ok())
        .filter(|port| psql(&programs, *port, "postgres", &["SELECT 1"]).is_ok());
    let port = match running {
        Some(port) => port,
        None => start_new(&programs, &folder, owner)?,
    };
    Ok(Server {
        port,
        programs,
        folder,
        _user: user,
    })
}

fn start_new(programs: &Path, folder: &Path, owner: Owner) -> Result<u16, String> {
    for name in ["data", "tls", "log", "port", "password"] {
        let path = folder.join(name);
        // What a killed run has left is in the way; what is not there is not.
        drop(fs::remove_dir_all(&path).or_else(|_| fs::remove_file(&path)));
    }
    certificates(folder, owner)?;
    let password = folder.join("password");
    write(&password, ADMINISTRATORS_PASSWORD, owner)?;
    let mut initdb = as_owner(&programs.join("initdb"), folder, owner);
    initdb.args(["-D", "data", "-U", "postgres", "--pwfile=password"]);
    initdb.args([
        "-A",
        "scram-sha-256",
        "-E",
        "UTF8",
        "--locale=C",
        "--no-sync",
    ]);
    output(&mut initdb)?;
    let settings = folder.join("data/postgresql.conf");
    File::options()
        .append(true)
        .open(settings)
        .and_then(|mut file| file.write_all(SETTINGS.as_bytes()))
        .map_err(|error| told("the settings", &error))?;
    let port = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .map_err(|error| told("a free port", &error))?
        .port();
    let mut supervisor = as_owner(Path::new("/bin/sh"), folder, owner);
    supervisor
        .args(["-c", SUPERVISOR, "supervisor"])
        .arg(folder)
        .arg(programs)
        .arg(port.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // A test that is ended with its group must not take the server of the others along.
        .process_group(0);
    supervisor
        .spawn()
        .map_err(|error| told("its supervisor", &error))?;
    for _ in 0..300 {
        if psql(programs, port, "postgres", &["SELECT 1"]).is_ok() {
            write(&folder.join("port"), &port.to_string(), owner)?;
            return Ok(port);
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
    Err(format!("it did not answer within 30 s; its log: {log}"))
}

/// An authority, and a certificate of it for `localhost`.
fn certificates(folder: &Path, owner: Owner) -> Result<(), String> {
    let tls = folder.join("tls");
    fs::create_dir(&tls).map_err(|error| told("a folder", &error))?;
    give(&tls, owner)?;
    let openssl = |words: &str| {
        let mut command = as_owner(Path::new("openssl"), &tls, owner);
        output(command.args(words.split(' '))).map(drop)
    };
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2";
    openssl(&format!(
        "req -x509 {key} -subj /CN=Throw-away -keyout authority.key -out authority.crt"
    ))?;
    write(&tls.join("names"), "subjectAltName=DNS:localhost\n", owner)?;
    openssl(
        "req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost -keyout server.key -out server.csr",
    )?;
    openssl(
        "x509 -req -in server.csr -CA authority.crt -CAkey authority.key -CAcreateserial -days 2 -extfile names -out server.crt",
    )
}

/// SQL as the administrator.
pub(crate) fn psql(
    programs: &Path,
    port: u16,
    database: &str,
    texts: &[&str],
) -> Result<String, String> {
    let mut command = Command::new(programs.join("psql"));
    command
        .args(["-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-w"])
        .args(["-h", "127.0.0.1", "-U", "postgres", "-d", database])
        .args(["-p", &port.to_string()])
        .env("PGPASSWORD", ADMINISTRATORS_PASSWORD)
        .env("PGSSLMODE", "disable");
    for text in texts {
        command.args(["-c", text]);
    }
    output(&mut command)
}

fn owner() -> Result<Owner, String> {
    let id = |words: &[&str]| -> Result<u32, String> {
        let text = output(Command::new("id").args(words))?;
        text.trim()
            .parse()
            .map_err(|error| format!("id says {text}: {error}"))
    };
    let whose = |name: &str| -> Result<Owner, String> {
        Ok(Owner {
            user: id(&["-u", name])?,
            group: id(&["-g", name])?,
        })
    };
    match id(&["-u"])? {
        0 => whose("postgres").or_else(|_| whose("nobody")),
        user => Ok(Owner {
            user,
            group: id(&["-g"])?,
        }),
    }
}

/// A folder of this workspace and user, which nobody else can have put there.
fn folder(owner: Owner) -> Result<PathBuf, String> {
    let workspace = fnv1a(env!("CARGO_MANIFEST_DIR"));
    let name = format!("calminer-test-postgres-{}-{workspace:08x}", owner.user);
    let folder = std::env::temp_dir().join(name);
    match fs::DirBuilder::new().mode(0o700).create(&folder) {
        Ok(()) => give(&folder, owner)?,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(told("a folder", &error)),
    }
    // Another test may have made it a moment ago and not given it away yet.
    for _ in 0..50 {
        let found = fs::symlink_metadata(&folder).map_err(|error| told("the folder", &error))?;
        if found.is_dir()
            && found.uid() == owner.user
            && found.permissions().mode() & 0o777 == 0o700
        {
            return Ok(folder);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Err(format!(
        "{} is there already and belongs to somebody else",
        folder.display()
    ))
}

fn lock_file(folder: &Path, name: &str, owner: Owner) -> Result<File, String> {
    let path = folder.join(name);
    let file = File::options()
        .create(true)
        .append(true)
        .open(&path)
        .map_err(|error| told("a lock", &error))?;
    give(&path, owner)?;
    Ok(file)
}

fn write(path: &Path, text: &str, owner: Owner) -> Result<(), String> {
    fs::write(path, text).map_err(|error| told("a file", &error))?;
    give(path, owner)
}

fn give(path: &Path, owner: Owner) -> Result<(), String> {
    chown(path, Some(owner.user), Some(owner.group)).map_err(|error| told("the owner", &error))
}

fn as_owner(program: &Path, folder: &Path, owner: Owner) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).env("LC_ALL", "C");
    // Only the administrator of the system can become somebody else, and needs to.
    if fs::metadata("/proc/self").map_or(owner.user, |found| found.uid()) != owner.user {
        command.uid(owner.user).gid(owner.group);
    }
    command
}

fn told(what: &str, error: &std::io::Error) -> String {
    format!("{what}: {error}")
}

/// FNV-1a, folded to 32 bits: short, and the same for every test binary of one workspace.
fn fnv1a(text: &str) -> u32 {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    (hash ^ (hash >> 32)) as u32
}
