//! Names in any script: characters that the embedded fonts lack are looked for in the fonts of the system, on a thread.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use eframe::egui;

use crate::ui::{Demand, SystemFonts};

/// Requests that may wait; a character that found no place is asked for again when it is drawn again.
const MOST_WAITING: usize = 8;

/// The thread that looks for fonts; it starts with the first character that is missing.
#[derive(Debug, Default)]
pub(super) struct FontSearch {
    sender: Option<SyncSender<Vec<char>>>,
}

impl FontSearch {
    /// Looks for what is missing, without waiting.
    pub(super) fn follow(&mut self, context: &egui::Context, demand: &Demand) {
        let missing = demand.take();
        if missing.is_empty() {
            return;
        }
        if self.sender.is_none() {
            self.sender = start(context.clone());
        }
        let sent = self.sender.as_ref().map(|sender| sender.try_send(missing));
        if !matches!(sent, Some(Ok(()))) {
            tracing::warn!("characters without a font could not be looked for");
        }
    }
}

fn start(context: egui::Context) -> Option<SyncSender<Vec<char>>> {
    let (sender, receiver) = sync_channel(MOST_WAITING);
    let started = std::thread::Builder::new()
        .name("calminer-fonts".to_owned())
        .spawn(move || search(&receiver, &context));
    match started {
        Ok(_thread) => Some(sender),
        Err(error) => {
            tracing::warn!(%error, "no thread to look for fonts");
            None
        }
    }
}

fn search(receiver: &Receiver<Vec<char>>, context: &egui::Context) {
    let mut fonts = SystemFonts::load();
    while let Ok(missing) = receiver.recv() {
        let faces = fonts.covering(&missing);
        if faces.is_empty() {
            tracing::info!(?missing, "no font of the system has these characters");
        } else {
            Demand::supply(context, faces);
        }
    }
}
