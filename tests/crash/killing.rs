//! How a server dies: at a fault point of its own, or by SIGKILL in the middle of whatever it does.

use std::path::{Path, PathBuf};

use testing::Chance;

/// Every fault point by name.
pub const POINTS: [&str; 23] = [
    "creation-not-committed",
    "creation-committed",
    "change-not-committed",
    "change-committed",
    "change-once-not-committed",
    "change-once-committed",
    "goods-not-given",
    "goods-given",
    "keys-not-committed",
    "keys-committed",
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
    "message-not-marked",
    "notice-not-marked",
];
/// Those that are passed so often that the first times say little.
const BUSY: [&str; 4] = ["change-not-committed", "change-committed", "provider-not-called", "provider-called"];

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
    /// At the first passing of that point.
    pub fn at(point: &'static str, folder: &Path) -> Death {
        Death::At(point, 1, folder.join("fault"))
    }

    /// At some point, or wherever it comes.
    pub fn choose(chance: &mut Chance, folder: &Path) -> Death {
        let file = folder.join("fault");
        match chance.below(8) {
            0 => Death::At("*", chance.below(3_000) + 1, file),
            1 => Death::After(chance.below(500) + 1),
            _ => {
                let point = chance.one_of(&POINTS);
                let most = if BUSY.contains(&point) { 200 } else { 8 };
                Death::At(point, chance.below(most) + 1, file)
            }
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
