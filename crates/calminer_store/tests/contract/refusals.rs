//! What a server refuses, and a host that is none: each has its own sentence within 5 s, and none has a password.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use calminer_store::{Access, OpenOptions, Password, ServerTarget, Store, StoreError, TlsMode};
use calminer_testserver::Server;

use crate::sample::{save, small};
use crate::server::{Place, whole};

const CANARY: &str = "CANARY-7f3a";

async fn refused(target: ServerTarget) -> StoreError {
    let start = Instant::now();
    let target = whole(target);
    let error = Store::open(&target, OpenOptions::default())
        .await
        .unwrap_err();
    assert!(start.elapsed() < Duration::from_secs(5), "{error}");
    let said = format!("{error} {error:?} {} {target:?} {target}", error.detail());
    assert!(!said.contains(CANARY), "{said}");
    error
}

/// PGS-01 and PGS-10.
#[tokio::test]
async fn every_refusal_has_its_own_sentence() {
    let place = Place::migrated().await;
    let name = place.database.name().to_owned();
    let port = Server::shared().port();
    let at = |user: &str, database: &str, port: u16| {
        ServerTarget::new("127.0.0.1", user, database)
            .unwrap()
            .at_port(port)
            .with_tls(TlsMode::Disable)
            .with_password(Password::new(CANARY))
            .unwrap()
    };
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let right = place.server();
    let elsewhere = ServerTarget::new("127.0.0.1", &name, "no_such_database")
        .unwrap()
        .at_port(port)
        .with_tls(TlsMode::Disable)
        .with_password(Password::new(place.database.password()))
        .unwrap();
    let without = ServerTarget::new("127.0.0.1", &name, &name)
        .unwrap()
        .at_port(port)
        .with_tls(TlsMode::Disable);
    let cases = [
        (
            refused(at(&name, &name, port)).await,
            name.as_str(),
            "password",
        ),
        (
            refused(at("nobody_here", &name, port)).await,
            "nobody_here",
            "password",
        ),
        (refused(without).await, name.as_str(), "DATABASE_PASSWORD"),
        (refused(elsewhere).await, "no_such_database", "no database"),
        (
            refused(at(&name, &name, closed)).await,
            "127.0.0.1",
            "nothing listens",
        ),
    ];
    for (error, named, word) in &cases {
        let said = error.to_string();
        assert!(
            said.contains("127.0.0.1:") && said.contains(named) && said.contains(word),
            "{said}"
        );
    }
    let sentences: BTreeSet<String> = cases.iter().map(|(error, ..)| error.to_string()).collect();
    assert_eq!(sentences.len(), cases.len());
    Store::open(&whole(right), OpenOptions::default())
        .await
        .unwrap();
}

/// PGS-02: something that takes the connection and never says a word.
#[tokio::test]
async fn a_silent_host_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let target = ServerTarget::new("127.0.0.1", "ada", "calminer")
        .unwrap()
        .at_port(listener.local_addr().unwrap().port())
        .with_password(Password::new(CANARY))
        .unwrap();
    let error = refused(target).await;
    assert!(matches!(error, StoreError::Unreachable { .. }), "{error:?}");
    assert!(
        error.to_string().contains("did not answer within 4 s"),
        "{error}"
    );
    assert!(error.may_retry());
    let unknown = ServerTarget::new("no-such-host.invalid", "ada", "calminer").unwrap();
    let error = refused(unknown).await;
    assert!(
        error.to_string().contains("no-such-host.invalid"),
        "{error}"
    );
}

/// Certificates are checked where that is asked for, and by default for every host that is not this machine.
#[tokio::test]
async fn tls_is_checked_up_to_the_name() {
    let place = Place::migrated().await;
    let authority = Some(Server::shared().authority());
    let at = |host: &str, tls: TlsMode| {
        let name = place.database.name();
        ServerTarget::new(host, name, name)
            .unwrap()
            .at_port(Server::shared().port())
            .with_password(Password::new(place.database.password()))
            .unwrap()
            .with_tls(tls)
    };
    let full = || TlsMode::VerifyFull {
        authority: authority.clone(),
    };
    let encrypted = "SELECT bool_and(ssl)::text FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) \
        WHERE application_name = 'calminer' AND datname = current_database()";
    for (host, tls) in [
        ("localhost", full()),
        (
            "127.0.0.1",
            TlsMode::VerifyCa {
                authority: authority.clone(),
            },
        ),
        ("127.0.0.1", TlsMode::Require),
        ("localhost", TlsMode::Prefer),
    ] {
        let store = Store::open(&whole(at(host, tls.clone())), OpenOptions::default())
            .await
            .unwrap();
        assert_eq!(place.database.sql(&[encrypted]), "true", "{tls:?}");
        store.close().await.unwrap();
    }
    let wrong_name = refused(at("127.0.0.1", full())).await.to_string();
    assert!(wrong_name.contains("another name"), "{wrong_name}");
    let unknown = refused(at("localhost", TlsMode::VerifyFull { authority: None })).await;
    assert!(
        unknown.to_string().contains("cannot be trusted"),
        "{unknown:?}"
    );
    let missing = Some("/no/such/authority.crt".into());
    let missing = refused(at("localhost", TlsMode::VerifyFull { authority: missing })).await;
    assert!(missing.to_string().contains("authority.crt"), "{missing}");
}

/// PGS-09.
#[tokio::test]
async fn odd_passwords_and_names_are_taken_as_they_are() {
    let place = Place::migrated().await;
    let (user, password) = (
        format!("min er {}", place.database.name()),
        "p@ss/w:rd?#%2B é\"\\",
    );
    place.database.sql(&[
        &format!("CREATE ROLE \"{user}\" LOGIN PASSWORD '{password}'"),
        &format!("GRANT {} TO \"{user}\"", place.database.name()),
    ]);
    let target = whole(place.as_user(&user, password));
    let store = Store::open(&target, OpenOptions::default()).await.unwrap();
    save(&store, &small(1, "odd"), None).await.unwrap();
    store.close().await.unwrap();
    place.database.sql(&[&format!("DROP ROLE \"{user}\"")]);
}

/// PGS-07: a role that may connect and no more.
#[tokio::test]
async fn a_missing_right_is_named_with_its_grant() {
    let place = Place::empty();
    let user = format!("guest_{}", place.database.name());
    place
        .database
        .sql(&[&format!("CREATE ROLE {user} LOGIN PASSWORD '{CANARY}'")]);
    let target = whole(place.as_user(&user, CANARY));
    let error = Store::migrate(&target).await.unwrap_err();
    assert!(matches!(error, StoreError::Forbidden { .. }), "{error:?}");
    let grant = format!("GRANT USAGE, CREATE ON SCHEMA \"public\" TO \"{user}\";");
    assert!(error.to_string().contains(&grant), "{error}");
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')";
    assert_eq!(place.database.sql(&[tables]), "0", "no half-made schema");
    place.database.sql(&[&grant]);
    Store::migrate(&target).await.unwrap();
    let store = Store::open(&target, OpenOptions::default()).await.unwrap();
    save(&store, &small(1, "granted"), None).await.unwrap();
    store.close().await.unwrap();
    place.database.sql(&[
        &format!("DROP OWNED BY {user}"),
        &format!("DROP ROLE {user}"),
    ]);
}

/// A role that may read only: it works, and every save says why it is refused.
#[tokio::test]
async fn a_reader_reads_and_never_writes() {
    let place = Place::migrated().await;
    let owner = place.open().await;
    let scenario = small(1, "read");
    save(&owner, &scenario, None).await.unwrap();
    let user = format!("reader_{}", place.database.name());
    place.database.sql(&[
        &format!("CREATE ROLE {user} LOGIN PASSWORD 'reads'"),
        &format!("GRANT USAGE ON SCHEMA public TO {user}"),
        &format!("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {user}"),
    ]);
    let reader = Store::open(
        &whole(place.as_user(&user, "reads")),
        OpenOptions::default(),
    )
    .await
    .unwrap();
    assert!(
        matches!(reader.access(), Access::ReadOnly { reason } if reason.contains(&user)),
        "{:?}",
        reader.access()
    );
    assert_eq!(reader.load(scenario.id).await.unwrap().scenario, scenario);
    assert!(matches!(
        save(&reader, &scenario, Some(1)).await,
        Err(StoreError::ReadOnly { .. })
    ));
    assert_eq!(reader.doctor().await.unwrap(), []);
    let by_wish = OpenOptions {
        read_only: true,
        ..OpenOptions::default()
    };
    let by_wish = Store::open(&place.target(), by_wish).await.unwrap();
    assert!(matches!(by_wish.access(), Access::ReadOnly { .. }));
    reader.close().await.unwrap();
    by_wish.close().await.unwrap();
    owner.close().await.unwrap();
    place.database.sql(&[
        &format!("DROP OWNED BY {user}"),
        &format!("DROP ROLE {user}"),
    ]);
}
