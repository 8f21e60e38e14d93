//! Releases of the widget, kept with the records so that every node and every later program serves them, and the nodes that do.

use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::{Store, StoreError};

/// A release as it is kept, without its files. Times are unix seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// The hash of its list.
    pub name: String,
    /// For people.
    pub version: String,
    /// The revision of the API that it speaks.
    pub revision: i64,
    /// Its files with their digests, a line each.
    pub listing: String,
    /// When it was put there.
    pub added_at: i64,
    /// The last day on which a file of it was asked for.
    pub used_at: Option<i64>,
    /// Since when it is not served any more.
    pub revoked_at: Option<i64>,
}

/// One form of a file of a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReleaseFile<'a> {
    /// As in the list.
    pub name: &'a str,
    /// `Content-Encoding`; nothing for the file as it is.
    pub coding: &'a str,
    /// In that coding.
    pub bytes: &'a [u8],
}

/// A server at work on these records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Made up at its start.
    pub id: String,
    /// When it last said so, unix seconds.
    pub seen_at: i64,
    /// The release that its program brought.
    pub brings: Option<String>,
    /// The releases that it serves.
    pub knows: Vec<String>,
}

impl Store {
    /// Keeps a release with its files. Answers whether it is new.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn add_release(&self, release: &Release, files: &[ReleaseFile<'_>]) -> Result<bool, StoreError> {
        let mut transaction = self.begin().await?;
        let insert = "INSERT INTO releases (name, version, revision, listing, turn, added_at) VALUES ($1, $2, $3, $4, 0, $5) \
                      ON CONFLICT DO NOTHING";
        let insert = sqlx::query(insert)
            .bind(release.name.as_str())
            .bind(release.version.as_str())
            .bind(release.revision)
            .bind(release.listing.as_str())
            .bind(release.added_at);
        if insert.execute(&mut transaction).await?.rows_affected() == 0 {
            transaction.rollback().await?;
            return Ok(false);
        }
        for file in files {
            let insert = "INSERT INTO release_files (release, name, coding, bytes) VALUES ($1, $2, $3, $4)";
            let insert = sqlx::query(insert).bind(release.name.as_str()).bind(file.name).bind(file.coding).bind(file.bytes);
            insert.execute(&mut transaction).await?;
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// Notes that a program with this release has started: it is what pages that pin none get from now on.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn bring_release(&self, name: &str) -> Result<(), StoreError> {
        let update = "UPDATE releases SET turn = (SELECT MAX(turn) + 1 FROM releases) \
                      WHERE name = $1 AND (turn = 0 OR turn < (SELECT MAX(turn) FROM releases))";
        sqlx::query(update).bind(name).execute(&self.pool).await?;
        Ok(())
    }

    /// All releases, in the order in which pages that pin none should get them: first the one that a program brought last.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn releases(&self) -> Result<Vec<Release>, StoreError> {
        let query = "SELECT * FROM releases ORDER BY turn DESC, added_at DESC, name";
        sqlx::query(query).fetch_all(&self.pool).await?.iter().map(release).collect()
    }

    /// A file of a release in each of its codings.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn release_file(&self, release: &str, name: &str) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        let query = "SELECT coding, bytes FROM release_files WHERE release = $1 AND name = $2";
        let rows = sqlx::query(query).bind(release).bind(name).fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok((row.try_get("coding")?, row.try_get("bytes")?))).collect()
    }

    /// Notes that a file of that release was asked for, once a day.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn release_used(&self, name: &str, now: i64) -> Result<(), StoreError> {
        let update = "UPDATE releases SET used_at = $1 WHERE name = $2 AND (used_at IS NULL OR used_at <= $3)";
        sqlx::query(update).bind(now).bind(name).bind(now - 86_400).execute(&self.pool).await?;
        Ok(())
    }

    /// Ends the service of a release. Answers whether there was one that was served.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn revoke_release(&self, name: &str, now: i64) -> Result<bool, StoreError> {
        let update = "UPDATE releases SET revoked_at = $1 WHERE name = $2 AND revoked_at IS NULL";
        Ok(sqlx::query(update).bind(now).bind(name).execute(&self.pool).await?.rows_affected() == 1)
    }

    /// Drops the files of a release that nobody has used since then, and, unless it was revoked, which has to be remembered, all that is
    /// known of it. Answers whether it was unused for so long.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn forget_release(&self, name: &str, since: i64) -> Result<bool, StoreError> {
        let mut transaction = self.begin().await?;
        // Written to, so that nobody notes a use in between.
        let take = "UPDATE releases SET turn = 0 WHERE name = $1 AND added_at <= $2 AND (used_at IS NULL OR used_at <= $2)";
        if sqlx::query(take).bind(name).bind(since).execute(&mut transaction).await?.rows_affected() == 0 {
            transaction.rollback().await?;
            return Ok(false);
        }
        sqlx::query("DELETE FROM release_files WHERE release = $1").bind(name).execute(&mut transaction).await?;
        sqlx::query("DELETE FROM releases WHERE name = $1 AND revoked_at IS NULL").bind(name).execute(&mut transaction).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Says that a node is at work and what it serves.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn announce(&self, node: &Node) -> Result<(), StoreError> {
        let insert = "INSERT INTO nodes (id, seen_at, brings, knows) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO UPDATE SET \
                      seen_at = excluded.seen_at, brings = excluded.brings, knows = excluded.knows";
        sqlx::query(insert)
            .bind(node.id.as_str())
            .bind(node.seen_at)
            .bind(node.brings.as_deref())
            .bind(node.knows.join(" "))
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// The nodes that have said since then that they are at work.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn nodes(&self, since: i64) -> Result<Vec<Node>, StoreError> {
        let rows = sqlx::query("SELECT * FROM nodes WHERE seen_at >= $1 ORDER BY id").bind(since).fetch_all(&self.pool).await?;
        rows.iter().map(node).collect()
    }

    /// Forgets a node that has ended, and all that were silent since then.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn leave(&self, id: &str, since: i64) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM nodes WHERE id = $1 OR seen_at < $2").bind(id).bind(since).execute(&self.pool).await?;
        Ok(())
    }
}

fn release(row: &AnyRow) -> Result<Release, StoreError> {
    Ok(Release {
        name: row.try_get("name")?,
        version: row.try_get("version")?,
        revision: row.try_get("revision")?,
        listing: row.try_get("listing")?,
        added_at: row.try_get("added_at")?,
        used_at: row.try_get("used_at")?,
        revoked_at: row.try_get("revoked_at")?,
    })
}

fn node(row: &AnyRow) -> Result<Node, StoreError> {
    let knows: String = row.try_get("knows")?;
    Ok(Node {
        id: row.try_get("id")?,
        seen_at: row.try_get("seen_at")?,
        brings: row.try_get("brings")?,
        knows: knows.split_whitespace().map(str::to_owned).collect(),
    })
}
