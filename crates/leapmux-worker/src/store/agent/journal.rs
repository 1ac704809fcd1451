//! The journal of one agent in the Worker's database.

use std::sync::Arc;

use async_trait::async_trait;
use leapmux_agents::Upload;
use leapmux_agents::journal::{
    Anchor, Batch, Journal, JournalError, Loaded, Memo, Page, SENDS_KEPT, SENDS_KEPT_MS, Sent,
};
use leapmux_transcript::{AgentStatus, Item, Saved};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, QueryOrder, QuerySelect, TransactionTrait};

use super::{event, item, row, send, unreadable, upload};
use crate::store::{Store, StoreError};

/// Rows of one INSERT; SQLite takes 32,766 values in one statement.
const ROWS_AT_ONCE: usize = 500;

/// The journal of the agent `key`.
pub(crate) struct StoreJournal {
    store: Store,
    key: i64,
}

/// A batch as rows: made once, written as often as the transaction is tried.
struct Rows {
    events: Vec<event::ActiveModel>,
    items: Vec<item::ActiveModel>,
    removed: Vec<i64>,
    saved: String,
    status: Option<String>,
    memo: Option<String>,
    sends: Vec<send::ActiveModel>,
    forget_sends_before: i64,
    uploads: Vec<upload::ActiveModel>,
    uploads_done: Vec<String>,
}

impl StoreJournal {
    pub(crate) fn new(store: Store, key: i64) -> Self {
        Self { store, key }
    }

    fn rows(&self, batch: &Batch) -> Result<Rows, StoreError> {
        let key = Set(self.key);
        let event = |logged: &leapmux_agents::journal::Logged| {
            Ok(event::ActiveModel {
                agent: key.clone(),
                seq: Set(logged.record.seq.cast_signed()),
                item: Set(logged.item.as_deref().map_or(0, number)),
                record: Set(serde_json::to_string(&logged.record).map_err(unreadable("agent's event"))?),
                raw: Set(logged.raw.join("\n")),
            })
        };
        let item = |row: &Item| {
            Ok(item::ActiveModel {
                agent: key.clone(),
                item: Set(number(&row.id)),
                position: Set(row.position.cast_signed()),
                rev: Set(row.rev.cast_signed()),
                open: Set(row.open),
                row: Set(serde_json::to_string(row).map_err(unreadable("agent's row"))?),
            })
        };
        let send = |sent: &Sent| send::ActiveModel {
            agent: key.clone(),
            client_id: Set(sent.client_id.clone()),
            item: Set(sent.item.clone()),
            time_ms: Set(sent.time_ms),
        };
        let files =
            batch.uploads.iter().flat_map(|(id, files)| files.iter().zip(0..).map(move |file| (id, file)));
        let upload = |(id, (file, place)): (&String, (&Upload, i64))| upload::ActiveModel {
            agent: key.clone(),
            message_id: Set(id.clone()),
            place: Set(place),
            name: Set(file.name.clone()),
            media_type: Set(file.media_type.clone()),
            data: Set(file.data.clone()),
        };
        // A row that changed twice is written as it is now.
        let mut latest = std::collections::BTreeMap::new();
        for row in &batch.items {
            latest.insert(&row.id, row);
        }
        let newest = batch.sends.iter().map(|sent| sent.time_ms).max();
        Ok(Rows {
            events: batch.events.iter().map(event).collect::<Result<_, StoreError>>()?,
            items: latest.into_values().map(item).collect::<Result<_, StoreError>>()?,
            removed: batch.removed.iter().map(|id| number(id)).collect(),
            saved: json(&batch.saved)?,
            status: batch.status.as_ref().map(json).transpose()?,
            memo: batch.memo.as_ref().map(json).transpose()?,
            sends: batch.sends.iter().map(send).collect(),
            forget_sends_before: newest.map_or(i64::MIN, |newest| newest - SENDS_KEPT_MS),
            uploads: files.map(upload).collect(),
            uploads_done: batch.uploads_done.clone(),
        })
    }

    async fn load_rows(&self) -> Result<Option<Loaded>, StoreError> {
        let db = self.store.db();
        let head = row::Entity::find_by_id(self.key).one(db).await?;
        let Some(head) = head.filter(|head| !head.saved.is_empty()) else { return Ok(None) };
        let saved: Saved = serde_json::from_str(&head.saved).map_err(unreadable("agent"))?;
        let status = match head.status.as_str() {
            "" => AgentStatus::default(),
            status => serde_json::from_str(status).map_err(unreadable("agent's status"))?,
        };
        let memo = match head.memo.as_str() {
            "" => Memo::default(),
            memo => serde_json::from_str(memo).map_err(unreadable("agent's memo"))?,
        };
        let open = self
            .mine()
            .filter(item::Column::Open.eq(true))
            .order_by_asc(item::Column::Position)
            .all(db)
            .await?;
        let mut sends = send::Entity::find()
            .filter(send::Column::Agent.eq(self.key))
            .order_by_desc(send::Column::TimeMs)
            .limit(SENDS_KEPT as u64)
            .all(db)
            .await?;
        sends.reverse();
        let sent = |row: send::Model| Sent { client_id: row.client_id, item: row.item, time_ms: row.time_ms };
        let (open, sends) = (read_all(open)?, sends.into_iter().map(sent).collect());
        Ok(Some(Loaded { status, saved, memo, open, sends }))
    }

    fn mine(&self) -> Select<item::Entity> {
        item::Entity::find().filter(item::Column::Agent.eq(self.key))
    }

    async fn any(&self, condition: sea_orm::sea_query::SimpleExpr) -> Result<bool, StoreError> {
        let found = self.mine().select_only().column(item::Column::Item).filter(condition).limit(1);
        Ok(found.into_tuple::<i64>().one(self.store.db()).await?.is_some())
    }

    async fn page_rows(&self, anchor: Anchor, limit: u32) -> Result<Page, StoreError> {
        let (position, limit) = (item::Column::Position, u64::from(limit));
        let (query, backwards) = match anchor {
            Anchor::Latest => (self.mine(), true),
            Anchor::Oldest => (self.mine(), false),
            Anchor::Before(at) => (self.mine().filter(position.lt(at.cast_signed())), true),
            Anchor::After(at) => (self.mine().filter(position.gt(at.cast_signed())), false),
        };
        let query = if backwards { query.order_by_desc(position) } else { query.order_by_asc(position) };
        let mut rows = query.limit(limit + 1).all(self.store.db()).await?;
        let more = rows.len() as u64 > limit;
        rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        if backwards {
            rows.reverse();
        }
        let beyond = match anchor {
            Anchor::Latest | Anchor::Oldest => false,
            Anchor::Before(at) => self.any(position.gte(at.cast_signed())).await?,
            Anchor::After(at) => self.any(position.lte(at.cast_signed())).await?,
        };
        let (has_earlier, has_later) = if backwards { (more, beyond) } else { (beyond, more) };
        Ok(Page { items: read_all(rows)?, has_earlier, has_later })
    }

    async fn changed_rows(&self, rev: u64, limit: u32) -> Result<Option<Vec<Item>>, StoreError> {
        let changed = self.mine().filter(item::Column::Rev.gt(rev.cast_signed())).limit(u64::from(limit) + 1);
        let mut rows = changed.all(self.store.db()).await?;
        if rows.len() as u64 > u64::from(limit) {
            return Ok(None);
        }
        rows.sort_by_key(|row| row.position);
        read_all(rows).map(Some)
    }
}

#[async_trait]
impl Journal for StoreJournal {
    async fn load(&self) -> Result<Option<Loaded>, JournalError> {
        self.load_rows().await.map_err(failed("read"))
    }

    async fn append(&self, batch: &Batch) -> Result<(), JournalError> {
        let rows = Arc::new(self.rows(batch).map_err(failed("saved"))?);
        let key = self.key;
        let written = self.store.tx(|tx| {
            let rows = rows.clone();
            Box::pin(async move { write(tx, key, &rows).await })
        });
        written.await.map_err(failed("saved"))
    }

    async fn page(&self, anchor: Anchor, limit: u32) -> Result<Page, JournalError> {
        self.page_rows(anchor, limit).await.map_err(failed("read"))
    }

    async fn changed_since(&self, rev: u64, limit: u32) -> Result<Option<Vec<Item>>, JournalError> {
        self.changed_rows(rev, limit).await.map_err(failed("read"))
    }

    async fn item(&self, id: &str) -> Result<Option<Item>, JournalError> {
        let row = item::Entity::find_by_id((self.key, number(id))).one(self.store.db()).await;
        let row = row.map_err(StoreError::from).map_err(failed("read"))?;
        row.map(read).transpose().map_err(failed("read"))
    }

    async fn raw_lines(&self, id: &str) -> Result<Vec<String>, JournalError> {
        let raw = event::Entity::find()
            .select_only()
            .column(event::Column::Raw)
            .filter(event::Column::Agent.eq(self.key))
            .filter(event::Column::Item.eq(number(id).max(1)))
            .order_by_asc(event::Column::Seq);
        let raw: Vec<String> =
            raw.into_tuple().all(self.store.db()).await.map_err(StoreError::from).map_err(failed("read"))?;
        Ok(raw.iter().flat_map(|lines| lines.lines()).map(str::to_owned).collect())
    }

    async fn uploads(&self, message_id: &str) -> Result<Vec<Upload>, JournalError> {
        let rows = upload::Entity::find()
            .filter(upload::Column::Agent.eq(self.key))
            .filter(upload::Column::MessageId.eq(message_id))
            .order_by_asc(upload::Column::Place)
            .all(self.store.db())
            .await
            .map_err(StoreError::from)
            .map_err(failed("read"))?;
        let file = |row: upload::Model| Upload { name: row.name, media_type: row.media_type, data: row.data };
        Ok(rows.into_iter().map(file).collect())
    }
}

async fn write<C: ConnectionTrait + TransactionTrait>(
    db: &C,
    key: i64,
    rows: &Rows,
) -> Result<(), StoreError> {
    for events in rows.events.chunks(ROWS_AT_ONCE) {
        event::Entity::insert_many(events.iter().cloned()).exec_without_returning(db).await?;
    }
    let replace = OnConflict::columns([item::Column::Agent, item::Column::Item])
        .update_columns([item::Column::Position, item::Column::Rev, item::Column::Open, item::Column::Row])
        .to_owned();
    for items in rows.items.chunks(ROWS_AT_ONCE) {
        let insert = item::Entity::insert_many(items.iter().cloned()).on_conflict(replace.clone());
        insert.exec_without_returning(db).await?;
    }
    for removed in &rows.removed {
        item::Entity::delete_by_id((key, *removed)).exec(db).await?;
    }
    let again = OnConflict::columns([send::Column::Agent, send::Column::ClientId])
        .update_columns([send::Column::Item, send::Column::TimeMs])
        .to_owned();
    if !rows.sends.is_empty() {
        let insert = send::Entity::insert_many(rows.sends.iter().cloned()).on_conflict(again);
        insert.exec_without_returning(db).await?;
        let old = send::Entity::delete_many()
            .filter(send::Column::Agent.eq(key))
            .filter(send::Column::TimeMs.lt(rows.forget_sends_before));
        old.exec(db).await?;
    }
    for file in &rows.uploads {
        upload::Entity::insert(file.clone()).exec_without_returning(db).await?;
    }
    for message in &rows.uploads_done {
        let done = upload::Entity::delete_many()
            .filter(upload::Column::Agent.eq(key))
            .filter(upload::Column::MessageId.eq(message));
        done.exec(db).await?;
    }
    let mut head = row::Entity::update_many().col_expr(row::Column::Saved, Expr::value(rows.saved.clone()));
    for (column, value) in [(row::Column::Status, &rows.status), (row::Column::Memo, &rows.memo)] {
        if let Some(value) = value {
            head = head.col_expr(column, Expr::value(value.clone()));
        }
    }
    head.filter(row::Column::Key.eq(key)).exec(db).await?;
    Ok(())
}

/// The number in a row's id, `i17`; 0 is no row's.
fn number(id: &str) -> i64 {
    id.strip_prefix('i').and_then(|number| number.parse().ok()).unwrap_or(0)
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(unreadable("agent"))
}

fn read(row: item::Model) -> Result<Item, StoreError> {
    serde_json::from_str(&row.row).map_err(unreadable("agent's row"))
}

fn read_all(rows: Vec<item::Model>) -> Result<Vec<Item>, StoreError> {
    rows.into_iter().map(read).collect()
}

fn failed(doing: &'static str) -> impl Fn(StoreError) -> JournalError {
    move |error| JournalError { doing, reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::store::agent;

    async fn journal(dir: &tempfile::TempDir) -> StoreJournal {
        let store = Store::open(&dir.path().join("worker.db"), 2).await.expect("opened");
        let tab = leapmux_types::TabId::from_bits(7);
        agent::insert(store.db(), &tab, &BTreeMap::new(), "").await.expect("inserted");
        let key = agent::find(store.db(), &tab).await.expect("read").expect("there").key;
        StoreJournal::new(store, key)
    }

    #[tokio::test]
    async fn keeps_the_contract() {
        let dir = tempfile::tempdir().expect("a directory");
        leapmux_agents::journal::contract::run(&journal(&dir).await).await;
    }

    #[tokio::test]
    async fn a_deleted_agent_leaves_nothing() {
        let dir = tempfile::tempdir().expect("a directory");
        let journal = journal(&dir).await;
        leapmux_agents::journal::contract::run(&journal).await;
        let (db, tab) = (journal.store.db(), leapmux_types::TabId::from_bits(7));
        assert_eq!(agent::unsettled(db).await.expect("read"), std::slice::from_ref(&tab), "a row is open");
        agent::delete(db, &tab).await.expect("deleted");
        assert_eq!(agent::find(db, &tab).await.expect("read"), None);
        assert_eq!(event::Entity::find().count(db).await.expect("read"), 0);
        assert_eq!(item::Entity::find().count(db).await.expect("read"), 0);
        assert_eq!(send::Entity::find().count(db).await.expect("read"), 0);
    }

    #[tokio::test]
    async fn thousands_of_events_fit_in_one_batch_and_pages_of_a_long_transcript_use_the_index() {
        let dir = tempfile::tempdir().expect("a directory");
        let journal = journal(&dir).await;
        let mut transcript = leapmux_transcript::Transcript::new("p", "/w");
        let mut batch = Batch::default();
        for n in 0..5000_u32 {
            let event = leapmux_transcript::Event::TextEnd { block: n.to_string(), text: "some text".into() };
            let effect = transcript.apply(1, event.into());
            for change in effect.changes {
                if let leapmux_transcript::Change::Item(item) = change {
                    batch.items.push(*item);
                }
            }
            let record = effect.record.expect("journaled");
            batch.events.push(leapmux_agents::journal::Logged {
                record,
                item: effect.item,
                raw: vec!["{}".into()],
            });
        }
        batch.saved = transcript.saved();
        journal.append(&batch).await.expect("saved");
        let page = journal.page(Anchor::Before(25_000), 50).await.expect("read");
        assert_eq!((page.items.len(), page.has_earlier, page.has_later), (50, true, true));
        let plan = "EXPLAIN QUERY PLAN SELECT row FROM agent_items WHERE agent = 1 AND position < 9 ORDER BY position DESC LIMIT 51";
        let db = journal.store.db();
        let statement = sea_orm::Statement::from_string(db.get_database_backend(), plan);
        let used: Vec<String> = db
            .query_all_raw(statement)
            .await
            .expect("explained")
            .iter()
            .map(|row| row.try_get("", "detail").expect("a text"))
            .collect();
        assert!(used.iter().all(|step| step.contains("agent_items_position")), "{used:?}");
    }
}
