//! What a terminal shows and what each client lacks of it: the screen model, the latest bytes, and the rule which of the two a
//! client gets. No IO, no time.

use bytes::Bytes;
use leapmux_pty::screen::{Screen, ScreenEvent, ScreenModel};

use super::ring::Ring;
use super::shared::Size;

/// Most output bytes of one message.
const OUTPUT_MAX: usize = 32 * 1024;
/// Packed bytes of scrollback that are stored with the last screen.
const STORED_SCROLLBACK: usize = 96 * 1024;

/// What a client that has drawn everything up to an offset needs next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// It has everything.
    Nothing,
    /// The bytes at its offset.
    Output { offset: u64, bytes: Bytes },
    /// Reset, set the size, draw this; then it has everything before `offset`.
    Redraw { offset: u64, bytes: Bytes, size: Size },
}

/// A screen and its latest bytes.
pub(super) struct LiveScreen {
    model: Screen,
    ring: Ring,
    /// Below this offset bytes mean something else than when they were written: the size was another, or a question in them
    /// has been answered.
    replayable_from: u64,
    /// Where the output was when the size last changed.
    resized_at: Option<u64>,
}

impl LiveScreen {
    /// An empty screen whose output begins at `offset`.
    pub(super) fn new(size: Size, offset: u64) -> Self {
        let model = Screen::new(size.cols, size.rows);
        Self { model, ring: Ring::new(offset), replayable_from: offset, resized_at: None }
    }

    /// Draws what was stored, before anything else.
    pub(super) fn restore(&mut self, stored: &[u8]) {
        // What it asks for was asked and answered in its time.
        self.model.feed(stored);
    }

    /// Draws output. `answering`: questions in it are answered by us, so nobody else may see them.
    pub(super) fn output(&mut self, bytes: &[u8], answering: bool) -> Vec<ScreenEvent> {
        let events = self.model.feed(bytes);
        self.ring.push(bytes);
        if answering && events.iter().any(|event| matches!(event, ScreenEvent::Reply(_))) {
            self.replayable_from = self.ring.end();
        }
        events
    }

    /// Changes the size; whether it was another.
    pub(super) fn resize(&mut self, size: Size) -> bool {
        let changed = size != self.size();
        if changed {
            self.model.resize(size.cols, size.rows);
            self.replayable_from = self.ring.end();
            self.resized_at = Some(self.ring.end());
        }
        changed
    }

    pub(super) fn size(&self) -> Size {
        let (cols, rows) = self.model.size();
        Size { cols, rows }
    }

    /// Offset the next output byte will have.
    pub(super) fn end(&self) -> u64 {
        self.ring.end()
    }

    /// The title programs have set.
    pub(super) fn title(&self) -> &str {
        self.model.title()
    }

    /// Whether a program left the alternate screen on.
    pub(super) fn on_alternate_screen(&self) -> bool {
        self.model.on_alternate_screen()
    }

    /// Column of the cursor, from 0.
    pub(super) fn cursor_column(&self) -> u16 {
        self.model.cursor().0
    }

    /// From where a client goes on that was away: who has not seen the last size begins anew.
    pub(super) fn resume(&self, have: Option<u64>) -> Option<u64> {
        have.filter(|have| self.resized_at.is_none_or(|resized| *have > resized))
    }

    /// What a client needs that has drawn everything before `have`, or nothing at all.
    pub(super) fn piece(&self, have: Option<u64>) -> Piece {
        let resumable = have.filter(|have| (self.ring.start()..=self.ring.end()).contains(have));
        let output = resumable
            .filter(|have| *have >= self.replayable_from)
            .and_then(|offset| Some((offset, self.ring.from(offset, OUTPUT_MAX)?)));
        match output {
            Some((_, bytes)) if bytes.is_empty() => Piece::Nothing,
            Some((offset, bytes)) => Piece::Output { offset, bytes },
            None => Piece::Redraw { offset: self.end(), bytes: self.model.dump().into(), size: self.size() },
        }
    }

    /// What to store: the screen and the latest lines above it.
    pub(super) fn to_store(&self) -> Vec<u8> {
        self.model.dump_within(STORED_SCROLLBACK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: Size = Size { cols: 20, rows: 5 };

    /// A client: draws what it is given, checks that nothing is missing or doubled.
    struct Client {
        screen: Screen,
        have: Option<u64>,
    }

    impl Client {
        fn catch_up(&mut self, live: &LiveScreen, pieces: usize) {
            for _ in 0..pieces {
                match live.piece(self.have) {
                    Piece::Nothing => break,
                    Piece::Output { offset, bytes } => {
                        assert_eq!(Some(offset), self.have);
                        self.screen.feed(&bytes);
                        self.have = Some(offset + bytes.len() as u64);
                    }
                    Piece::Redraw { offset, bytes, size } => {
                        self.screen = Screen::new(size.cols, size.rows);
                        self.screen.feed(&bytes);
                        self.have = Some(offset);
                    }
                }
            }
        }
    }

    /// A small deterministic generator: the schedules differ, a failure can be repeated by its seed.
    fn random(state: &mut u64) -> usize {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*state >> 33) as usize
    }

    #[test]
    fn clients_lose_and_double_nothing_whenever_they_come_and_go() {
        for seed in 0..200 {
            let mut state = seed;
            let mut live = LiveScreen::new(SIZE, 1 << 40);
            let mut clients = [(); 3].map(|()| Client { screen: Screen::new(1, 1), have: None });
            for step in 0..120 {
                match random(&mut state) % 8 {
                    0 => {
                        let size =
                            Size { cols: 10 + (random(&mut state) % 20) as u16, rows: 3 + (step % 4) as u16 };
                        live.resize(size);
                        for client in &mut clients {
                            client.have = live.resume(client.have);
                        }
                    }
                    1 => {
                        live.output(&b"zzz\r".repeat(random(&mut state) % 25_000), false);
                    }
                    2 => {
                        live.output("\x1b[c\u{65e5}".as_bytes(), true);
                    }
                    _ => {
                        let text = format!("\x1b[3{}m{step}\r\n\x1b[{};3H\u{65e5}", step % 8, step % 6);
                        let cut = random(&mut state) % text.len();
                        live.output(&text.as_bytes()[..cut], false);
                        live.output(&text.as_bytes()[cut..], false);
                    }
                }
                let one = random(&mut state) % 3;
                clients[one].catch_up(&live, random(&mut state) % 4);
            }
            for client in &mut clients {
                client.catch_up(&live, usize::MAX);
                assert_eq!(client.have, Some(live.end()));
                assert_eq!(visible(&client.screen), visible(&live.model), "seed {seed}");
            }
        }
    }

    /// The screen without the lines above, where resizes may break lines differently, and without what cannot be seen:
    /// whether a line goes on below the screen.
    fn visible(screen: &Screen) -> String {
        String::from_utf8_lossy(&screen.dump_within(0)).replace("\r\n", "")
    }

    #[test]
    fn a_client_from_another_life_is_redrawn() {
        let mut live = LiveScreen::new(SIZE, 1000);
        live.output(b"hello", false);
        assert_eq!(live.piece(Some(1002)), Piece::Output { offset: 1002, bytes: Bytes::from_static(b"llo") });
        assert_eq!(live.piece(Some(1005)), Piece::Nothing);
        for other in [None, Some(0), Some(999), Some(1006), Some(u64::MAX)] {
            assert!(matches!(live.piece(other), Piece::Redraw { offset: 1005, .. }), "{other:?}");
        }
    }

    #[test]
    fn answered_questions_are_not_shown_again() {
        let mut live = LiveScreen::new(SIZE, 0);
        live.output(b"ask\x1b[c", true);
        live.output(b" on", true);
        assert!(matches!(live.piece(Some(0)), Piece::Redraw { .. }));
        assert!(matches!(live.piece(Some(6)), Piece::Output { .. }));
        let mut seen = LiveScreen::new(SIZE, 0);
        seen.output(b"ask\x1b[c", false);
        assert!(matches!(seen.piece(Some(0)), Piece::Output { .. }), "the client that reads it answers");
    }
}
