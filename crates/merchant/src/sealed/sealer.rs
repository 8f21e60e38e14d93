//! Sealing and opening: AES-256-GCM under a data key of each record's own, which the master key wraps by AES-256-GCM. What a record is, and
//! where it lies, is bound to it, so that one put in the place of another does not open.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hmac;
use protocol::base64::{Alphabet, encode};
use zeroize::Zeroizing;

use super::keys::{MasterKey, MasterKeys};
use super::kind::SealedKind;
use super::term::Term;
use crate::random;

/// What is sealed so that a wrong key is found out.
const CHECK: &[u8] = b"this is the key";

/// Where a sealed record lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// The order that it is about; empty where it is about none.
    pub order: &'a str,
    /// What it holds.
    pub kind: SealedKind,
    /// Which one of these.
    pub name: &'a str,
}

/// A sealed record.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The id of the master key that wraps its data key.
    pub master: String,
    /// The wrapped data key.
    pub wrapped: Vec<u8>,
    /// The text and its terms.
    pub body: Vec<u8>,
}

/// What a sealed record held.
#[derive(PartialEq, Eq)]
pub struct Opened {
    /// The bytes.
    pub text: Zeroizing<Vec<u8>>,
    /// By what it is found.
    pub terms: Vec<Term>,
}

/// Why a record does not open; nothing of what it holds.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unopened {
    /// Its master key is not there.
    #[error("the key {0} is not there")]
    NoKey(String),
    /// It is not what was sealed for that place, or not by that key.
    #[error("it is not what was sealed there")]
    Changed,
}

/// Seals and opens.
#[derive(Debug)]
pub struct Sealer(MasterKeys);

impl Sealer {
    /// By these keys.
    pub fn new(keys: MasterKeys) -> Sealer {
        Sealer(keys)
    }

    /// The id of the key that writes.
    pub fn writing(&self) -> &str {
        &self.first().id
    }

    /// Whether there is a key of that id.
    pub fn knows(&self, master: &str) -> bool {
        self.key(master).is_ok()
    }

    /// Seals a text for its place, with what it is to be found by.
    pub fn seal(&self, place: Place<'_>, text: &[u8], terms: &[Term]) -> Sealed {
        let data_key = Zeroizing::new(random::bytes::<32>());
        let master = self.first();
        let wrapped = sealed(&master.wrapping, &place.bound(Some(&master.id)), data_key.to_vec());
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, data_key.as_slice()).expect("keys of AES-256 have 32 bytes"));
        Sealed { master: master.id.clone(), wrapped, body: sealed(&key, &place.bound(None), packed(text, terms)) }
    }

    /// Opens a record of that place.
    ///
    /// # Errors
    /// [`Unopened`].
    pub fn open(&self, place: Place<'_>, record: &Sealed) -> Result<Opened, Unopened> {
        let data_key = self.unwrap(place, record)?;
        let key = UnboundKey::new(&AES_256_GCM, &data_key).map_err(|_| Unopened::Changed)?;
        let packed = opened(&LessSafeKey::new(key), &place.bound(None), &record.body)?;
        unpacked(&packed).ok_or(Unopened::Changed)
    }

    /// The same record under the key that writes.
    ///
    /// # Errors
    /// [`Unopened`].
    pub fn wrap_anew(&self, place: Place<'_>, record: &Sealed) -> Result<Sealed, Unopened> {
        let data_key = self.unwrap(place, record)?;
        let master = self.first();
        let wrapped = sealed(&master.wrapping, &place.bound(Some(&master.id)), data_key.to_vec());
        Ok(Sealed { master: master.id.clone(), wrapped, body: record.body.clone() })
    }

    /// The hash of a term under the key that writes: by it the term's records are found, and nothing is told of the term.
    pub fn hash(&self, term: &Term) -> String {
        hash(self.first(), term)
    }

    /// The hashes of a term under every key.
    pub fn hashes(&self, term: &Term) -> Vec<String> {
        self.0.0.iter().map(|key| hash(key, term)).collect()
    }

    /// What shows later that a key of that id is the same as today; of the key that writes.
    pub fn check_value(&self) -> Vec<u8> {
        let first = self.first();
        sealed(&first.wrapping, &checked(&first.id), CHECK.to_vec())
    }

    /// Whether the key of that id is the one that made a check value.
    ///
    /// # Errors
    /// [`Unopened`].
    pub fn check(&self, master: &str, value: &[u8]) -> Result<(), Unopened> {
        opened(&self.key(master)?.wrapping, &checked(master), value).map(drop)
    }

    fn unwrap(&self, place: Place<'_>, record: &Sealed) -> Result<Zeroizing<Vec<u8>>, Unopened> {
        let master = self.key(&record.master)?;
        opened(&master.wrapping, &place.bound(Some(&master.id)), &record.wrapped)
    }

    fn first(&self) -> &MasterKey {
        &self.0.0[0]
    }

    fn key(&self, id: &str) -> Result<&MasterKey, Unopened> {
        self.0.0.iter().find(|key| key.id == id).ok_or_else(|| Unopened::NoKey(id.to_owned()))
    }
}

impl Place<'_> {
    /// What is bound to a record of this place, each part with its length before it.
    fn bound(&self, master: Option<&str>) -> Vec<u8> {
        let parts = ["sealed", self.order, self.kind.as_str(), self.name];
        joined(parts.into_iter().chain(master))
    }
}

fn checked(master: &str) -> Vec<u8> {
    joined(["master_keys", master].into_iter())
}

fn joined<'a>(parts: impl Iterator<Item = &'a str>) -> Vec<u8> {
    parts.flat_map(|part| (part.len() as u64).to_be_bytes().into_iter().chain(part.bytes())).collect()
}

fn hash(key: &MasterKey, term: &Term) -> String {
    encode(Alphabet::Url, hmac::sign(&key.terms, term.as_str().as_bytes()).as_ref())
}

/// A fresh nonce and what was encrypted by it.
fn sealed(key: &LessSafeKey, bound: &[u8], mut text: Vec<u8>) -> Vec<u8> {
    let nonce = random::bytes::<NONCE_LEN>();
    let sealed = key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(bound), &mut text);
    sealed.expect("records are far shorter than AES-GCM can take");
    [nonce.as_slice(), &text].concat()
}

fn opened(key: &LessSafeKey, bound: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unopened> {
    let (nonce, text) = sealed.split_first_chunk::<NONCE_LEN>().ok_or(Unopened::Changed)?;
    let mut text = Zeroizing::new(text.to_vec());
    let opened = key.open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(bound), &mut text);
    let length = opened.map_err(|_| Unopened::Changed)?.len();
    text.truncate(length);
    Ok(text)
}

/// The terms, each behind its length, then the text: they stand inside so that they can be hashed anew under another key.
fn packed(text: &[u8], terms: &[Term]) -> Vec<u8> {
    let terms: Vec<&[u8]> = terms.iter().map(|term| term.as_str().as_bytes()).filter(|term| term.len() <= usize::from(u16::MAX)).collect();
    let count = u8::try_from(terms.len()).unwrap_or(u8::MAX);
    let mut packed = vec![count];
    for term in terms.iter().take(usize::from(count)) {
        packed.extend(u16::try_from(term.len()).unwrap_or_default().to_be_bytes());
        packed.extend(*term);
    }
    packed.extend(text);
    packed
}

fn unpacked(packed: &[u8]) -> Option<Opened> {
    let (count, mut rest) = packed.split_first()?;
    let mut terms = Vec::new();
    for _ in 0..*count {
        let (length, behind) = rest.split_first_chunk::<2>()?;
        let (term, behind) = behind.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        terms.push(Term::kept(String::from_utf8(term.to_vec()).ok()?));
        rest = behind;
    }
    Some(Opened { text: Zeroizing::new(rest.to_vec()), terms })
}

impl Opened {
    /// The text; what is no UTF-8 in it is replaced.
    pub fn into_text(self) -> String {
        String::from_utf8_lossy(&self.text).into_owned()
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Opened(…)")
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Sealed(by {})", self.master)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sealed::keys::MasterLine;

    const PLACE: Place<'static> = Place { order: "ord_1", kind: SealedKind::Answers, name: "" };

    fn sealer(lines: &[&MasterLine]) -> Sealer {
        Sealer::new(MasterKeys::parse(&lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n")).unwrap())
    }

    #[test]
    fn what_was_sealed_opens_in_its_own_place_alone_and_says_nothing_before() {
        let line = MasterLine::random();
        let sealer = sealer(&[&line]);
        let terms = [Term::email("lin@example.org").unwrap(), Term::phone("+86 138 0013 8000").unwrap()];
        let text = "{\"email\":\"lin@example.org\"}".as_bytes();
        let record = sealer.seal(PLACE, text, &terms);
        let opened = sealer.open(PLACE, &record).unwrap();
        assert_eq!((opened.text.as_slice(), opened.terms.as_slice()), (text, terms.as_slice()));
        assert!(![&record.body, &record.wrapped].iter().any(|bytes| bytes.windows(3).any(|bytes| bytes == b"lin")));
        assert_eq!((format!("{record:?}"), format!("{opened:?}")), (format!("Sealed(by {})", line.id), "Opened(…)".to_owned()));
        for other in [
            Place { order: "ord_2", ..PLACE },
            Place { kind: SealedKind::Note, ..PLACE },
            Place { name: "a", ..PLACE },
            // The same letters, parted otherwise.
            Place { order: "ord_", name: "1", ..PLACE },
        ] {
            assert_eq!(sealer.open(other, &record), Err(Unopened::Changed), "{other:?}");
        }
        for at in 0..record.body.len() {
            let mut changed = record.clone();
            changed.body[at] ^= 1;
            assert_eq!(sealer.open(PLACE, &changed), Err(Unopened::Changed));
        }
        let short = Sealed { body: vec![1, 2], ..record };
        assert_eq!(sealer.open(PLACE, &short), Err(Unopened::Changed));
    }

    #[test]
    fn a_record_goes_on_under_another_key_and_other_bytes_of_the_same_id_are_found_out() {
        let (old, new) = (MasterLine::random(), MasterLine::random());
        let before = sealer(&[&old]);
        let record = before.seal(PLACE, b"text", &[]);
        let anew = sealer(&[&new, &old]).wrap_anew(PLACE, &record).unwrap();
        assert_eq!((anew.master.as_str(), &anew.body), (new.id.as_str(), &record.body));
        assert_eq!(sealer(&[&new]).open(PLACE, &anew).unwrap().into_text(), "text");
        assert_eq!(before.open(PLACE, &anew), Err(Unopened::NoKey(new.id.clone())));
        let value = before.check_value();
        assert_eq!(sealer(&[&new, &old]).check(&old.id, &value), Ok(()));
        let mut other = MasterLine::random();
        other.text = zeroize::Zeroizing::new(other.text.replace(&other.id, &old.id));
        assert_eq!(sealer(&[&other]).check(&old.id, &value), Err(Unopened::Changed));
        assert_eq!(sealer(&[&other]).open(PLACE, &record), Err(Unopened::Changed));
    }

    #[test]
    fn a_term_has_a_hash_of_each_key() {
        let (one, other) = (MasterLine::random(), MasterLine::random());
        let term = Term::openid("oInvented").unwrap();
        let hashes = sealer(&[&one, &other]).hashes(&term);
        assert_eq!(hashes, [sealer(&[&one]).hash(&term), sealer(&[&other]).hash(&term)]);
        assert_ne!(hashes[0], hashes[1]);
    }
}
