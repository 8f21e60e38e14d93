//! The keys that seal: made, added, and put in the place of older ones.

use std::io::ErrorKind;
use std::path::Path;

use merchant::store::Rotated;
use merchant::{Config, Store, sealed};

use super::super::shared::said;

pub(super) fn generate(out: &Path) -> Result<(), String> {
    let file = out.display();
    let id = sealed::keygen(out).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => format!("{file} is there already, and a key is never written over: name a file that is not"),
        _ => format!("{file}: {error}"),
    })?;
    println!("{file} holds the key {id}; keep it secret, and a copy of it apart from the copies of the records");
    Ok(())
}

pub(super) fn add(config: &Config) -> Result<(), String> {
    let path = config.details.key_file_in_use().map_err(said)?;
    config.details.sealer().map_err(said)?;
    let id = sealed::add_key(path).map_err(|error| format!("details.key_file: {}: {error}", path.display()))?;
    println!("{} begins with the key {id} now; start the server again, then `details rotate`", path.display());
    Ok(())
}

pub(super) async fn rotate(store: &Store, now: i64) -> Result<(), String> {
    store.begin_rotation(now).await.map_err(said)?;
    let (mut after, mut all) = (Default::default(), Rotated::default());
    loop {
        let (some, next) = store.rotate_batch(&after).await.map_err(said)?;
        all.wrapped += some.wrapped;
        all.unopened += some.unopened;
        let Some(next) = next else { break };
        eprintln!("{} records are under the first key", all.wrapped);
        after = next;
    }
    let needed = store.forget_keys(now).await.map_err(said)?;
    if all.unopened > 0 {
        return Err(format!("{} records do not open and stay under the keys that they name; the log says which", all.unopened));
    }
    if !needed.is_empty() {
        return Err(format!("a server still seals by {}; start it again with the new file, then rotate once more", needed.join(", ")));
    }
    println!("{} records were sealed anew; the lines behind the first one may be removed", all.wrapped);
    Ok(())
}
