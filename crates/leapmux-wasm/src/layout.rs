//! The layout engine for the page: one replica and every command. Views go out as JSON text, documents come in as the bytes
//! the Hub sent.

use leapmux_layout::commands::{self, At, NewTab, Placement, Plan, Tabs};
use leapmux_layout::{
    Batch, Direction, Document, Frame, Ids, Received, Replica, TabKind, codec, project, workspaces,
};
use leapmux_types::{BatchId, UserId};
use wasm_bindgen::prelude::*;

use crate::error::{Thrown, invalid, refused};
use crate::number::{from_number, to_number};

/// A batch that waits for the Hub.
#[wasm_bindgen]
pub struct Submission {
    id: String,
    bytes: Vec<u8>,
}

#[wasm_bindgen]
impl Submission {
    /// The batch's id.
    #[wasm_bindgen(getter)]
    pub fn id(&self) -> String {
        self.id.clone()
    }
    /// For `SubmitBatch`.
    #[wasm_bindgen(getter)]
    pub fn bytes(&self) -> Vec<u8> {
        self.bytes.clone()
    }
}

/// `leapmux_layout::Replica` with its commands.
#[wasm_bindgen]
pub struct LayoutReplica {
    replica: Replica,
    ids: Ids,
}

#[wasm_bindgen]
impl LayoutReplica {
    /// For one user; `seed` is 16 fresh random bytes, new ids come from it.
    #[wasm_bindgen(constructor)]
    pub fn new(user_id: &str, seed: &[u8]) -> Thrown<LayoutReplica> {
        let user: UserId = parse(user_id)?;
        let seed: [u8; 16] = seed.try_into().map_err(|_| invalid("the seed is not 16 bytes"))?;
        Ok(Self { replica: Replica::new(user), ids: Ids::new(u128::from_be_bytes(seed)) })
    }

    /// The first snapshot is here.
    #[wasm_bindgen(js_name = isReady)]
    pub fn is_ready(&self) -> bool {
        self.replica.is_ready()
    }
    /// The confirmed revision.
    pub fn rev(&self) -> f64 {
        to_number(self.replica.rev())
    }
    /// The id of the batch the last command made, when it has not been answered.
    #[wasm_bindgen(js_name = lastBatch)]
    pub fn last_batch(&self) -> Option<String> {
        self.replica.outbox().last().map(|batch| batch.id.to_string())
    }
    /// How many changes of this page are not confirmed.
    pub fn pending(&self) -> usize {
        self.replica.pending()
    }

    /// `Materialized`: takes over the whole state. `first` of a stream: even when its revision is lower than ours.
    #[wasm_bindgen(js_name = receiveSnapshot)]
    pub fn receive_snapshot(&mut self, bytes: &[u8], first: bool) -> Thrown<String> {
        let snapshot = codec::decode_snapshot(bytes).map_err(invalid)?;
        if first {
            self.replica.reset(&snapshot);
            return Ok(received(Received::Applied));
        }
        Ok(received(self.replica.receive_snapshot(&snapshot)))
    }
    /// `LayoutBatch`: answers `applied`, `seen` or `gap`.
    #[wasm_bindgen(js_name = receiveEvent)]
    pub fn receive_event(&mut self, bytes: &[u8]) -> Thrown<String> {
        let event = codec::decode_event(bytes).map_err(invalid)?;
        Ok(received(self.replica.receive(&event)))
    }
    /// The oldest batch the Hub has not answered.
    #[wasm_bindgen(js_name = nextSubmission)]
    pub fn next_submission(&self) -> Option<Submission> {
        let batch = self.replica.outbox().next()?;
        Some(Submission { id: batch.id.to_string(), bytes: codec::encode_batch(batch) })
    }
    /// The Hub took a batch.
    pub fn taken(&mut self, id: &str, rev: f64) -> Thrown<()> {
        self.replica.taken(&parse::<BatchId>(id)?, from_number(rev));
        Ok(())
    }
    /// The Hub refused a batch, or it is given up: it disappears. Answers whether it was still there.
    pub fn refused(&mut self, id: &str) -> Thrown<bool> {
        Ok(self.replica.refused(&parse::<BatchId>(id)?).is_some())
    }

    /// JSON of `WorkspaceSummary[]` in sidebar order.
    pub fn workspaces(&self) -> String {
        json(&workspaces(self.replica.view(), self.replica.user()))
    }
    /// JSON of a `WorkspaceView`.
    pub fn workspace(&self, id: &str) -> Option<String> {
        let id = id.parse().ok()?;
        project(self.replica.view(), &id, self.replica.user()).map(|view| json(&view))
    }
    /// The first tile of a workspace's main layout: where a tab goes whose tile is gone.
    #[wasm_bindgen(js_name = mainTile)]
    pub fn main_tile(&self, workspace: &str) -> Option<String> {
        self.replica.view().main_leaf(&workspace.parse().ok()?).map(|tile| tile.to_string())
    }
    /// An id for a tab that is to be.
    #[wasm_bindgen(js_name = newTabId)]
    pub fn new_tab_id(&mut self) -> String {
        self.ids.tab().to_string()
    }
}

/// Commands. Each applies at once and waits in the outbox; each throws the refusal.
#[wasm_bindgen]
impl LayoutReplica {
    /// Answers the new workspace's id.
    #[wasm_bindgen(js_name = createWorkspace)]
    pub fn create_workspace(&mut self, title: &str) -> Thrown<String> {
        let (id, owner) = (self.ids.workspace(), self.replica.user().clone());
        let answer = self.run(|view, ids| commands::create_workspace(view, ids, id, owner, title))?;
        Ok(answer.workspace.to_string())
    }
    #[wasm_bindgen(js_name = renameWorkspace)]
    pub fn rename_workspace(&mut self, id: &str, title: &str) -> Thrown<()> {
        let id = parse(id)?;
        self.run(|view, _| commands::rename_workspace(view, &id, title)).map(drop)
    }
    #[wasm_bindgen(js_name = deleteWorkspace)]
    pub fn delete_workspace(&mut self, id: &str) -> Thrown<()> {
        let id = parse(id)?;
        self.run(|view, _| commands::delete_workspace(view, &id)).map(drop)
    }
    /// `kind`: agent, terminal, file. Answers the tile it went to.
    #[wasm_bindgen(js_name = addTab)]
    pub fn add_tab(
        &mut self,
        id: &str,
        kind: &str,
        worker: &str,
        tile: &str,
        before: Option<String>,
        after: Option<String>,
    ) -> Thrown<String> {
        let kind = match kind {
            "agent" => TabKind::Agent,
            "terminal" => TabKind::Terminal,
            "file" => TabKind::File,
            other => return Err(invalid(format!("{other} is no kind of tab"))),
        };
        let tab = NewTab { id: parse(id)?, kind, worker: parse(worker)? };
        let placement = placement(tile, before, after)?;
        Ok(self.run(|view, _| commands::add_tab(view, tab, &placement))?.to_string())
    }
    /// Answers the tile it went to.
    #[wasm_bindgen(js_name = moveTab)]
    pub fn move_tab(
        &mut self,
        id: &str,
        tile: &str,
        before: Option<String>,
        after: Option<String>,
    ) -> Thrown<String> {
        let (id, placement) = (parse(id)?, placement(tile, before, after)?);
        Ok(self.run(|view, _| commands::move_tab(view, &id, &placement))?.to_string())
    }
    #[wasm_bindgen(js_name = removeTab)]
    pub fn remove_tab(&mut self, id: &str) -> Thrown<()> {
        let id = parse(id)?;
        self.run(|view, _| commands::remove_tab(view, &id))
    }
    /// Answers the new, empty tile.
    #[wasm_bindgen(js_name = splitTile)]
    pub fn split_tile(&mut self, tile: &str, direction: &str) -> Thrown<String> {
        let tile = parse(tile)?;
        let direction = match direction {
            "vertical" => Direction::Vertical,
            "horizontal" => Direction::Horizontal,
            other => return Err(invalid(format!("{other} is no direction"))),
        };
        Ok(self.run(|view, ids| commands::split(view, ids, &tile, direction))?.new.to_string())
    }
    /// Answers the nearest tile: where the tabs went, and where focus belongs.
    #[wasm_bindgen(js_name = closeTile)]
    pub fn close_tile(&mut self, tile: &str, move_tabs: bool) -> Thrown<String> {
        let tile = parse(tile)?;
        Ok(self.run(|view, _| commands::close_tile(view, &tile, tabs(move_tabs)))?.heir.to_string())
    }
    #[wasm_bindgen(js_name = setRatios)]
    pub fn set_ratios(&mut self, split: &str, ratios: &[f64]) -> Thrown<()> {
        let split = parse(split)?;
        self.run(|view, _| commands::set_ratios(view, &split, ratios)).map(drop)
    }
    #[wasm_bindgen(js_name = setGridRatios)]
    pub fn set_grid_ratios(
        &mut self,
        grid: &str,
        rows: Option<Vec<f64>>,
        cols: Option<Vec<f64>>,
    ) -> Thrown<()> {
        let grid = parse(grid)?;
        self.run(|view, _| commands::set_grid_ratios(view, &grid, rows.as_deref(), cols.as_deref()))
    }
    #[wasm_bindgen(js_name = makeGrid)]
    pub fn make_grid(&mut self, tile: &str, rows: u32, cols: u32) -> Thrown<()> {
        let tile = parse(tile)?;
        self.run(|view, ids| commands::make_grid(view, ids, &tile, rows, cols)).map(drop)
    }
    /// Answers the tile in its place, or the nearest one when it left none.
    #[wasm_bindgen(js_name = removeGrid)]
    pub fn remove_grid(&mut self, grid: &str, move_tabs: bool) -> Thrown<String> {
        let grid = parse(grid)?;
        Ok(self.run(|view, _| commands::remove_grid(view, &grid, tabs(move_tabs)))?.heir.to_string())
    }
    /// Answers the tile in the new window.
    #[wasm_bindgen(js_name = popOut)]
    pub fn pop_out(&mut self, tab: &str) -> Thrown<String> {
        let tab = parse(tab)?;
        Ok(self.run(|view, ids| commands::pop_out(view, ids, &tab, None))?.tile.to_string())
    }
    /// Answers the tile it went to.
    #[wasm_bindgen(js_name = popIn)]
    pub fn pop_in(&mut self, tab: &str, tile: Option<String>) -> Thrown<String> {
        let tab = parse(tab)?;
        let tile = tile.map(|tile| parse(&tile)).transpose()?;
        Ok(self.run(|view, _| commands::pop_in(view, &tab, tile.as_ref()))?.to_string())
    }
    #[wasm_bindgen(js_name = setWindowFrame)]
    pub fn set_window_frame(&mut self, window: &str, x: f64, y: f64, width: f64, height: f64) -> Thrown<()> {
        let window = parse(window)?;
        self.run(|view, _| commands::set_window_frame(view, &window, Frame { x, y, width, height }))
    }
    #[wasm_bindgen(js_name = setWindowOpacity)]
    pub fn set_window_opacity(&mut self, window: &str, opacity: f64) -> Thrown<()> {
        let window = parse(window)?;
        self.run(|view, _| commands::set_window_opacity(view, &window, opacity))
    }
    /// Answers the first tile of the main layout.
    #[wasm_bindgen(js_name = closeWindow)]
    pub fn close_window(&mut self, window: &str, move_tabs: bool) -> Thrown<String> {
        let window = parse(window)?;
        Ok(self.run(|view, _| commands::close_window(view, &window, tabs(move_tabs)))?.heir.to_string())
    }

    /// Plans on what is drawn, applies at once, queues for the Hub.
    fn run<T>(&mut self, command: impl FnOnce(&Document, &mut Ids) -> Plan<T>) -> Thrown<T> {
        let plan = command(self.replica.view(), &mut self.ids).map_err(refused)?;
        if !plan.ops.is_empty() {
            let batch = Batch { id: self.ids.batch(), ops: plan.ops, precondition: None };
            self.replica.commit(batch).map_err(refused)?;
        }
        Ok(plan.answer)
    }
}

fn parse<T: std::str::FromStr<Err = leapmux_types::IdError>>(id: &str) -> Thrown<T> {
    id.parse().map_err(invalid)
}

fn placement(tile: &str, before: Option<String>, after: Option<String>) -> Thrown<Placement> {
    let at = match (before, after) {
        (Some(tab), _) => At::Before(parse(&tab)?),
        (None, Some(tab)) => At::After(parse(&tab)?),
        (None, None) => At::End,
    };
    Ok(Placement { tile: parse(tile)?, at })
}

fn tabs(move_tabs: bool) -> Tabs {
    if move_tabs { Tabs::Move } else { Tabs::Remove }
}

fn received(received: Received) -> String {
    match received {
        Received::Applied => "applied",
        Received::Seen => "seen",
        Received::Gap => "gap",
    }
    .to_owned()
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("views are plain JSON")
}
