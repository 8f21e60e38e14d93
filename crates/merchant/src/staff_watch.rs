//! Open pages of staff, which wait for the end of their session: whoever revokes a key closes them at once, from whichever process.

use std::time::Duration;

use tokio::sync::watch;

use crate::store::Store;

/// How often this node looks whether a key was revoked, while such a page is open: commands run in a process of their own.
const LOOK: Duration = Duration::from_secs(1);

/// Wakes pages of staff.
#[derive(Clone)]
pub(crate) struct StaffWatch(watch::Sender<()>);

impl Default for StaffWatch {
    fn default() -> StaffWatch {
        StaffWatch(watch::channel(()).0)
    }
}

impl StaffWatch {
    /// Starts to listen. Do this before reading the session, so that no end of it falls in between.
    pub(crate) fn listen(&self) -> watch::Receiver<()> {
        self.0.subscribe()
    }

    /// Lets every open page look at its session.
    pub(crate) fn wake(&self) {
        self.0.send_replace(());
    }
}

/// Wakes pages when a key was revoked, for as long as it is polled. One question for all of them, and none while there are none.
pub(crate) async fn follow_keys(store: &Store, pages: &StaffWatch) {
    let mut known = None;
    loop {
        tokio::time::sleep(LOOK).await;
        if pages.0.receiver_count() == 0 {
            known = None;
            continue;
        }
        match store.revoked_keys().await {
            Ok(number) if known != Some(number) => {
                known = Some(number);
                pages.wake();
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "revoked keys cannot be looked for at the moment"),
        }
    }
}
