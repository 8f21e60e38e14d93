//! A slow line: every byte takes half a round trip each way, whatever it is a part of, and what comes down shares one speed. The browser's
//! own throttling lets preflights through at once, and this does not. Connections are opened for nothing, as if one were there already.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

/// Half of 150 ms.
const ONE_WAY: Duration = Duration::from_millis(75);
/// 1.6 Mbit/s.
const BYTES_PER_SECOND: u32 = 200_000;
/// What goes over the line at a time, bytes.
const PACKET: usize = 1460;
/// A timer may be as late as this without the line losing speed.
const SLACK: Duration = Duration::from_millis(20);

/// The speed that all lines of a browser share: when the next packet can leave.
#[derive(Clone)]
pub struct Speed(Arc<Mutex<Instant>>);

impl Speed {
    pub fn new() -> Speed {
        Speed(Arc::new(Mutex::new(Instant::now())))
    }

    /// Waits for its turn, and until that many bytes have left. One packet of each connection waits at a time, so that they take turns.
    async fn take(&self, bytes: usize) {
        let left = {
            let mut free = self.0.lock().unwrap();
            let now = Instant::now();
            let begun = (*free).max(now.checked_sub(SLACK).unwrap_or(now));
            *free = begun + Duration::from_secs(1) * u32::try_from(bytes).unwrap() / BYTES_PER_SECOND;
            *free
        };
        sleep_until(left).await;
    }
}

/// A line that leads nowhere yet; who connects waits.
pub struct SlowLine(TcpListener);

impl SlowLine {
    pub async fn new() -> SlowLine {
        SlowLine(TcpListener::bind("127.0.0.1:0").await.unwrap())
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.0.local_addr().unwrap())
    }

    /// From now on it leads to that server, at that speed, until the bench ends.
    pub fn lead_to(self, server: SocketAddr, speed: Speed) {
        tokio::spawn(async move {
            while let Ok((browser, _)) = self.0.accept().await {
                let Ok(server) = TcpStream::connect(server).await else { continue };
                for end in [&browser, &server] {
                    end.set_nodelay(true).unwrap();
                }
                let ((from_browser, to_browser), (from_server, to_server)) = (browser.into_split(), server.into_split());
                tokio::spawn(carry(from_browser, to_server, None));
                tokio::spawn(carry(from_server, to_browser, Some(speed.clone())));
            }
        });
    }

    /// The address of that server over a slow line.
    pub async fn before(server: &str, speed: &Speed) -> String {
        let line = SlowLine::new().await;
        let url = line.url();
        line.lead_to(server.strip_prefix("http://").unwrap().parse().unwrap(), speed.clone());
        url
    }
}

/// Carries one way until either end is closed. Requests are small, so that only what comes down has a speed.
async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, speed: Option<Speed>) {
    let (sender, mut under_way) = mpsc::unbounded_channel::<(Instant, Vec<u8>)>();
    tokio::spawn(async move {
        while let Some((arrives, bytes)) = under_way.recv().await {
            sleep_until(arrives).await;
            if to.write_all(&bytes).await.is_err() {
                break;
            }
        }
    });
    let mut packet = [0; PACKET];
    while let Ok(bytes @ 1..) = from.read(&mut packet).await {
        if let Some(speed) = &speed {
            speed.take(bytes).await;
        }
        if sender.send((Instant::now() + ONE_WAY, packet[..bytes].to_vec())).is_err() {
            break;
        }
    }
}
