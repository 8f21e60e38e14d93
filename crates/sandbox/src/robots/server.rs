//! Where robots are reached: beside the providers, or by themselves.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::group::Robots;
use super::shared::{ROBOT_KEY, Shared};
use super::{calls, pages};
use crate::clock::TimeSource;

/// The robots' addresses behind scheme and host, by whose they are.
#[must_use]
pub fn robot_paths() -> [(&'static str, String); 3] {
    [
        ("wecom", format!("/cgi-bin/webhook/send?key={ROBOT_KEY}")),
        ("dingtalk", format!("/robot/send?access_token={ROBOT_KEY}")),
        ("slack", format!("/services/{ROBOT_KEY}")),
    ]
}

pub(crate) fn routes(robots: Arc<Robots>, time: TimeSource) -> Router {
    Router::new()
        .route("/cgi-bin/webhook/send", post(calls::wecom))
        .route("/robot/send", post(calls::dingtalk))
        .route("/services/{key}", post(calls::slack))
        .route("/robots", get(pages::list))
        .route("/sandbox/robots", get(pages::all).delete(pages::clear))
        .with_state(Shared { robots, time })
}

/// Robots by themselves; they end when this is dropped.
pub struct RobotServer {
    address: SocketAddr,
    serving: JoinHandle<io::Result<()>>,
}

impl RobotServer {
    /// Serves on a bound listener, and keeps there what comes.
    ///
    /// # Errors
    /// The listener's.
    pub fn start(listener: TcpListener, robots: Arc<Robots>, time: TimeSource) -> io::Result<RobotServer> {
        let address = listener.local_addr()?;
        let routes = routes(robots, time);
        Ok(RobotServer { address, serving: tokio::spawn(async move { axum::serve(listener, routes).await }) })
    }

    /// Scheme, host and port, without a trailing slash.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for RobotServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
