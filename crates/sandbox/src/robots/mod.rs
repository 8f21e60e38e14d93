//! Robots of groups: WeCom's, DingTalk's and Slack's, each as strict about its dialect as the real one, and a page that shows what came. They
//! post nothing anywhere.

mod calls;
mod faults;
mod group;
mod pages;
mod server;
mod shared;

pub use faults::RobotFault;
pub use group::{Posted, Robots};
pub(crate) use server::routes;
pub use server::{RobotServer, robot_paths};
pub use shared::ROBOT_SECRET;
