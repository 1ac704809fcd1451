//! Layout documents in memory.

use async_trait::async_trait;
use leapmux_layout::Snapshot;
use leapmux_types::{BatchId, OrgId};

use super::{CommitFailure, Layout, MemoryStore};
use crate::{LayoutCommit, LayoutStore, LogPage, StoreError, Taken};

#[async_trait]
impl LayoutStore for MemoryStore {
    async fn layout(&self, org: &OrgId) -> Result<Snapshot, StoreError> {
        Ok(self.tables().layouts.get(org).map_or_else(Snapshot::default, |layout| Snapshot {
            rev: layout.rev,
            entities: layout.rows.values().cloned().collect(),
        }))
    }

    async fn commit_layout(&self, commit: &LayoutCommit) -> Result<(), StoreError> {
        let failure = self.failure.lock().expect("nobody panics while holding it").take();
        let lost = || StoreError::Failed("a failure that was asked for".to_owned());
        match failure {
            Some(CommitFailure::Before) => return Err(lost()),
            Some(CommitFailure::Full) => return Err(StoreError::Full("asked for".to_owned())),
            Some(CommitFailure::After) | None => {}
        }
        self.store_layout(commit)?;
        if failure == Some(CommitFailure::After) { Err(lost()) } else { Ok(()) }
    }

    async fn batch_rev(&self, org: &OrgId, batch: &BatchId) -> Result<Option<u64>, StoreError> {
        let tables = self.tables();
        let log = tables.layouts.get(org).map(|layout| &layout.log);
        Ok(log.and_then(|log| log.values().find(|b| b.entry.batch.id == *batch)).map(|b| b.entry.rev))
    }

    async fn layout_log(&self, org: &OrgId, rev: u64) -> Result<LogPage, StoreError> {
        let tables = self.tables();
        let Some(layout) = tables.layouts.get(org) else {
            return Ok(if rev == 0 { LogPage::Entries(Vec::new()) } else { LogPage::Gap });
        };
        if rev == layout.rev {
            return Ok(LogPage::Entries(Vec::new()));
        }
        if rev > layout.rev || !layout.log.contains_key(&(rev + 1)) {
            return Ok(LogPage::Gap);
        }
        Ok(LogPage::Entries(layout.log.range(rev + 1..).map(|(_, stored)| stored.entry.clone()).collect()))
    }

    async fn trim_layout_log(&self, org: &OrgId, before_ms: i64, keep: u64) -> Result<u64, StoreError> {
        let mut tables = self.tables();
        let Some(layout) = tables.layouts.get_mut(org) else { return Ok(0) };
        let held = layout.log.len();
        let (rev, oldest) = (layout.rev, layout.rev.saturating_sub(keep));
        layout.log.retain(|at, stored| *at == rev || (*at > oldest && stored.at_ms >= before_ms));
        Ok((held - layout.log.len()) as u64)
    }
}

impl MemoryStore {
    fn store_layout(&self, commit: &LayoutCommit) -> Result<(), StoreError> {
        let mut tables = self.tables();
        if !tables.orgs.contains_key(&commit.org) {
            return Err(StoreError::Missing("organization"));
        }
        let layout = tables.layouts.entry(commit.org.clone()).or_default();
        if layout.rev != commit.expected_rev {
            return Err(StoreError::Stale);
        }
        let seen = |id: &BatchId| layout.log.values().any(|stored| stored.entry.batch.id == *id);
        if commit.batches.iter().any(|stored| seen(&stored.entry.batch.id)) {
            return Err(StoreError::Taken(Taken::Id));
        }
        layout.take(commit);
        for workspace in &commit.workspaces {
            let mut record = workspace.clone();
            if let Some(known) = tables.workspaces.get(&record.id) {
                record.created_at_ms = known.created_at_ms;
            }
            tables.workspaces.insert(record.id.clone(), record);
        }
        for gone in &commit.removed_workspaces {
            tables.workspaces.remove(gone);
            tables.sharing.remove(gone);
        }
        Ok(())
    }
}

impl Layout {
    fn take(&mut self, commit: &LayoutCommit) {
        for row in &commit.written {
            self.rows.insert(row.id.clone(), row.clone());
        }
        for id in &commit.removed {
            self.rows.remove(id);
        }
        for stored in &commit.batches {
            self.rev = stored.entry.rev;
            self.log.insert(stored.entry.rev, stored.clone());
        }
    }
}
