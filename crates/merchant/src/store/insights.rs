//! Figures for the shop: what came by what, what became of codes, and who came again.

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};

use super::{Store, StoreError, rows};
use crate::books::MovementKind;
use crate::insights::{By, PART_OF_DAY, Taken};

/// By method and surface what became of codes; each payment that is over without money stands in one of the reasons, or ran out unread.
pub(super) const CHANNELS: &str = "SELECT method, surface, COUNT(*) AS shown, COUNT(paid_at) AS paid, \
    COUNT(CASE WHEN is_over = 1 THEN 1 END) AS abandoned, \
    COUNT(CASE WHEN is_over = 1 AND scanned_at IS NOT NULL THEN 1 END) AS after_scan, \
    COUNT(CASE WHEN is_over = 1 AND status = 'canceled' THEN 1 END) AS canceled, \
    COUNT(CASE WHEN is_over = 1 AND status = 'refused' THEN 1 END) AS declined, \
    COUNT(CASE WHEN is_over = 1 AND status = 'superseded' THEN 1 END) AS replaced, \
    COUNT(CASE WHEN is_over = 1 AND status NOT IN ('canceled', 'refused', 'superseded') AND scanned_at IS NOT NULL THEN 1 END) AS ran_out_after_scan \
    FROM (SELECT method, surface, status, paid_at, scanned_at, \
        CASE WHEN paid_at IS NULL AND next_check_at IS NULL THEN 1 ELSE 0 END AS is_over \
        FROM payments WHERE shown_at >= $1 AND shown_at < $2) AS shown GROUP BY method, surface ORDER BY method, surface";
pub(super) const SECONDS: &str = "SELECT paid_at - shown_at AS seconds FROM payments WHERE shown_at >= $1 AND shown_at < $2 AND method = $3 \
    AND surface = $4 AND paid_at IS NOT NULL ORDER BY seconds LIMIT 1 OFFSET $5";

/// People by what they answered, else by the wallet that paid, of paid orders whose details are kept.
pub(super) const PEOPLE: &str = "SELECT COUNT(*) AS people, COUNT(CASE WHEN orders > 1 THEN 1 END) AS again, \
    CAST(COALESCE(SUM(orders), 0) AS BIGINT) AS orders FROM ( \
        SELECT person, COUNT(*) AS orders FROM ( \
            SELECT t.order_id, MIN(t.kind || t.term_hash) AS person FROM orders o \
            JOIN sealed_terms t ON t.order_id = o.id AND t.kind IN ('answers', 'payer') \
            WHERE o.created_at >= $1 AND o.created_at < $2 AND o.status IN ('paid', 'partly_refunded', 'refunded') GROUP BY t.order_id \
        ) AS each GROUP BY person) AS all_of_them";
pub(super) const FOLLOWERS: &str = "SELECT COUNT(DISTINCT term_hash) AS number FROM orders JOIN sealed_terms ON order_id = id \
    AND kind = 'follower' WHERE created_at >= $1 AND created_at < $2";

/// How one method fares on one surface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MethodStats {
    /// Payment method.
    pub method: String,
    /// Where shoppers pay.
    pub surface: String,
    /// Payments whose code was there to be paid.
    pub shown: i64,
    /// Of these: paid.
    pub paid: i64,
    /// Of these: nobody paid before the code ran out or was given up.
    pub abandoned: i64,
    /// Of the abandoned: a wallet had read the code.
    pub abandoned_after_scan: i64,
    /// Of the abandoned, as the next three: the shopper turned back.
    pub canceled: i64,
    /// A wallet declined it.
    pub declined: i64,
    /// The shopper chose another way to pay.
    pub replaced: i64,
    /// The code ran out, though a wallet had read it.
    pub ran_out_after_scan: i64,
    /// From the code to the money, seconds: the middle one of all.
    pub median_seconds: Option<i64>,
    /// The same, within which nine of ten paid.
    pub ninetieth_seconds: Option<i64>,
}

impl MethodStats {
    /// Of the abandoned: the code ran out, and no wallet had read it.
    pub fn ran_out(&self) -> i64 {
        self.abandoned - self.canceled - self.declined - self.replaced - self.ran_out_after_scan
    }
}

/// How many people bought, as far as their details are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct People {
    /// Different ones.
    pub people: i64,
    /// Of these: with more than one order.
    pub again: i64,
    /// The orders of all of them.
    pub orders: i64,
}

/// Movements of a time, those that are alike in what takings are told apart by added up.
pub(super) fn taken(by: By) -> String {
    let of = match by {
        By::Day => format!("CAST(booked_at / {PART_OF_DAY} AS TEXT)"),
        By::Method => "method".to_owned(),
        By::Product => "lines".to_owned(),
        By::Country => "country".to_owned(),
        By::Code => "discount_code".to_owned(),
    };
    format!(
        "SELECT {of} AS of_what, kind, currency, COUNT(*) AS number, CAST(SUM(amount) AS BIGINT) AS amount FROM movements \
         WHERE booked_at >= $1 AND booked_at < $2 AND kind <> 'fee' AND test = 0 GROUP BY 1, kind, currency"
    )
}

/// A row of what moved: `of_what`, `kind`, `currency`, `number` and `amount`.
pub(super) fn read_taken(row: &AnyRow) -> Result<Taken, StoreError> {
    Ok(Taken {
        of: row.try_get("of_what")?,
        kind: rows::read(row, "kind", MovementKind::parse)?,
        currency: row.try_get("currency")?,
        number: row.try_get("number")?,
        amount: row.try_get("amount")?,
    })
}

impl Store {
    /// What moved in that time, as the books count it (unix seconds), added up by what it is told apart by.
    ///
    /// # Errors
    /// Those of the database.
    pub(crate) async fn taken(&self, by: By, from: i64, to: i64) -> Result<Vec<Taken>, StoreError> {
        let rows = sqlx::query(AssertSqlSafe(taken(by))).bind(from).bind(to).fetch_all(&self.pool).await?;
        rows.iter().map(read_taken).collect()
    }

    /// When the first movement counts, and the last one, unix seconds; `None` where there is none.
    ///
    /// # Errors
    /// Those of the database.
    pub(crate) async fn booked_span(&self) -> Result<Option<(i64, i64)>, StoreError> {
        // Two questions, for each is the end of an index.
        let query = "SELECT (SELECT MIN(booked_at) FROM movements) AS first, (SELECT MAX(booked_at) FROM movements) AS last";
        let row = sqlx::query(query).fetch_one(&self.pool).await?;
        let (first, last): (Option<i64>, Option<i64>) = (row.try_get("first")?, row.try_get("last")?);
        Ok(first.zip(last))
    }

    /// How each method fares on each surface, over payments whose code was made in that time (unix seconds).
    ///
    /// # Errors
    /// Those of the database.
    pub async fn channels(&self, from: i64, to: i64) -> Result<Vec<MethodStats>, StoreError> {
        let rows = sqlx::query(CHANNELS).bind(from).bind(to).fetch_all(&self.pool).await?;
        let mut channels = Vec::new();
        for row in &rows {
            let (method, surface): (String, String) = (row.try_get("method")?, row.try_get("surface")?);
            let paid = row.try_get("paid")?;
            let median_seconds = self.seconds(from, to, &method, &surface, (paid - 1) / 2).await?;
            let ninetieth_seconds = self.seconds(from, to, &method, &surface, (paid * 9 + 9) / 10 - 1).await?;
            let (shown, abandoned) = (row.try_get("shown")?, row.try_get("abandoned")?);
            channels.push(MethodStats {
                method,
                surface,
                shown,
                paid,
                abandoned,
                abandoned_after_scan: row.try_get("after_scan")?,
                canceled: row.try_get("canceled")?,
                declined: row.try_get("declined")?,
                replaced: row.try_get("replaced")?,
                ran_out_after_scan: row.try_get("ran_out_after_scan")?,
                median_seconds,
                ninetieth_seconds,
            });
        }
        Ok(channels)
    }

    /// How long payments took, of which so many were faster; `None` where not so many were paid.
    async fn seconds(&self, from: i64, to: i64, method: &str, surface: &str, faster: i64) -> Result<Option<i64>, StoreError> {
        if faster < 0 {
            return Ok(None);
        }
        let row = sqlx::query(SECONDS).bind(from).bind(to).bind(method).bind(surface).bind(faster).fetch_optional(&self.pool).await?;
        row.map(|row| Ok(row.try_get("seconds")?)).transpose()
    }

    /// How many shoppers who follow the account are known by orders of that time (unix seconds).
    ///
    /// # Errors
    /// Those of the database.
    pub async fn followers(&self, from: i64, to: i64) -> Result<i64, StoreError> {
        Ok(sqlx::query(FOLLOWERS).bind(from).bind(to).fetch_one(&self.pool).await?.try_get("number")?)
    }

    /// How many people bought, and came again, by paid orders of that time (unix seconds).
    ///
    /// # Errors
    /// Those of the database.
    pub async fn people(&self, from: i64, to: i64) -> Result<People, StoreError> {
        let row = sqlx::query(PEOPLE).bind(from).bind(to).fetch_one(&self.pool).await?;
        Ok(People { people: row.try_get("people")?, again: row.try_get("again")?, orders: row.try_get("orders")? })
    }
}
