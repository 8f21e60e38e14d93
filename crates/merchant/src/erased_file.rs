//! The file beside the keys that remembers which orders were erased: ids and times alone, a line each. Every node has its own, so that
//! records that are brought back from a copy do not raise whom the copy still knew.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use protocol::OrderId;

use crate::random;
use crate::store::{Erasure, Store, StoreError};

/// How the id of an order begins.
const ORDER: &str = "ord_";

/// That file.
#[derive(Clone, Debug)]
pub struct ErasedFile(PathBuf);

impl ErasedFile {
    /// The file of that name, which may not be there yet.
    pub fn at(path: PathBuf) -> ErasedFile {
        ErasedFile(path)
    }

    /// Everything that it remembers. A line that a crash has cut is passed over.
    ///
    /// # Errors
    /// One line that names the file.
    pub fn read(&self) -> Result<Vec<Erasure>, String> {
        match std::fs::read_to_string(&self.0) {
            Ok(text) => Ok(text.lines().filter_map(erasure).collect()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(self.told(&error)),
        }
    }

    /// Erases again what it remembers, and what the records do: they may be a copy from before. Answers how many details that were.
    ///
    /// # Errors
    /// One line that says what is at fault.
    pub async fn replay(&self, store: &Store) -> Result<u64, String> {
        store.erase_again(&self.read()?).await.map_err(|error: StoreError| error.to_string())
    }

    /// Makes sure that it can be written when somebody is erased, and that it is no file of another purpose. Leaves nothing behind.
    ///
    /// # Errors
    /// One line that names the file.
    pub fn prove_writable(&self) -> Result<(), String> {
        match std::fs::read_to_string(&self.0) {
            Ok(text) if text.lines().all(begins_erasure) => {
                OpenOptions::new().append(true).open(&self.0).map(drop).map_err(|error| self.told(&error))
            }
            Ok(_) => Err(format!("{}: holds something else than the ids of erased orders; name another file", self.0.display())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.prove_makeable(),
            Err(error) => Err(self.told(&error)),
        }
    }

    /// By a file of another name: a node beside this one may make the file itself at this moment.
    fn prove_makeable(&self) -> Result<(), String> {
        let mut name = self.0.as_os_str().to_owned();
        name.push(format!("-{}", hex::encode(random::bytes::<8>())));
        let beside = Path::new(&name);
        let made = OpenOptions::new().write(true).create_new(true).open(beside).and_then(|_| std::fs::remove_file(beside));
        made.map_err(|error| format!("{}: cannot be made: {error}; name a place that the server may write to", self.0.display()))
    }

    /// Adds what it does not remember yet.
    ///
    /// # Errors
    /// One line that names the file.
    pub fn remember(&self, erasures: &[Erasure]) -> Result<(), String> {
        if erasures.is_empty() {
            return Ok(());
        }
        let known: HashMap<String, i64> = self.read()?.into_iter().map(|known| (known.order, known.at)).collect();
        let is_new = |erasure: &&Erasure| known.get(&erasure.order).is_none_or(|at| *at < erasure.at);
        let lines: String = erasures.iter().filter(is_new).map(|Erasure { order, at }| format!("{order} {at}\n")).collect();
        if lines.is_empty() {
            return Ok(());
        }
        self.add(&lines).map_err(|error| self.told(&error))
    }

    fn add(&self, lines: &str) -> io::Result<()> {
        let mut file = self.open()?;
        let begins_line = is_cut(&mut file)?;
        file.write_all(format!("{}{lines}", if begins_line { "\n" } else { "" }).as_bytes())?;
        file.sync_all()
    }

    fn open(&self) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&self.0)
    }

    fn told(&self, error: &io::Error) -> String {
        format!("{}: {error}", self.0.display())
    }
}

/// Whether its last line has no end.
fn is_cut(file: &mut File) -> io::Result<bool> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(false);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

/// Whether a line is what this file holds, or the beginning of such a one.
fn begins_erasure(line: &str) -> bool {
    line.starts_with(ORDER) || ORDER.starts_with(line)
}

fn erasure(line: &str) -> Option<Erasure> {
    let (order, at) = line.split_once(' ')?;
    OrderId::parse(order)?;
    Some(Erasure { order: order.to_owned(), at: at.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_crash_has_cut_is_passed_over_and_what_is_known_is_not_written_twice() {
        let path = std::env::temp_dir().join(format!("qr-checkout-erased-{}", hex::encode(crate::random::bytes::<8>())));
        let file = ErasedFile::at(path.clone());
        let of = |order: &str, at| Erasure { order: order.to_owned(), at };
        assert_eq!(file.read(), Ok(Vec::new()), "none yet");
        file.remember(&[of("ord_1", 5), of("ord_2", 6)]).unwrap();
        file.remember(&[of("ord_1", 5), of("ord_2", 4)]).unwrap();
        std::fs::write(&path, std::fs::read_to_string(&path).unwrap() + "ord_3 ").unwrap();
        assert_eq!(file.read(), Ok(vec![of("ord_1", 5), of("ord_2", 6)]));
        file.remember(&[of("ord_1", 9)]).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "ord_1 5\nord_2 6\nord_3 \nord_1 9\n");
        std::fs::remove_file(&path).unwrap();
        let nowhere = ErasedFile::at(path.join("nowhere"));
        assert!(nowhere.remember(&[of("ord_1", 5)]).unwrap_err().starts_with(&path.display().to_string()));
    }
}
