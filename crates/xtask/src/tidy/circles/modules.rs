//! The modules of one crate, read from its files: what each defines, imports and names, and in which file a path leads.
//! Tests within a module are left out: they may import whatever they judge.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{Attribute, Item, UseTree, Visibility};

/// Re-exports of re-exports end somewhere; a glob of a glob of itself would not.
const DEEPEST: usize = 16;

/// What stands in a file, if it is there.
pub type Text<'a> = dyn Fn(&Path) -> Option<String> + 'a;

/// A path as it is written: `crate`, `store`, `Store`.
pub type Names = Vec<String>;

/// The modules of a crate, the root first.
#[derive(Default)]
pub struct Modules {
    all: Vec<Module>,
}

#[derive(Default)]
struct Module {
    file: PathBuf,
    parent: usize,
    children: BTreeMap<String, usize>,
    items: BTreeSet<String>,
    imports: BTreeMap<String, Names>,
    globs: Vec<Names>,
    /// Paths in the code, private imports among them; a re-export alone uses nothing.
    used: BTreeSet<Names>,
}

impl Modules {
    /// Reads the crate whose root is the file `root`; `text` knows what stands in a file, if it is there.
    pub fn read(root: &Path, text: &Text<'_>) -> Result<Modules> {
        let mut modules = Modules::default();
        let folder = root.parent().unwrap_or(root).to_owned();
        let source = text(root).with_context(|| format!("cannot read {}", root.display()))?;
        modules.read_file((root, &source), &folder, 0, text)?;
        Ok(modules)
    }

    /// Which file imports which.
    pub fn imports(&self) -> BTreeSet<(&Path, &Path)> {
        let mut found = BTreeSet::new();
        for (at, module) in self.all.iter().enumerate() {
            for path in &module.used {
                if let Some(other) = self.resolve(at, path, 0) {
                    found.insert((module.file.as_path(), self.all[other].file.as_path()));
                }
            }
        }
        found.retain(|(from, to)| from != to);
        found
    }

    fn read_file(&mut self, (file, source): (&Path, &str), folder: &Path, parent: usize, text: &Text<'_>) -> Result<usize> {
        let items = syn::parse_file(source).with_context(|| format!("cannot parse {}", file.display()))?.items;
        self.read_items(items, (file, folder), parent, text)
    }

    /// `folder` is where files of child modules are.
    fn read_items(&mut self, items: Vec<Item>, (file, folder): (&Path, &Path), parent: usize, text: &Text<'_>) -> Result<usize> {
        let at = self.all.len();
        self.all.push(Module { file: file.to_owned(), parent, ..Module::default() });
        for item in items {
            match item {
                Item::Mod(child) if !left_out(&child.attrs) => {
                    let name = child.ident.to_string();
                    let inside = folder.join(&name);
                    let index = match child.content {
                        Some((_, items)) => self.read_items(items, (file, &inside), at, text)?,
                        None => {
                            let places = [folder.join(format!("{name}.rs")), inside.join("mod.rs")];
                            let found = places.iter().find_map(|place| Some((place, text(place)?)));
                            let (place, source) = found.with_context(|| format!("{}: where is its module {name}?", file.display()))?;
                            self.read_file((place, &source), &inside, at, text)?
                        }
                    };
                    self.all[at].children.insert(name, index);
                }
                Item::Use(import) if !left_out(&import.attrs) => {
                    let exported = !matches!(import.vis, Visibility::Inherited);
                    self.all[at].import(&import.tree, &mut Vec::new(), exported);
                }
                Item::Mod(_) | Item::Use(_) => {}
                other => self.all[at].take(&other),
            }
        }
        Ok(at)
    }

    /// The module that defines what `path`, written in the module `from`, names; `None` for a module and for what is not of this crate.
    fn resolve(&self, from: usize, path: &[String], depth: usize) -> Option<usize> {
        if depth > DEEPEST {
            return None;
        }
        let (first, rest) = path.split_first()?;
        let module = match first.as_str() {
            "crate" | "$crate" => 0,
            "self" => from,
            "super" => self.all[from].parent,
            _ => return self.inside(from, path, depth),
        };
        if rest.first().is_some_and(|next| next == "super") {
            return self.resolve(module, rest, depth);
        }
        self.inside(module, rest, depth)
    }

    /// As [`Modules::resolve`], for what is in scope within the module `at`.
    fn inside(&self, at: usize, path: &[String], depth: usize) -> Option<usize> {
        let module = &self.all[at];
        let (first, rest) = path.split_first()?;
        if let Some(child) = module.children.get(first) {
            return self.inside(*child, rest, depth);
        }
        if module.items.contains(first) {
            return Some(at);
        }
        if let Some(imported) = module.imports.get(first) {
            let whole = [imported.as_slice(), rest].concat();
            // `use url::Url`: a name that is imported by itself is somebody else's crate.
            return if imported.first() == Some(first) { None } else { self.resolve(at, &whole, depth + 1) };
        }
        if module.globs.is_empty() {
            // What a macro has made there.
            return Some(at);
        }
        module.globs.iter().find_map(|glob| self.resolve(at, &[glob.as_slice(), path].concat(), depth + 1))
    }
}

impl Module {
    fn import(&mut self, tree: &UseTree, path: &mut Names, exported: bool) {
        match tree {
            UseTree::Path(part) => {
                path.push(part.ident.to_string());
                self.import(&part.tree, path, exported);
                path.pop();
            }
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.import(tree, path, exported)),
            UseTree::Glob(_) => self.globs.push(path.clone()),
            UseTree::Name(name) => self.bind(name.ident.to_string(), &name.ident.to_string(), path, exported),
            UseTree::Rename(name) => self.bind(name.rename.to_string(), &name.ident.to_string(), path, exported),
        }
    }

    fn bind(&mut self, local: String, name: &str, path: &Names, exported: bool) {
        let mut whole = path.clone();
        let is_module = name == "self";
        if !is_module {
            whole.push(name.to_owned());
        }
        let local = if is_module && local == "self" { whole.last().cloned().unwrap_or(local) } else { local };
        if !exported {
            self.used.insert(whole.clone());
        }
        self.imports.insert(local, whole);
    }

    /// Anything but a module or an import: its name, and the paths in it.
    fn take(&mut self, item: &Item) {
        let (attributes, name) = match item {
            Item::Const(item) => (&item.attrs, Some(&item.ident)),
            Item::Enum(item) => (&item.attrs, Some(&item.ident)),
            Item::Fn(item) => (&item.attrs, Some(&item.sig.ident)),
            Item::Macro(item) => (&item.attrs, item.ident.as_ref()),
            Item::Static(item) => (&item.attrs, Some(&item.ident)),
            Item::Struct(item) => (&item.attrs, Some(&item.ident)),
            Item::Trait(item) => (&item.attrs, Some(&item.ident)),
            Item::Type(item) => (&item.attrs, Some(&item.ident)),
            Item::Union(item) => (&item.attrs, Some(&item.ident)),
            Item::Impl(item) => (&item.attrs, None),
            _ => return,
        };
        if left_out(attributes) {
            return;
        }
        self.items.extend(name.map(ToString::to_string));
        self.scan(item.to_token_stream());
    }

    fn scan(&mut self, tokens: TokenStream) {
        let mut path = Names::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(name) if colons == 2 && !path.is_empty() => path.push(name.to_string()),
                TokenTree::Ident(name) => {
                    self.keep(&mut path);
                    path.push(name.to_string());
                }
                TokenTree::Punct(mark) if mark.as_char() == ':' && !path.is_empty() => {
                    colons += 1;
                    continue;
                }
                TokenTree::Group(group) => {
                    self.keep(&mut path);
                    self.scan(group.stream());
                }
                _ => self.keep(&mut path),
            }
            colons = 0;
        }
        self.keep(&mut path);
    }

    /// A single name is a local one, or imported by a `use` that counts already.
    fn keep(&mut self, path: &mut Names) {
        let path = std::mem::take(path);
        if path.len() > 1 {
            self.used.insert(path);
        }
    }
}

/// Tests, and files that another crate has, too.
fn left_out(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let path = attribute.path();
        path.is_ident("path") || path.is_ident("cfg") && attribute.to_token_stream().to_string().contains("(test")
    })
}
