//! Looking at what is sealed: of one order, or of a person that somebody asks for. Each look is written down.

use protocol::{AnswersText, OrderId};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};

use super::rows::places;
use super::sealed::{Lying, lying};
use super::{Store, StoreError, rows};
use crate::order_record::storable;
use crate::sealed::{SealedKind, Term};

/// The most orders that one page of those holds that a term finds.
const MOST: i64 = 1_000;
/// How many records are opened for one page of names.
const PAGE: i64 = 500;

/// Where people are named.
pub(super) const NAMES: &str =
    "SELECT * FROM sealed WHERE order_id > $1 AND kind IN ('answers', 'note') ORDER BY order_id, kind, name LIMIT $2";

/// A sealed record, opened.
#[derive(Clone, PartialEq, Eq)]
pub struct SeenDetail {
    /// What it is.
    pub kind: SealedKind,
    /// Which one of these of its order.
    pub name: String,
    /// Since when it is there, unix seconds.
    pub sealed_at: i64,
    /// The text; `None` where it does not open.
    pub text: Option<String>,
}

/// That somebody looked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// When, unix seconds.
    pub at: i64,
    /// An API key's id, or a command.
    pub who: String,
    /// What for: `show`, `find`, `export`.
    pub what: String,
}

/// Who looks, and what for.
#[derive(Clone, Copy, Debug)]
pub struct Looking<'a> {
    /// An API key's id, or a command.
    pub who: &'a str,
    /// What for: `show`, `find`, `export`.
    pub what: &'a str,
    /// Unix seconds.
    pub now: i64,
}

impl Store {
    /// Everything that is sealed of an order, opened, which is written down first.
    ///
    /// # Errors
    /// `NoOrder`, `NoKeys`, those of the database.
    pub async fn look_at_details(&self, order: &OrderId, looking: Looking<'_>) -> Result<Vec<SeenDetail>, StoreError> {
        self.order(order).await?;
        self.note_look(order.as_str(), looking).await?;
        let query = "SELECT * FROM sealed WHERE order_id = $1 ORDER BY kind, name";
        self.opened(&sqlx::query(query).bind(order.as_str()).fetch_all(&self.pool).await?)
    }

    /// The notes about an order, the oldest first, opened; where there are any, that is written down first.
    ///
    /// # Errors
    /// `NoKeys`, those of the database.
    pub async fn look_at_notes(&self, order: &OrderId, looking: Looking<'_>) -> Result<Vec<SeenDetail>, StoreError> {
        let query = "SELECT * FROM sealed WHERE order_id = $1 AND kind = 'note' ORDER BY sealed_at, name";
        let notes = sqlx::query(query).bind(order.as_str()).fetch_all(&self.pool).await?;
        if !notes.is_empty() {
            self.note_look(order.as_str(), looking).await?;
        }
        self.opened(&notes)
    }

    /// Whether a note says that; of one that was erased, or does not open, nobody knows otherwise. Nobody is shown it, so that it is no look.
    ///
    /// # Errors
    /// `NoKeys`, those of the database.
    pub(crate) async fn may_say(&self, order: &OrderId, note: &str, text: &str) -> Result<bool, StoreError> {
        let query = "SELECT * FROM sealed WHERE order_id = $1 AND kind = 'note' AND name = $2";
        let rows = sqlx::query(query).bind(order.as_str()).bind(note).fetch_all(&self.pool).await?;
        Ok(self.opened(&rows)?.into_iter().filter_map(|note| note.text).all(|kept| kept == storable(text)))
    }

    fn opened(&self, rows: &[AnyRow]) -> Result<Vec<SeenDetail>, StoreError> {
        let mut seen = Vec::new();
        for row in rows {
            let lying = lying(row)?;
            let text = self.open_lying(&lying)?.map(|opened| opened.into_text());
            let Lying { kind, name, sealed_at, .. } = lying;
            seen.push(SeenDetail { kind, name, sealed_at, text });
        }
        Ok(seen)
    }

    /// The orders of whom a term names, behind that order, a page of them. Each that is found is a look. Answers them, and behind which order
    /// the next page begins.
    ///
    /// # Errors
    /// `NoKeys`, those of the database.
    pub async fn find_by_term(&self, term: &Term, after: &str, looking: Looking<'_>) -> Result<(Vec<OrderId>, Option<String>), StoreError> {
        let hashes = self.sealer()?.hashes(term);
        let query = format!(
            "SELECT DISTINCT order_id FROM sealed_terms WHERE term_hash IN {} AND order_id > ${} ORDER BY order_id LIMIT {MOST}",
            places(1, hashes.len()),
            hashes.len() + 1
        );
        let query = hashes.iter().fold(sqlx::query(AssertSqlSafe(query)), |query, hash| query.bind(hash.as_str()));
        let found = query.bind(after).fetch_all(&self.pool).await?.iter().map(rows::order_id).collect::<Result<Vec<_>, _>>()?;
        self.note_found(&found, looking).await?;
        let is_full = i64::try_from(found.len()).is_ok_and(|number| number == MOST);
        let next = found.last().filter(|_| is_full).map(|last| last.as_str().to_owned());
        Ok((found, next))
    }

    /// The orders in whose answers and notes somebody of that name stands, in whichever letters: of a page of records behind that order. Answers them, and
    /// behind which order the next page begins.
    ///
    /// # Errors
    /// `NoKeys`, those of the database.
    pub async fn find_by_name(&self, name: &str, after: &str, looking: Looking<'_>) -> Result<(Vec<OrderId>, Option<String>), StoreError> {
        let rows = sqlx::query(NAMES).bind(after).bind(PAGE).fetch_all(&self.pool).await?;
        let mut page: Vec<Lying> = rows.iter().map(lying).collect::<Result<_, _>>()?;
        let is_full = i64::try_from(page.len()).is_ok_and(|number| number == PAGE);
        if let (true, Some(last)) = (is_full, page.last().map(|last| last.order.clone()))
            && page.first().is_some_and(|first| first.order != last)
        {
            // The page may end within an order, which is read with the next one.
            page.retain(|lying| lying.order != last);
        }
        let (name, mut found) = (name.to_lowercase(), Vec::new());
        for lying in &page {
            let text = self.open_lying(lying)?.map(|opened| opened.into_text());
            let order = OrderId::parse(&lying.order).ok_or(StoreError::Unreadable("order_id"))?;
            if text.is_some_and(|text| is_named(lying.kind, &text, &name)) && found.last() != Some(&order) {
                found.push(order);
            }
        }
        self.note_found(&found, looking).await?;
        Ok((found, page.pop().map(|last| last.order).filter(|_| is_full)))
    }

    /// Who looked at an order's details, the first one first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn looks(&self, order: &OrderId) -> Result<Vec<Look>, StoreError> {
        let query = "SELECT at, who, what FROM looks WHERE order_id = $1 ORDER BY entry";
        let rows = sqlx::query(query).bind(order.as_str()).fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok(Look { at: row.try_get("at")?, who: row.try_get("who")?, what: row.try_get("what")? })).collect()
    }

    /// All at once: each by itself would wait for the disk.
    async fn note_found(&self, found: &[OrderId], looking: Looking<'_>) -> Result<(), StoreError> {
        if found.is_empty() {
            return Ok(());
        }
        let insert = format!("INSERT INTO looks (order_id, at, who, what) VALUES {}", places(found.len(), 4));
        let query = found.iter().fold(sqlx::query(AssertSqlSafe(insert)), |query, order| {
            query.bind(order.as_str()).bind(looking.now).bind(looking.who).bind(looking.what)
        });
        query.execute(&self.pool).await?;
        Ok(())
    }

    /// Writes down that somebody looks at what names the buyer of an order.
    ///
    /// # Errors
    /// Those of the database.
    pub(crate) async fn note_look(&self, order: &str, looking: Looking<'_>) -> Result<(), StoreError> {
        let insert = "INSERT INTO looks (order_id, at, who, what) VALUES ($1, $2, $3, $4)";
        sqlx::query(insert).bind(order).bind(looking.now).bind(looking.who).bind(looking.what).execute(&self.pool).await?;
        Ok(())
    }
}

/// Whether a name, in small letters, stands in a note, or in answers where people are named: in `name`, `company`, and whatever a shop
/// calls by a word with `name` in it.
fn is_named(kind: SealedKind, text: &str, name: &str) -> bool {
    if kind != SealedKind::Answers {
        return text.to_lowercase().contains(name);
    }
    let Some(given) = AnswersText::parse(text) else { return false };
    let names_people = |of: &str| of == "company" || of.contains("name");
    given.answers().given.iter().any(|(of, answer)| names_people(of) && answer.to_lowercase().contains(name))
}

impl std::fmt::Debug for SeenDetail {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "SeenDetail({} {})", self.kind.as_str(), self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::{SealedKind, is_named};

    #[test]
    fn people_are_found_by_what_names_them_and_by_nothing_else() {
        let answers = r#"{"salt":"AAAAAAAAAAAAAAAAAAAAAA","country":"PL","answers":{"name":"\u0141ukasz O\"Hara","email":"sal@example.org","address.line1":"Hara 1"}}"#;
        for (name, is_found) in
            [("łukasz", true), ("o\"hara", true), ("salt", false), ("sal", false), ("hara 1", false), ("u0141", false), ("pl", false)]
        {
            assert_eq!(is_named(SealedKind::Answers, answers, name), is_found, "{name}");
        }
        assert!(is_named(SealedKind::Note, "Lin called", "lin"));
    }
}
