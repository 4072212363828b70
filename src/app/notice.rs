//! What the app tells the user beside the figures.

use crate::app::command::Command;

/// How much a notice matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Good to know.
    Info,
    /// Something is not as it should be; work goes on.
    Warning,
    /// Something the user asked for did not happen.
    Error,
}

/// One notice.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// Its number, for [`Command::DismissNotice`].
    pub id: u64,
    /// What it is about. A new notice of the same topic replaces the old one.
    pub topic: &'static str,
    /// How much it matters.
    pub weight: Weight,
    /// What happened, to what, what is safe, what to do next.
    pub text: String,
    /// A button, with what it asks for.
    pub action: Option<(&'static str, Command)>,
    /// Whether it stays until its cause is gone (a banner), or can be dismissed.
    pub lasting: bool,
}

/// The notices on show, the newest last.
#[derive(Debug, Default)]
pub struct Notices {
    all: Vec<Notice>,
    last: u64,
}

/// Beyond this number the oldest notice that may go is taken away.
const MOST: usize = 6;

impl Notices {
    /// All on show.
    pub fn all(&self) -> &[Notice] {
        &self.all
    }

    /// Shows a notice that can be dismissed.
    pub fn say(&mut self, topic: &'static str, weight: Weight, text: impl Into<String>) {
        self.add(topic, weight, text.into(), None, false);
    }

    /// Shows a notice with a button.
    pub fn offer(
        &mut self,
        topic: &'static str,
        weight: Weight,
        text: impl Into<String>,
        action: (&'static str, Command),
    ) {
        self.add(topic, weight, text.into(), Some(action), false);
    }

    /// Shows a banner that stays until [`Self::clear`].
    pub fn banner(
        &mut self,
        topic: &'static str,
        weight: Weight,
        text: impl Into<String>,
        action: Option<(&'static str, Command)>,
    ) {
        self.add(topic, weight, text.into(), action, true);
    }

    /// Takes away what is said about a topic.
    pub fn clear(&mut self, topic: &str) {
        self.all.retain(|notice| notice.topic != topic);
    }

    /// Takes a notice away.
    pub fn dismiss(&mut self, id: u64) {
        self.all.retain(|notice| notice.id != id);
    }

    fn add(
        &mut self,
        topic: &'static str,
        weight: Weight,
        text: String,
        action: Option<(&'static str, Command)>,
        lasting: bool,
    ) {
        self.clear(topic);
        match weight {
            Weight::Info => tracing::info!(topic, "{text}"),
            Weight::Warning => tracing::warn!(topic, "{text}"),
            Weight::Error => tracing::error!(topic, "{text}"),
        }
        self.last += 1;
        self.all.push(Notice {
            id: self.last,
            topic,
            weight,
            text,
            action,
            lasting,
        });
        while self.all.len() > MOST {
            let oldest = self.all.iter().position(|notice| !notice.lasting);
            self.all.remove(oldest.unwrap_or_default());
        }
    }
}
