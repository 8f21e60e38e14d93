//! What calls and pages of robots share, and by what a robot is known.

use std::sync::Arc;

use super::group::Robots;
use crate::clock::TimeSource;

/// What stands in the address of every robot.
pub(super) const ROBOT_KEY: &str = "sandbox-robot-key";
/// By which DingTalk's robot knows who asks.
pub const ROBOT_SECRET: &str = "SECsandbox-robot-secret";

/// What calls share.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) robots: Arc<Robots>,
    pub(super) time: TimeSource,
}
