//! What to build of the widget, and where to.

use std::path::PathBuf;

use crate::workspace::Workspace;

/// What to build, and where to.
pub struct Plan {
    /// Cargo features of the widget; none for merchants, `gallery` for the page of every state.
    pub features: Option<String>,
    /// The folder that is replaced.
    pub out: PathBuf,
}

impl Plan {
    /// What merchants load, in `dist/`.
    pub fn for_merchants(workspace: &Workspace) -> Self {
        Self { features: None, out: workspace.root.join("dist") }
    }

    /// The gallery, in `target/`: one build for the tests and the benches, which would else replace each other's. What the tests
    /// need beside the pages, the widget that believes everybody, does not touch what the benches measure.
    pub fn for_gallery(workspace: &Workspace) -> Self {
        Self { features: Some("gallery,unverified-for-tests".to_owned()), out: workspace.root.join("target/dist-gallery") }
    }

    /// Whether the page of every state is part of it.
    pub fn shows_gallery(&self) -> bool {
        self.features.as_deref().is_some_and(|features| features.split(',').any(|one| one == "gallery"))
    }
}
