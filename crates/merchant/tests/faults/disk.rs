//! SQLite on a disk that fills up, and under a kernel that reports errors (libfiu, preloaded).

use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use crate::server::{Server, Shop};
use crate::story::{Fault, survive};

const SECONDS: Duration = Duration::from_secs(5);

/// Mounts a disk of 24 MB for the program alone, and becomes the program. The disk goes with it.
const ON_A_SMALL_DISK: &str = "mount -t tmpfs -o size=24m,mode=0700 none \"$0\" && exec \"$@\"";

/// A server whose records are on a small disk of their own.
async fn on_a_small_disk() -> Arc<Server> {
    let shop = Shop::new("path = \"FOLDER/disk/merchant.sqlite\"").await;
    let disk = shop.folder.path().join("disk");
    std::fs::create_dir(&disk).unwrap();
    let disk = disk.to_str().unwrap().to_owned();
    // Without root it is allowed in a namespace of one's own.
    shop.serve(&["unshare", "--map-root-user", "--mount", "sh", "-c", ON_A_SMALL_DISK, &disk])
}

/// Fills the disk but for so many bytes.
fn fill(server: &Server, but: u64) {
    let file = filler(server);
    let mut filler = File::create(&file).unwrap();
    let block = [7; 4096];
    while filler.write_all(&block).is_ok() {}
    let size = filler.metadata().unwrap().len();
    filler.set_len(size.saturating_sub(but)).unwrap();
}

fn filler(server: &Server) -> PathBuf {
    PathBuf::from(format!("/proc/{}/root{}/disk/filler", server.id(), server.folder().display()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_was_full_takes_orders_again_at_once() {
    let server = on_a_small_disk().await;
    // Full at once, and full in the middle of what an order writes.
    for but in [0, 20_000] {
        let (begin, end) = (|| fill(&server, but), || std::fs::remove_file(filler(&server)).unwrap());
        survive(&server, Fault { begin: &begin, end: &end, recovery: SECONDS }).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_with_little_room_is_told_of_before_it_is_full() {
    let server = on_a_small_disk().await;
    let key = server.api_key().await;
    let told = server.doctor(&key).await;
    let [finding] = told["findings"].as_array().unwrap().as_slice() else { panic!("{told}") };
    assert!(finding["code"] == "disk-nearly-full" && finding["words"].as_str().unwrap().contains(" MB left"), "{finding}");
}

/// A server whose calls to the operating system fail as somebody wants.
async fn under_a_failing_kernel() -> Arc<Server> {
    let shop = Shop::new("path = \"FOLDER/merchant.sqlite\"").await;
    let control = shop.folder.path().join("fiu").to_str().unwrap().to_owned();
    shop.serve(&["fiu-run", "-x", "-f", &control])
}

fn tell(server: &Server, command: &str) {
    let control = server.folder().join("fiu");
    let id = server.id().to_string();
    let told = Command::new("fiu-ctrl").arg("-f").arg(control).args(["-c", command, &id]).output().unwrap();
    assert!(told.status.success() && told.stdout.is_empty(), "{}", String::from_utf8_lossy(&told.stdout));
}

/// These calls fail, each with such a chance, until somebody says otherwise.
async fn fail(server: &Arc<Server>, calls: &[(&str, &str)]) {
    let begin = || {
        for (call, chance) in calls {
            tell(server, &format!("enable_random name={call},probability={chance}"));
        }
    };
    let end = || calls.iter().for_each(|(call, _)| tell(server, &format!("disable name={call}")));
    survive(server, Fault { begin: &begin, end: &end, recovery: SECONDS }).await;
}

/// Of the calls that SQLite makes those that nobody else in the program makes: who cannot write cannot wake its own threads either.
const FSYNC: &str = "posix/io/sync/fsync";
const OPEN: &str = "posix/io/oc/open";
const READ: &str = "posix/io/rw/read";
const TRUNCATE: &str = "posix/io/rw/ftruncate";

#[tokio::test(flavor = "multi_thread")]
async fn calls_of_the_kernel_that_failed_leave_no_connection_that_fails() {
    let server = under_a_failing_kernel().await;
    // What cannot be opened to be written is opened to be read, and stays so.
    fail(&server, &[(FSYNC, "0.5"), (OPEN, "0.5")]).await;
    fail(&server, &[(FSYNC, "1"), (READ, "0.2"), (TRUNCATE, "1")]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_that_failed_leave_no_connection_that_fails() {
    let shop = Shop::new("path = \"FOLDER/merchant.sqlite\"").await;
    // Files may grow no further than that, of which the kernel tells by an error, for the signal is ignored.
    let server = shop.serve(&["env", "--ignore-signal=XFSZ"]);
    let limit = |bytes: &str| {
        let limit = ["--pid", &server.id().to_string(), &format!("--fsize={bytes}:")].map(str::to_owned);
        assert!(Command::new("prlimit").args(limit).status().unwrap().success());
    };
    let (begin, end) = (|| limit("40000"), || limit("unlimited"));
    survive(&server, Fault { begin: &begin, end: &end, recovery: SECONDS }).await;
}
