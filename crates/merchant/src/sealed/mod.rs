//! Sealed records: what names a person, or was typed by one, as it lies in the records. Each is encrypted under a data key of its own, which
//! a master key wraps; whoever has the records, or a copy of them, and no master key, has none of it. Pure: no database, no clock.

mod file;
mod keys;
mod kind;
mod sealer;
mod term;

pub use file::{add_key, keygen};
pub use keys::{KeysError, MasterKeys, MasterLine};
pub use kind::SealedKind;
pub use sealer::{Opened, Place, Sealed, Sealer, Unopened};
pub use term::Term;
