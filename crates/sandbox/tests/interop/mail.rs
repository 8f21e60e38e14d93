//! The mail server and its mailbox in the hands of Python's own client.

use std::sync::Arc;

use testing::Folder;
use testing::judges::judge;
use testing::provider::open_sandbox;

#[tokio::test(flavor = "multi_thread")]
async fn the_mail_server_takes_letters_as_others_write_them_and_has_bad_days() {
    let mut sandbox = open_sandbox(Arc::new(testing::now)).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = sandbox.serve_mail(listener).unwrap();
    let folder = Folder::new("mail");
    let authority = folder.write("ca.pem", server.authority());
    let (port, web) = (server.address().port(), sandbox.url());
    let case = format!("{{\"port\": {port}, \"authority\": \"{}\", \"web\": \"{web}\"}}", authority.display());
    tokio::task::spawn_blocking(move || judge("mail/client.py", &["judge"], &case)).await.unwrap();
    sandbox.stop().await.unwrap();
}
