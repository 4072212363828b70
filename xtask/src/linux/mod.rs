//! The parts that need a Linux desktop: the real window on a display of its own, and the Debian package.

mod deb;
mod install;
mod licenses;
mod picture;
mod process;
mod window;
mod x11;

pub(crate) use deb::dist;
pub(crate) use install::{install, package};
pub(crate) use window::{headless, window};
