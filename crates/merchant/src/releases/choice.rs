//! Which release pages get that pin none: the one that a program brought last, as soon as every node that lives serves it.

use protocol::REVISION;

use super::listing::Listing;
use crate::store::{Node, Release};

/// A release that is among the records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) name: String,
    pub(super) listing: Listing,
    pub(super) is_revoked: bool,
    /// When it was last noted that somebody uses it, unix seconds.
    pub(super) used_at: Option<i64>,
    speaks_ours: bool,
}

impl Known {
    /// None for what is not what its name says; nobody could be served from it.
    pub(super) fn read(release: Release) -> Option<Known> {
        match Listing::read(&release.name, &release.listing) {
            Ok(listing) => Some(Known {
                name: release.name,
                listing,
                is_revoked: release.revoked_at.is_some(),
                used_at: release.used_at,
                speaks_ours: release.revision == i64::from(REVISION),
            }),
            Err(reason) => {
                tracing::error!(release = release.name, reason, "a release in the records cannot be served");
                None
            }
        }
    }

    /// Whether shoppers who got this release can be served here, its questions to the API included.
    pub(super) fn is_served(&self) -> bool {
        !self.is_revoked && self.speaks_ours
    }
}

/// Chooses among them, in their order. Without one that all nodes serve it stays what it was.
pub(super) fn current(known: &[Known], nodes: &[Node], before: Option<&str>) -> Option<String> {
    let served = || known.iter().filter(|known| known.is_served());
    let everywhere = |known: &&Known| nodes.iter().all(|node| node.knows.contains(&known.name));
    let chosen = served().find(everywhere).or_else(|| served().find(|known| Some(known.name.as_str()) == before));
    chosen.or_else(|| served().next()).map(|known| known.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(name: &str) -> Known {
        let listing = Listing::of(vec![("qr-checkout.js".to_owned(), "sha384-A".to_owned())]).unwrap();
        Known { name: name.to_owned(), listing, is_revoked: false, used_at: None, speaks_ours: true }
    }

    fn node(knows: &[&str]) -> Node {
        Node { id: knows.concat(), seen_at: 0, brings: None, knows: knows.iter().map(|name| (*name).to_owned()).collect() }
    }

    fn chosen(known: &[Known], nodes: &[&[&str]], before: Option<&str>) -> Option<String> {
        current(known, &nodes.iter().map(|knows| node(knows)).collect::<Vec<_>>(), before)
    }

    #[test]
    fn a_new_release_waits_until_every_node_serves_it() {
        let both = [known("new"), known("old")];
        assert_eq!(chosen(&both, &[&["old", "new"], &["old"]], Some("old")).as_deref(), Some("old"));
        assert_eq!(chosen(&both, &[&["old", "new"], &["new", "old"]], Some("old")).as_deref(), Some("new"));
        // Nodes that have nothing in common: each goes on as it did.
        assert_eq!(chosen(&both, &[&["old"], &["new"]], Some("old")).as_deref(), Some("old"));
        assert_eq!(chosen(&both, &[&["old"], &["new"]], None).as_deref(), Some("new"));
    }

    #[test]
    fn what_is_revoked_or_speaks_another_revision_is_never_chosen() {
        let mut both = [known("new"), known("old")];
        both[0].is_revoked = true;
        assert_eq!(chosen(&both, &[&["old"]], Some("new")).as_deref(), Some("old"));
        both[0] = Known { speaks_ours: false, ..known("new") };
        assert_eq!(chosen(&both, &[&["old", "new"]], None).as_deref(), Some("old"));
        both[1].is_revoked = true;
        assert_eq!(chosen(&both, &[&["old"]], Some("old")), None);
    }
}
