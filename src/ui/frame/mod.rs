//! What stands around the page: menu bar, key figures, navigation, status bar, notices.

pub(crate) mod figures;
pub(crate) mod menu;
pub(crate) mod navigation;
pub(crate) mod notices;
pub(crate) mod status;
pub(crate) mod strip;
