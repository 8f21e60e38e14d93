//! Three nodes that are upgraded one after the other: whichever node a page or a browser comes to, it finds what it asks for, and an
//! order that waits for its money gets it.

use merchant::store::Node;
use protocol::{OrderId, OrderStatus};
use testing::backend::release::{Written, write};
use testing::backend::{SHOP_CATALOG, Shop, item, key, nonce};
use testing::{Folder, Postgres};

/// The configuration of a node on that database, with the widget of that folder.
fn shared(config: &str, address: &str, widget: &str) -> String {
    let (before, after) = config.split_once("[store]\n").unwrap();
    let (_, after) = after.split_once('\n').unwrap();
    format!("{before}[store]\nurl = \"{address}\"\n{after}[widget]\ndir = \"{widget}\"\n")
}

struct Cluster {
    nodes: Vec<Shop>,
    address: String,
    folder: Folder,
}

impl Cluster {
    /// Three nodes whose programs bring the release in that folder.
    async fn start(dir: &str) -> (Cluster, Written) {
        let folder = Folder::new("merchant");
        let written = write(folder.path(), dir, dir);
        let address = tokio::task::spawn_blocking(|| Postgres::get().database()).await.unwrap();
        let widget = folder.path().join(dir).display().to_string();
        let mut nodes = Vec::new();
        for _ in 0..3 {
            nodes.push(Shop::open_as(SHOP_CATALOG, |config| shared(&config, &address, &widget)).await);
        }
        let cluster = Cluster { nodes, address, folder };
        cluster.beat().await;
        (cluster, written)
    }

    /// A program that brings another release takes the place of one at that node.
    async fn upgrade(&mut self, node: usize, dir: &str) {
        let widget = self.folder.path().join(dir).display().to_string();
        let address = self.address.clone();
        self.nodes[node].close().await;
        self.nodes[node].open_again_with(|config| shared(&config, &address, &widget)).await;
    }

    /// Every node says that it lives, and hears of the others; twice, because each hears what was said before.
    async fn beat(&self) {
        for node in self.nodes.iter().chain(&self.nodes) {
            node.merchant().look_at_releases().await.unwrap();
        }
    }

    /// What pages get that pin no release, at each node.
    async fn unpinned(&self) -> Vec<String> {
        let mut loaders = Vec::new();
        for node in &self.nodes {
            loaders.push(self.told(node, "/qr-checkout.js").await.strip_prefix("loader of ").unwrap().to_owned());
        }
        loaders
    }

    /// That every node serves all that a page can ask for which has one of these releases, pinned or not.
    async fn serves(&self, releases: &[(&Written, &str)]) {
        for node in &self.nodes {
            for (release, word) in releases {
                for path in [format!("/r/{}/{}", release.name, release.wasm), format!("/{}", release.wasm)] {
                    assert_eq!(self.told(node, &path).await, format!("wasm of {word}"), "{path}");
                }
                assert_eq!(self.told(node, &format!("/r/{}/qr-checkout.js", release.name)).await, format!("loader of {word}"));
            }
        }
    }

    async fn told(&self, node: &Shop, path: &str) -> String {
        let reply = node.client.get(node.url(path)).send().await.unwrap();
        assert_eq!(reply.status(), 200, "{path}");
        reply.text().await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_notices_that_three_nodes_are_upgraded_one_after_the_other_and_rolled_back() {
    let (mut cluster, one) = Cluster::start("one").await;
    let two = write(cluster.folder.path(), "two", "two");
    // Half done: the code is on the screen. By the provider of a node that is replaced first.
    let mut waiting: Vec<OrderId> = Vec::new();
    for node in &cluster.nodes {
        waiting.push(node.order(&node.wish(&[item("tea", 1)], key()).await).await.1.id);
    }
    for upgraded in 0..3 {
        cluster.upgrade(upgraded, "two").await;
        // A moment after the first one the others have not heard of it, and so nobody is sent to it yet.
        let loaders = cluster.unpinned().await;
        assert_eq!(loaders, [if upgraded == 0 { "one" } else { "two" }; 3]);
        // A page that pins the new one comes to whichever node: it looks.
        cluster.nodes.iter().for_each(|node| node.advance(1));
        cluster.serves(&[(&one, "one"), (&two, "two")]).await;
        cluster.beat().await;
        cluster.serves(&[(&one, "one"), (&two, "two")]).await;
        // The order of before is answered by every node.
        for node in &cluster.nodes {
            for order in &waiting {
                let told = node.order(&node.backend.order(order, 0, 0, nonce())).await.1;
                assert_eq!(told.status, OrderStatus::Pending);
            }
        }
    }
    assert_eq!(cluster.unpinned().await, ["two"; 3]);
    // Paid now, and told to another node than the one that made it.
    for (made_at, order) in waiting.iter().enumerate() {
        let payment = cluster.nodes[0].stored(order).await.payment.unwrap().id;
        let notice = cluster.nodes[made_at].provider.notice(payment.as_str(), &format!("EV-{made_at}"));
        let other = &cluster.nodes[(made_at + 1) % 3];
        assert_eq!(other.deliver(&notice).await, 204);
        assert_eq!(other.look(order).await.status, OrderStatus::Paid);
    }
    for rolled_back in 0..3 {
        cluster.upgrade(rolled_back, "one").await;
        cluster.serves(&[(&one, "one"), (&two, "two")]).await;
        cluster.beat().await;
    }
    assert_eq!(cluster.unpinned().await, ["one"; 3]);
    cluster.serves(&[(&one, "one"), (&two, "two")]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_waits_for_the_last_node_that_lives_and_does_not_serve_it() {
    let (mut cluster, one) = Cluster::start("one").await;
    write(cluster.folder.path(), "two", "two");
    let store = cluster.nodes[0].merchant().store().clone();
    let now = cluster.nodes[0].now();
    let behind = Node { id: "node_behind".to_owned(), seen_at: now, brings: None, knows: vec![one.name.clone()] };
    store.announce(&behind).await.unwrap();
    for node in 0..3 {
        cluster.upgrade(node, "two").await;
    }
    cluster.beat().await;
    assert_eq!(cluster.unpinned().await, ["one"; 3]);
    // It has died without a word: half a minute later nobody waits for it.
    cluster.nodes.iter().for_each(|node| node.advance(29));
    cluster.beat().await;
    assert_eq!(cluster.unpinned().await, ["one"; 3]);
    cluster.nodes.iter().for_each(|node| node.advance(2));
    cluster.beat().await;
    assert_eq!(cluster.unpinned().await, ["two"; 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_ends_is_not_waited_for_and_one_that_lives_is_listed() {
    let (mut cluster, one) = Cluster::start("one").await;
    let store = cluster.nodes[0].merchant().store().clone();
    let brings = async || store.nodes(0).await.unwrap().into_iter().map(|node| node.brings).collect::<Vec<_>>();
    assert_eq!(brings().await, vec![Some(one.name.clone()); 3]);
    cluster.nodes[2].close().await;
    assert_eq!(brings().await.len(), 2);
}
