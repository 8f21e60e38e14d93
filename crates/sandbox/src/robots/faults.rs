//! What goes wrong with robots on a bad day.

use serde::{Deserialize, Serialize};

/// What goes wrong.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RobotFault {
    /// Nothing.
    #[default]
    None,
    /// Every answer takes a second.
    Slow,
    /// Nothing is answered, for an hour.
    Hanging,
    /// Every message is refused with a status of 403.
    Forbidden,
    /// Every message fails with a status of 503.
    Unavailable,
    /// Every message is refused in words: an errcode, or another text than `ok`.
    Errcode,
}
