//! An editor of one workspace's layout, as a page is: commands on a replica, batches to the Hub, and what must be true of them.

use leapmux_layout::commands::{self, NewTab, Placement, Tabs};
use leapmux_layout::{
    Batch, Direction, Document, EntityId, Ids, LayoutNode, Op, Replica, Snapshot, TabKind, codec, project,
};
use leapmux_proto_hub::leapmux::hub::v1 as pb;
use leapmux_types::{NodeId, TabId, UserId, WorkspaceId};

use crate::random::Random;
use leapmux_integration::Client;

/// Tiles beyond which rather one is closed than split.
const TILES: usize = 6;

/// What the Hub said to a batch.
enum Answer {
    Taken(u64),
    Refused,
}

/// One editor. It is the only one of its workspace.
pub struct Editor {
    user: UserId,
    workspace: WorkspaceId,
    replica: Replica,
    ids: Ids,
    random: Random,
    /// Every batch the Hub took, with its revision, not yet compared with the Hub's state.
    taken: Vec<(u64, Batch)>,
    refused: Vec<Batch>,
    count: u64,
}

impl Editor {
    /// Creates the workspace.
    pub async fn new(client: &Client, mut random: Random) -> Self {
        let user: UserId = client.user.parse().expect("an id");
        let workspace = WorkspaceId::from_bits(random.bits());
        let request = pb::CreateWorkspaceRequest {
            org_id: client.org.clone(),
            workspace_id: workspace.to_string(),
            title: "Durable".to_owned(),
            ..Default::default()
        };
        client.hub.workspaces.create_workspace(request).await.expect("created");
        let (replica, ids) = (Replica::new(user.clone()), Ids::new(random.bits()));
        Self { user, workspace, replica, ids, random, taken: Vec::new(), refused: Vec::new(), count: 0 }
    }

    pub fn workspace(&self) -> &WorkspaceId {
        &self.workspace
    }

    /// Edits until the program is gone.
    pub async fn act(&mut self, client: &Client) -> Result<(), String> {
        self.replica.reset(&snapshot(client).await?);
        loop {
            let batch = self.batch();
            // Kept before it is sent: whatever is not answered is sent again.
            if self.replica.commit(batch.clone()).is_err() {
                continue;
            }
            self.submit(client, batch).await?;
            if self.random.below(8) == 0 {
                self.submit_nonsense(client).await?;
            }
        }
    }

    async fn submit(&mut self, client: &Client, batch: Batch) -> Result<(), String> {
        match answer(client, &batch).await? {
            Answer::Taken(rev) => {
                self.replica.taken(&batch.id, rev);
                self.taken.push((rev, batch));
            }
            Answer::Refused => panic!("the only editor is refused: {:?}", self.replica.refused(&batch.id)),
        }
        Ok(())
    }

    /// Half of it is fine, half of it is not: nothing of it may ever be seen.
    async fn submit_nonsense(&mut self, client: &Client) -> Result<(), String> {
        let renamed = commands::rename_workspace(self.replica.view(), &self.workspace, "Refused");
        let mut ops = renamed.expect("there is such a workspace").ops;
        ops.push(Op::Remove { id: EntityId::from(&TabId::from_bits(self.random.bits())) });
        let batch = Batch { id: self.ids.batch(), ops, precondition: None };
        match answer(client, &batch).await? {
            Answer::Refused => self.refused.push(batch),
            Answer::Taken(rev) => panic!("nonsense was taken at {rev}"),
        }
        Ok(())
    }

    fn batch(&mut self) -> Batch {
        loop {
            let ops = self.plan();
            if !ops.is_empty() {
                return Batch { id: self.ids.batch(), ops, precondition: None };
            }
        }
    }

    /// Something a person does; nothing when it is refused here.
    fn plan(&mut self) -> Vec<Op> {
        let view = self.replica.view();
        let (mut tiles, mut tabs) = (Vec::new(), Vec::new());
        let drawn = project(view, &self.workspace, &self.user).expect("the workspace is there");
        collect(&drawn.root, &mut tiles, &mut tabs);
        let tile = self.random.pick(&tiles).clone();
        self.count += 1;
        let planned = match self.random.below(8) {
            0 | 1 if tiles.len() < TILES => {
                let direction = *self.random.pick(&[Direction::Vertical, Direction::Horizontal]);
                commands::split(view, &mut self.ids, &tile, direction).map(|plan| plan.ops)
            }
            0..=2 => commands::close_tile(view, &tile, Tabs::Move).map(|plan| plan.ops),
            3 => {
                let title = format!("Durable {}", self.count);
                commands::rename_workspace(view, &self.workspace, &title).map(|plan| plan.ops)
            }
            4 if !tabs.is_empty() => {
                commands::move_tab(view, self.random.pick(&tabs), &Placement::end(tile)).map(|plan| plan.ops)
            }
            5 if tabs.len() > 2 => commands::remove_tab(view, self.random.pick(&tabs)).map(|plan| plan.ops),
            _ => {
                let worker = leapmux_types::WorkerId::from_bits(1);
                let tab = NewTab { id: self.ids.tab(), kind: TabKind::Terminal, worker };
                commands::add_tab(view, tab, &Placement::end(tile)).map(|plan| plan.ops)
            }
        };
        planned.unwrap_or_default()
    }

    /// Sends again what was not answered, and again what was: the answers must agree.
    pub async fn settle(&mut self, client: &Client, now: &Snapshot) {
        self.replica.reset(now);
        let unanswered: Vec<Batch> = self.replica.outbox().cloned().collect();
        assert!(unanswered.len() <= 1, "one at a time");
        for batch in unanswered {
            self.submit(client, batch).await.expect("the Hub answers");
        }
        if let Some((rev, batch)) = self.taken.last() {
            match answer(client, batch).await.expect("the Hub answers") {
                Answer::Taken(again) => assert_eq!(again, *rev, "submitted twice, taken once"),
                Answer::Refused => panic!("what was taken at {rev} is refused now"),
            }
        }
        for batch in self.refused.drain(..) {
            let answer = answer(client, &batch).await.expect("the Hub answers");
            assert!(matches!(answer, Answer::Refused), "what was refused is taken now");
        }
    }
}

/// The layout as it must be: what was confirmed, replayed.
pub struct Record {
    document: Document,
    author: UserId,
}

impl Record {
    /// Everything from now on is recorded.
    pub async fn new(client: &Client) -> Self {
        let document = Document::load(&snapshot(client).await.expect("the Hub answers"));
        Self { document, author: client.user.parse().expect("an id") }
    }

    /// After a restart: every batch that was taken is there once and in its place, and nothing else is. How many they were.
    pub async fn check(&mut self, client: &Client, editors: &mut [Editor]) -> usize {
        let found = snapshot(client).await.expect("the Hub answers");
        let acknowledged = editors.iter().flat_map(|editor| &editor.taken).map(|(rev, _)| *rev).max();
        assert!(found.rev >= acknowledged.unwrap_or_default(), "{acknowledged:?} was acknowledged");
        for editor in editors.iter_mut() {
            editor.settle(client, &found).await;
        }
        let mut taken: Vec<(u64, Batch)> = editors.iter_mut().flat_map(|e| e.taken.drain(..)).collect();
        taken.sort_by_key(|(rev, _)| *rev);
        let count = taken.len();
        for (rev, batch) in taken {
            let applied = self.document.apply(&batch, &self.author);
            assert!(applied.is_ok(), "batch {} does not fit where it was taken", batch.id);
            assert_eq!(self.document.rev(), rev, "a revision is missing, or used twice, before {}", batch.id);
        }
        let now = snapshot(client).await.expect("the Hub answers");
        assert_eq!(now, self.document.snapshot(), "the Hub's layout is not the sum of what it acknowledged");
        count
    }
}

async fn answer(client: &Client, batch: &Batch) -> Result<Answer, String> {
    let batch = codec::encode_batch(batch);
    let request = pb::SubmitBatchRequest { org_id: client.org.clone(), batch, ..Default::default() };
    let answer = client.hub.layout.submit_batch(request).await.map_err(|error| error.to_string())?;
    let answer = answer.into_owned();
    Ok(if answer.refused_code.is_empty() { Answer::Taken(answer.rev) } else { Answer::Refused })
}

async fn snapshot(client: &Client) -> Result<Snapshot, String> {
    let request = pb::GetLayoutRequest { org_id: client.org.clone(), ..Default::default() };
    let layout = client.hub.layout.get_layout(request).await.map_err(|error| error.to_string())?;
    Ok(codec::decode_snapshot(&layout.into_owned().snapshot).expect("a snapshot"))
}

fn collect(node: &LayoutNode, tiles: &mut Vec<NodeId>, tabs: &mut Vec<TabId>) {
    match node {
        LayoutNode::Leaf(leaf) => {
            tiles.push(leaf.id.clone());
            tabs.extend(leaf.tabs.iter().map(|tab| tab.id.clone()));
        }
        LayoutNode::Split(split) => split.children.iter().for_each(|child| collect(child, tiles, tabs)),
        LayoutNode::Grid(grid) => grid.cells.iter().for_each(|cell| collect(cell, tiles, tabs)),
    }
}
