//! The reconciler's rounds: what notifications did not tell is asked for. Runs until the server stops.

use std::time::Duration;

use tokio::sync::watch;

use crate::desk::SharedDesk;

/// Looks at once, then every `pause`, until told to stop.
pub(crate) async fn run(desk: SharedDesk, pause: Duration, mut stopping: watch::Receiver<bool>) {
    if let Err(error) = desk.store.check_all(desk.now()).await {
        tracing::error!(%error, "the reconciler could not start");
    }
    loop {
        if let Err(error) = desk.reconcile().await {
            tracing::error!(%error, "a round of the reconciler failed");
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stopping.wait_for(|stopping| *stopping) => return,
        }
    }
}
