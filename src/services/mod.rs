//! What takes time or touches the system: database, simulations, files, dialogs, log.
//!
//! Services answer requests with events. They know neither the app's state nor what is drawn.

pub mod database;
pub mod dialogs;
pub mod event;
pub mod files;
pub mod fit;
pub mod live_run;
pub mod logging;
pub mod panic;
pub mod recovery;
pub mod replay;
pub mod sensitivity;
pub mod settings;
pub mod simulation;
