//! CalMiner Desktop: the window over domain, engine and store.
//!
//! `app` decides, `services` do what takes time, `ui` draws. Nothing waits on the frame: a view pushes commands, the app
//! runs them before the next frame, and services answer with events.
//!
//! The window holds an [`app::App`] and a `ui::Shell`. It calls `Shell::new(&egui::Context, &Settings)` once (fonts,
//! tokens), and in each frame `shell.show(&ViewContext, &mut egui::Ui)`, which draws everything, dialogs included, and
//! sets theme and tokens where the settings changed. Shortcuts and zoom are the window's: before a shortcut counts it
//! takes the focus from the field that is being edited, so that the field sends its edit in the same frame, ahead of
//! the command of the shortcut. Esc answers an open dialog with "stay".

pub mod app;
pub mod headless;
pub mod services;
pub mod start;
pub mod ui;
pub mod window;
