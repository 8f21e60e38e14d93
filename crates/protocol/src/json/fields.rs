//! Reads the members of an object into a value. A reader takes every member first and is judged once, at its end: no half-built
//! value ever has to be given up on the way, which is most of what a reader costs the widget.

use super::Value;
use crate::Code;

/// An object being read. The first member that is missing or of the wrong type makes all of it unreadable; what is taken
/// from then on is a stand-in that nobody sees.
#[derive(Debug)]
pub struct Fields<'a> {
    object: &'a Value,
    unfit: bool,
}

impl<'a> Fields<'a> {
    /// Reads a value out of an object.
    ///
    /// # Errors
    /// `body-schema` where any of its members does not fit.
    pub fn read<T>(object: &'a Value, read: impl FnOnce(&mut Fields<'a>) -> T) -> Result<T, Code> {
        let mut fields = Fields { object, unfit: false };
        let value = read(&mut fields);
        if fields.unfit { Err(Code::BodySchema) } else { Ok(value) }
    }

    /// Makes the whole object unreadable.
    pub fn refuse(&mut self) {
        self.unfit = true;
    }

    /// What was made of a member, or the stand-in and a refusal.
    pub fn require<T>(&mut self, made: Option<T>, stand_in: T) -> T {
        made.unwrap_or_else(|| {
            self.refuse();
            stand_in
        })
    }

    /// Whether there is a member of that name.
    pub fn has(&self, name: &str) -> bool {
        self.object.get(name).is_some()
    }

    /// The string member of that name.
    #[inline(never)]
    pub fn text(&mut self, name: &str) -> &'a str {
        self.maybe_text(name).unwrap_or_else(|| {
            self.refuse();
            ""
        })
    }

    /// The string member of that name, if it is there and not `null`.
    #[inline(never)]
    pub fn maybe_text(&mut self, name: &str) -> Option<&'a str> {
        let value = self.object.get(name)?;
        let text = value.as_text();
        self.unfit |= text.is_err();
        Some(text.unwrap_or_default())
    }

    /// The string member of that name as a value of its own.
    #[inline(never)]
    pub fn string(&mut self, name: &str) -> String {
        self.text(name).to_owned()
    }

    /// The string member of that name as a value of its own, if it is there and not `null`.
    #[inline(never)]
    pub fn maybe_string(&mut self, name: &str) -> Option<String> {
        self.maybe_text(name).map(str::to_owned)
    }

    /// The integer member of that name.
    #[inline(never)]
    pub fn int(&mut self, name: &str) -> i64 {
        let Some(Value::Int(number)) = self.object.get(name) else {
            self.refuse();
            return 0;
        };
        *number
    }

    /// The integer member of that name, which must not be negative: an amount in minor units, a `seq`.
    #[inline(never)]
    pub fn amount(&mut self, name: &str) -> i64 {
        let amount = self.int(name);
        self.unfit |= amount < 0;
        amount
    }

    /// The member of that name, `true` or `false`.
    pub fn truth(&mut self, name: &str) -> bool {
        let Some(Value::Bool(truth)) = self.object.get(name) else {
            self.refuse();
            return false;
        };
        *truth
    }

    /// The member of that name, `true` or `false`; `false` if it is not there.
    pub fn flag(&mut self, name: &str) -> bool {
        self.has(name) && self.truth(name)
    }

    /// The elements of the list member of that name.
    #[inline(never)]
    pub fn list(&mut self, name: &str) -> &'a [Value] {
        let Some(Value::List(list)) = self.object.get(name) else {
            self.refuse();
            return &[];
        };
        list
    }

    /// The strings of the list member of that name.
    pub fn strings(&mut self, name: &str) -> Vec<String> {
        let mut strings = Vec::new();
        for string in self.list(name) {
            let text = string.as_text();
            self.unfit |= text.is_err();
            strings.push(text.unwrap_or_default().to_owned());
        }
        strings
    }

    /// Reads the list member of that name, whose elements are objects.
    pub fn each<T>(&mut self, name: &str, read: impl Fn(&mut Fields<'a>) -> T) -> Vec<T> {
        let mut element = Fields { object: self.object, unfit: false };
        // Pushed one by one: collecting costs the widget four functions a type.
        let mut list = Vec::new();
        for object in self.list(name) {
            element.object = object;
            list.push(read(&mut element));
        }
        self.unfit |= element.unfit;
        list
    }

    /// All members, which must be strings, with their names.
    pub fn texts(&mut self) -> Vec<(String, String)> {
        let mut texts = Vec::new();
        if let Value::Object(members) = self.object {
            for (name, value) in members {
                let text = value.as_text();
                self.unfit |= text.is_err();
                texts.push((name.clone(), text.unwrap_or_default().to_owned()));
            }
        } else {
            self.refuse();
        }
        texts
    }

    /// Reads the object member of that name, if it is there and not `null`.
    pub fn maybe<T>(&mut self, name: &str, read: impl FnOnce(&mut Fields<'a>) -> T) -> Option<T> {
        let mut member = Fields { object: self.object.get(name)?, unfit: false };
        let value = read(&mut member);
        self.unfit |= member.unfit;
        Some(value)
    }
}
