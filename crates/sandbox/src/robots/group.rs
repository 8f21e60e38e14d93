//! The groups in which robots post: what came, newest last, up to a number.

use std::collections::VecDeque;
use std::sync::Mutex;

use serde::Serialize;

use super::faults::RobotFault;
use crate::locking::lock;

/// How many messages are kept.
const MOST: usize = 1_000;

/// A message as a robot took it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Posted {
    /// Its number, which rises.
    pub id: u64,
    /// Whose robot: `wecom`, `dingtalk` or `slack`.
    pub robot: &'static str,
    /// What it posts, in its mark-up.
    pub text: String,
}

/// What came, and what goes wrong with further ones.
#[derive(Default)]
pub struct Robots {
    kept: Mutex<(VecDeque<Posted>, u64)>,
    fault: Mutex<RobotFault>,
}

impl Robots {
    /// What came, the oldest first.
    #[must_use]
    pub fn posted(&self) -> Vec<Posted> {
        lock(&self.kept).0.iter().cloned().collect()
    }

    /// Forgets what came.
    pub fn clear(&self) {
        lock(&self.kept).0.clear();
    }

    /// What goes wrong from now on.
    pub fn set_fault(&self, fault: RobotFault) {
        *lock(&self.fault) = fault;
    }

    pub(super) fn fault(&self) -> RobotFault {
        *lock(&self.fault)
    }

    pub(super) fn post(&self, robot: &'static str, text: &str) {
        let mut kept = lock(&self.kept);
        kept.1 += 1;
        let id = kept.1;
        kept.0.push_back(Posted { id, robot, text: text.to_owned() });
        if kept.0.len() > MOST {
            kept.0.pop_front();
        }
    }
}
