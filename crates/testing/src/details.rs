//! The key by which shops of tests seal what names a person.

use std::sync::Arc;

use merchant::sealed::{MasterKeys, Sealer};

/// What a key file of a test says.
pub const DETAILS_KEY: &str = "dk_test:CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk\n";

/// What seals by it.
pub fn sealer() -> Arc<Sealer> {
    Arc::new(Sealer::new(MasterKeys::parse(DETAILS_KEY).unwrap()))
}
