//! The file beside the keys that remembers which orders were erased: ids and times alone, a line each. Every node has its own, so that
//! records that are brought back from a copy do not raise whom the copy still knew.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::PathBuf;

use protocol::OrderId;

use crate::store::Erasure;

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
