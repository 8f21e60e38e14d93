//! How a server dies: at a fault point of its own, or by SIGKILL in the middle of whatever it does.

use std::path::{Path, PathBuf};

use crate::chance::Chance;

/// Every fault point by name.
const POINTS: [&str; 18] = [
    "creation-not-committed",
    "creation-committed",
    "change-not-committed",
    "change-committed",
    "change-once-not-committed",
    "change-once-committed",
    "notification-not-committed",
    "notification-committed",
    "notification-not-answered",
    "kept-notification-not-committed",
    "kept-notification-committed",
    "provider-not-called",
    "provider-called",
    "refund-not-sent",
    "refund-not-marked",
    "order-not-expired",
    "webhook-not-marked",
    "*",
];

/// One way to die.
pub enum Death {
    /// At the n-th passing of a point, which writes its name into that file.
    At(&'static str, u64, PathBuf),
    /// After so many requests.
    After(u64),
    /// Not before it is told to.
    Never,
}

impl Death {
    pub fn choose(chance: &mut Chance, folder: &Path) -> Death {
        let file = folder.join("fault");
        match chance.below(10) {
            0..=3 => Death::At("*", chance.below(3_000) + 1, file),
            4..=7 => {
                let point = chance.one_of(&POINTS);
                let often = ["change-not-committed", "change-committed", "provider-not-called", "provider-called", "*"];
                let most = if often.contains(&point) { 800 } else { 60 };
                Death::At(point, chance.below(most) + 1, file)
            }
            _ => Death::After(chance.below(500) + 1),
        }
    }

    /// What the server's process must know of it.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        match self {
            Death::At(point, number, file) => {
                vec![("QR_CHECKOUT_FAULT", format!("{point}:{number}")), ("QR_CHECKOUT_FAULT_FILE", file.display().to_string())]
            }
            Death::After(_) | Death::Never => Vec::new(),
        }
    }
}
