//! The options of a command: `--name value`, `--name=value`, flags, and words where a command takes them.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail};

/// What followed the command's name, checked against the names it knows.
#[derive(Debug, Default)]
pub struct Options {
    values: BTreeMap<String, String>,
    flags: Vec<String>,
    words: Vec<String>,
}

impl Options {
    /// Reads `arguments` of a command that takes words beside options.
    pub fn parse_with_words(arguments: &[String], flags: &[&str]) -> Result<Self> {
        let (options, words): (Vec<_>, Vec<_>) = arguments.iter().cloned().partition(|argument| argument.starts_with("--"));
        Ok(Self { words, ..Self::parse(&options, &[], flags)? })
    }

    /// Reads `arguments`; `values` are the names that take a value, `flags` those that do not.
    pub fn parse(arguments: &[String], values: &[&str], flags: &[&str]) -> Result<Self> {
        let mut options = Self::default();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let Some(name) = argument.strip_prefix("--") else {
                bail!("`{argument}` is not an option of this command");
            };
            let (name, inline) = match name.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (name, None),
            };
            if flags.contains(&name) && inline.is_none() {
                options.flags.push(name.to_owned());
            } else if values.contains(&name) {
                let value = inline.or_else(|| rest.next().cloned());
                let value = value.with_context(|| format!("--{name} needs a value"))?;
                options.values.insert(name.to_owned(), value);
            } else {
                bail!("`{argument}` is not an option of this command");
            }
        }
        Ok(options)
    }

    /// The value of `--name`, when it was given.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// Whether the flag `--name` was given.
    pub fn flag(&self, name: &str) -> bool {
        self.flags.iter().any(|flag| flag == name)
    }

    /// What was given beside options.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// The port in `--name`, or `default`.
    pub fn port(&self, name: &str, default: u16) -> Result<u16> {
        match self.value(name) {
            None => Ok(default),
            Some(text) => text.parse().with_context(|| format!("--{name} {text}: a port is a number from 0 to 65535")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Options> {
        let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        Options::parse(&arguments, &["port"], &["json"])
    }

    #[test]
    fn values_are_accepted_in_both_spellings() {
        assert_eq!(parse(&["--port", "1"]).unwrap().port("port", 9).unwrap(), 1);
        assert_eq!(parse(&["--port=2"]).unwrap().port("port", 9).unwrap(), 2);
        assert_eq!(parse(&[]).unwrap().port("port", 9).unwrap(), 9);
    }

    #[test]
    fn words_stand_beside_flags() {
        let arguments = ["late", "--json", "money"].map(str::to_owned);
        let options = Options::parse_with_words(&arguments, &["json"]).unwrap();
        assert_eq!((options.words(), options.flag("json")), (&["late".to_owned(), "money".to_owned()][..], true));
        assert!(Options::parse_with_words(&arguments, &[]).is_err());
    }

    #[test]
    fn flags_are_seen_when_given() {
        assert!(parse(&["--json"]).unwrap().flag("json"));
        assert!(!parse(&[]).unwrap().flag("json"));
    }

    #[test]
    fn unknown_and_unfinished_options_are_rejected_by_name() {
        assert!(parse(&["--colour"]).unwrap_err().to_string().contains("--colour"));
        assert!(parse(&["port"]).unwrap_err().to_string().contains("port"));
        assert!(parse(&["--port"]).unwrap_err().to_string().contains("needs a value"));
        assert!(parse(&["--port", "70000"]).unwrap().port("port", 0).is_err());
    }
}
