//! How many polls are held: of one client, and in all. Whoever finds no place gets an answer at once instead of a held one; it is as true.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use super::clients::household;

/// The places of this node.
#[derive(Clone)]
pub(crate) struct Polls {
    taken: Arc<Mutex<Taken>>,
    most: usize,
    most_of_one: usize,
}

#[derive(Default)]
struct Taken {
    all: usize,
    by: HashMap<IpAddr, usize>,
}

/// A place, free again when it is dropped.
pub(crate) struct Place {
    polls: Polls,
    client: Option<IpAddr>,
}

impl Polls {
    pub(super) fn new(most: usize, most_of_one: usize) -> Polls {
        Polls { taken: Arc::default(), most, most_of_one }
    }

    /// How many are held now.
    pub(crate) fn held(&self) -> usize {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).all
    }

    /// A place for a poll of that client, if one is left.
    pub(crate) fn hold(&self, client: &str) -> Option<Place> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let client = household(client);
        if taken.all >= self.most || client.is_some_and(|client| taken.by.get(&client).is_some_and(|held| *held >= self.most_of_one)) {
            return None;
        }
        taken.all += 1;
        if let Some(client) = client {
            *taken.by.entry(client).or_default() += 1;
        }
        Some(Place { polls: self.clone(), client })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.polls.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all -= 1;
        let Some(client) = self.client else { return };
        if let Some(of_one) = taken.by.get_mut(&client) {
            *of_one -= 1;
            if *of_one == 0 {
                taken.by.remove(&client);
            }
        }
    }
}
