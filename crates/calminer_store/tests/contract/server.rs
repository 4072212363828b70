//! Places on the PostgreSQL server that the tests start.

use calminer_store::{DatabaseTarget, OpenOptions, Password, ServerTarget, Store, TlsMode};
use calminer_testserver::{Database, Server};

/// An empty database of one test.
pub(crate) struct Place {
    pub(crate) database: Database,
}

impl Place {
    pub(crate) fn empty() -> Self {
        Self {
            database: Server::shared().database(),
        }
    }

    /// With our tables in it.
    pub(crate) async fn migrated() -> Self {
        let place = Self::empty();
        let steps = Store::migrate(&place.target()).await.unwrap();
        assert!(!steps.is_empty());
        place
    }

    /// The owner of the database, without TLS, which only costs time here.
    pub(crate) fn server(&self) -> ServerTarget {
        let name = self.database.name();
        self.as_user(name, self.database.password())
    }

    pub(crate) fn as_user(&self, user: &str, password: &str) -> ServerTarget {
        ServerTarget::new("127.0.0.1", user, self.database.name())
            .unwrap()
            .at_port(Server::shared().port())
            .with_tls(TlsMode::Disable)
            .with_password(Password::new(password))
            .unwrap()
    }

    pub(crate) fn target(&self) -> DatabaseTarget {
        whole(self.server())
    }

    pub(crate) async fn open(&self) -> Store {
        Store::open(&self.target(), OpenOptions::default())
            .await
            .unwrap()
    }
}

pub(crate) fn whole(server: ServerTarget) -> DatabaseTarget {
    DatabaseTarget::Server(Box::new(server))
}
