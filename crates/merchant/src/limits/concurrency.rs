//! A concurrency limit: so much of one client at the same time, and so much in all. For held polls and connections.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::client::{Client, Who};

/// The places of this node for one kind of thing.
#[derive(Clone)]
pub(crate) struct ConcurrencyLimit {
    taken: Arc<Mutex<Taken>>,
    most: usize,
    most_of_one: usize,
}

#[derive(Default)]
struct Taken {
    all: usize,
    by: HashMap<Who, usize>,
}

/// A place, free again when it is dropped.
pub(crate) struct Permit {
    places: ConcurrencyLimit,
    client: Option<Who>,
}

impl ConcurrencyLimit {
    pub(crate) fn new(most: usize, most_of_one: usize) -> ConcurrencyLimit {
        ConcurrencyLimit { taken: Arc::default(), most, most_of_one }
    }

    /// How many are taken now.
    pub(crate) fn held(&self) -> usize {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).all
    }

    /// A place for that client, if one is left.
    pub(crate) fn hold(&self, client: &Client) -> Option<Permit> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let client = client.who();
        if taken.all >= self.most || client.is_some_and(|client| taken.by.get(&client).is_some_and(|held| *held >= self.most_of_one)) {
            return None;
        }
        taken.all += 1;
        if let Some(client) = client {
            *taken.by.entry(client).or_default() += 1;
        }
        Some(Permit { places: self.clone(), client })
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock().unwrap_or_else(PoisonError::into_inner);
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

#[cfg(test)]
mod tests {
    use super::{ConcurrencyLimit, Permit};
    use crate::client::Client;

    fn client(address: &str) -> Client {
        Client::connected(address.parse().unwrap())
    }

    #[test]
    fn a_client_finds_no_more_than_its_places_and_another_does() {
        let places = ConcurrencyLimit::new(4, 2);
        let first = [places.hold(&client("203.0.113.7")), places.hold(&client("203.0.113.7"))];
        assert!(first.iter().all(Option::is_some) && places.hold(&client("203.0.113.7")).is_none());
        let other = places.hold(&client("203.0.113.8"));
        assert!(other.is_some());
        drop(first);
        assert!(places.hold(&client("203.0.113.7")).is_some(), "places come back");
    }

    #[test]
    fn whoever_is_on_this_machine_is_counted_in_all_alone() {
        let places = ConcurrencyLimit::new(3, 1);
        let held: Vec<Option<Permit>> = (0..4).map(|_| places.hold(&client("127.0.0.1"))).collect();
        assert_eq!((held.iter().flatten().count(), places.held()), (3, 3));
    }
}
