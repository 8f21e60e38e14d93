//! Backends in their own processes on one database, behind a balancer, with the provider's sandbox.

use std::net::SocketAddr;
use std::process::Child;
use std::sync::Arc;

use merchant::{Config, Keys, Store};
use sandbox::Sandbox;

use super::balancer::Balancer;
use crate::terminal::Terminal;
use testing::Clock;
use testing::Folder;
use testing::Postgres;
use testing::shop::{self, ShopOptions};

/// A shop on several nodes. They end when it is dropped.
pub struct Nodes {
    pub sandbox: Sandbox,
    balancer: Balancer,
    nodes: Vec<(Child, SocketAddr)>,
    database: String,
    pin: String,
    pub keys: Keys,
    #[expect(dead_code, reason = "the folder goes with the nodes")]
    folder: Folder,
}

impl Nodes {
    pub async fn start(number: usize) -> Nodes {
        let options = ShopOptions { serves_widget: false, own_process: true, ..ShopOptions::default() };
        let sandbox = testing::provider::open_sandbox(Arc::clone(&options.clock)).await;
        let balancer = Balancer::start().await;
        let folder = Folder::new("nodes");
        let file = folder.path().join("merchant.toml");
        merchant::keygen(&folder.path().join("signing.seed")).unwrap();
        folder.write("details.keys", testing::details::DETAILS_KEY);
        std::fs::write(folder.path().join("catalog.toml"), shop::CATALOG).unwrap();
        let config = shop::config(&options, folder.path(), &balancer.url(), &sandbox.url());
        std::fs::write(&file, shop::without_records(&config)).unwrap();
        let keys = Keys::of(&Config::load(&file).unwrap()).unwrap();
        let pin = keys.signer.pin().token();
        let database = tokio::task::spawn_blocking(|| Postgres::get().database()).await.unwrap();
        let mut nodes = Vec::new();
        for _ in 0..number {
            let (config, database) = (file.clone(), database.clone());
            let started = tokio::task::spawn_blocking(move || shop::start_process(&config, Some(&database)));
            let (process, address) = started.await.unwrap();
            nodes.push((process, address.parse().unwrap()));
        }
        balancer.lead_to(nodes.iter().map(|(_, address)| *address).collect());
        Nodes { sandbox, balancer, nodes, database, pin, keys, folder }
    }

    /// A shopper who comes through the balancer.
    pub fn terminal(&self) -> Terminal {
        Terminal::open(&self.balancer.url(), &self.pin, &Clock::start())
    }

    /// A shopper whose connections all go to one node.
    pub fn terminal_at(&self, node: usize) -> Terminal {
        self.lead_to(node);
        self.terminal()
    }

    /// From now on, every new connection goes to that node.
    pub fn lead_to(&self, node: usize) {
        self.balancer.lead_to(vec![self.nodes[node].1]);
    }

    /// Ends a node with SIGKILL.
    pub fn kill(&mut self, node: usize) {
        let (process, _) = &mut self.nodes[node];
        process.kill().unwrap();
        process.wait().unwrap();
    }

    /// The records.
    pub async fn store(&self) -> Store {
        Store::open_postgres(&self.database).await.unwrap()
    }

    /// Runs a statement that no node knows of.
    pub async fn run(&self, statement: &'static str) {
        let name = self.database.split(['/', '?']).nth(3).unwrap().to_owned();
        tokio::task::spawn_blocking(move || Postgres::get().run(&name, statement)).await.unwrap();
    }
}

impl Drop for Nodes {
    fn drop(&mut self) {
        for (process, _) in &mut self.nodes {
            // It may be dead already.
            _ = process.kill();
            _ = process.wait();
        }
    }
}
