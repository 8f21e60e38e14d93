//! A load balancer without opinions: every connection goes to the next backend that takes it.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};

/// A balancer at work; it ends with its tasks.
pub struct Balancer {
    address: SocketAddr,
    backends: Arc<Mutex<Vec<SocketAddr>>>,
}

impl Balancer {
    pub async fn start() -> Balancer {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let balancer = Balancer { address: listener.local_addr().unwrap(), backends: Arc::default() };
        let backends = Arc::clone(&balancer.backends);
        tokio::spawn(async move {
            let turn = Arc::new(AtomicUsize::new(0));
            while let Ok((incoming, _)) = listener.accept().await {
                tokio::spawn(carry(incoming, Arc::clone(&backends), Arc::clone(&turn)));
            }
        });
        balancer
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where connections go from now on.
    pub fn lead_to(&self, backends: Vec<SocketAddr>) {
        *self.backends.lock().unwrap() = backends;
    }
}

async fn carry(mut incoming: TcpStream, backends: Arc<Mutex<Vec<SocketAddr>>>, turn: Arc<AtomicUsize>) {
    let backends = backends.lock().unwrap().clone();
    let first = turn.fetch_add(1, Ordering::Relaxed);
    for at in 0..backends.len() {
        if let Ok(mut outgoing) = TcpStream::connect(backends[(first + at) % backends.len()]).await {
            // However it ends, both sides learn of it.
            _ = copy_bidirectional(&mut incoming, &mut outgoing).await;
            return;
        }
    }
}
