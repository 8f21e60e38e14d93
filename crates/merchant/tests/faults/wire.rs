//! The line between a server and PostgreSQL, which somebody cuts, or lets fall silent.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::watch;

/// What becomes of what is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It arrives.
    Open,
    /// Every connection ends, and none can be made.
    Cut,
    /// Nothing arrives, and nobody hears of that.
    Silent,
    /// Nothing arrives by the connections that are there when it begins; new ones are as they should be.
    Forgotten,
}

/// The line.
pub struct Wire {
    mode: Arc<watch::Sender<Mode>>,
    /// Where the database is behind it.
    pub address: String,
}

impl Wire {
    /// A line to a database with such an address as [`testing::Postgres::database`] makes.
    pub async fn to(address: &str) -> Wire {
        let (begin, folder) = address.split_once("?host=").unwrap();
        let (_, database) = begin.rsplit_once('/').unwrap();
        let socket = PathBuf::from(folder).join(".s.PGSQL.5432");
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mode = Arc::new(watch::channel(Mode::Open).0);
        tokio::spawn(accept(listener, socket, Arc::clone(&mode)));
        Wire { mode, address: format!("postgres://postgres@127.0.0.1:{port}/{database}?sslmode=disable") }
    }

    pub fn is(&self, mode: Mode) {
        self.mode.send_replace(mode);
    }
}

async fn accept(listener: TcpListener, socket: PathBuf, mode: Arc<watch::Sender<Mode>>) {
    while let Ok((near, _)) = listener.accept().await {
        let (mut mode, socket) = (mode.subscribe(), socket.clone());
        // What changes from here on has happened to this connection.
        let born = *mode.borrow_and_update();
        if born != Mode::Cut {
            tokio::spawn(async move { carry(near, UnixStream::connect(socket).await.unwrap(), mode, born == Mode::Forgotten).await });
        }
    }
}

/// Carries what both sides say, as the mode wants it. `is_new`: the connection was made when older ones were forgotten.
async fn carry(mut near: TcpStream, mut far: UnixStream, mut mode: watch::Receiver<Mode>, is_new: bool) {
    let (mut question, mut answer) = ([0; 16_384], [0; 16_384]);
    loop {
        let now = *mode.borrow_and_update();
        let is_open = now == Mode::Open || now == Mode::Forgotten && is_new;
        tokio::select! {
            _ = mode.changed() => if *mode.borrow() == Mode::Cut { return },
            read = near.read(&mut question), if is_open => match read {
                Ok(length @ 1..) => far.write_all(&question[..length]).await.unwrap_or_default(),
                _ => return,
            },
            read = far.read(&mut answer), if is_open => match read {
                Ok(length @ 1..) => near.write_all(&answer[..length]).await.unwrap_or_default(),
                _ => return,
            },
        }
    }
}
