//! The emulator: `alacritty_terminal`'s, with what it does not show (scroll region, tab stops, charset, title) followed
//! beside it, its own alternate screen so that the main one can be read below it, and lines harvested as they scroll off.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use alacritty_terminal::event::{Event, EventListener};
use alacritty_terminal::grid::{Dimensions, Grid};
use alacritty_terminal::index::{Column, Line as Row};
use alacritty_terminal::term::cell::{Cell, Flags};
use alacritty_terminal::term::{Config, Osc52, Term, TermMode};
use alacritty_terminal::vte::ansi::{
    Attr, CharsetIndex, ClearMode, Color, CursorShape, CursorStyle, Handler, Hyperlink, KeyboardModes,
    KeyboardModesApplyBehavior, LineClearMode, Mode, NamedPrivateMode, PrivateMode, Rgb, StandardCharset,
    TabulationClearMode,
};
use unicode_width::UnicodeWidthChar;

use super::ScreenEvent;
use super::colors::color;
use super::line::Line;
use super::scrollback::Scrollback;

/// Lines that stay in the emulator after they scrolled off, so that a taller screen shows them again.
const KEPT: usize = 32;
/// Lines more before the older ones are harvested.
const BATCH: usize = 32;
/// Marks on one character; more are not legible and would only cost memory.
const MARKS_MAX: usize = 16;
/// Longest link that is kept, bytes.
const LINK_MAX: usize = 2048;
/// Longest title, characters.
const TITLE_MAX: usize = 256;
/// Titles a program can put aside.
const TITLE_STACK_MAX: usize = 10;
/// Modes of the view the emulator does not know, which a redraw must set again: X10 mouse, reverse wrap-around, numeric
/// keypad, the mouse encodings of urxvt and pixels, colour scheme reports.
const MODES_OF_THE_VIEW: [u16; 6] = [9, 45, 66, 1015, 1016, 2031];

/// Where the emulator's events wait until the piece of output is done.
#[derive(Clone, Default)]
pub(super) struct Events(Arc<Mutex<Vec<Event>>>);

impl EventListener for Events {
    fn send_event(&self, event: Event) {
        if matches!(event, Event::PtyWrite(_) | Event::Bell | Event::ColorRequest(..)) {
            let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            // However often a piece of output rings, it rings once.
            let again =
                matches!(event, Event::Bell) && waiting.iter().any(|event| matches!(event, Event::Bell));
            if !again {
                waiting.push(event);
            }
        }
    }
}

/// A size as the emulator takes it.
struct Size {
    cols: usize,
    rows: usize,
}

impl Dimensions for Size {
    fn total_lines(&self) -> usize {
        self.rows
    }
    fn screen_lines(&self) -> usize {
        self.rows
    }
    fn columns(&self) -> usize {
        self.cols
    }
}

/// See the module.
pub(super) struct Emulator {
    pub(super) term: Term<Events>,
    /// The main screen while the alternate one is shown.
    pub(super) below: Option<Grid<Cell>>,
    pub(super) scrollback: Scrollback,
    /// First line and the line after the last, from 0.
    pub(super) region: (usize, usize),
    pub(super) charset: CharsetIndex,
    pub(super) tabs: Vec<bool>,
    pub(super) cursor_styled: bool,
    pub(super) view_modes: BTreeSet<u16>,
    pub(super) title: String,
    titles: Vec<String>,
    title_changed: bool,
    events: Events,
    /// Lines on their way into the scrollback, one after the other in the same memory.
    line: Line,
}

impl Emulator {
    pub(super) fn new(cols: usize, rows: usize) -> Self {
        let events = Events::default();
        let config =
            Config { scrolling_history: history_max(rows), osc52: Osc52::Disabled, ..Config::default() };
        let mut term = Term::new(config, &Size { cols, rows }, events.clone());
        *term.grid_mut() = roomy(cols, rows);
        Self {
            term,
            below: None,
            scrollback: Scrollback::default(),
            region: (0, rows),
            charset: CharsetIndex::G0,
            tabs: default_tabs(cols),
            cursor_styled: false,
            view_modes: BTreeSet::new(),
            title: String::new(),
            titles: Vec::new(),
            title_changed: false,
            events,
            line: Line::default(),
        }
    }

    pub(super) fn cols(&self) -> usize {
        self.term.columns()
    }

    pub(super) fn rows(&self) -> usize {
        self.term.screen_lines()
    }

    pub(super) fn mode(&self, mode: TermMode) -> bool {
        self.term.mode().contains(mode)
    }

    /// The main screen, shown or not.
    pub(super) fn main(&self) -> &Grid<Cell> {
        self.below.as_ref().unwrap_or_else(|| self.term.grid())
    }

    /// What was asked for since the last time.
    pub(super) fn take_events(&mut self) -> Vec<ScreenEvent> {
        let mut events = Vec::new();
        if std::mem::take(&mut self.title_changed) {
            events.push(ScreenEvent::Title(self.title.clone()));
        }
        let waiting = std::mem::take(&mut *self.events.0.lock().unwrap_or_else(PoisonError::into_inner));
        events.extend(waiting.into_iter().filter_map(|event| match event {
            Event::PtyWrite(text) => Some(ScreenEvent::Reply(text.into_bytes())),
            Event::ColorRequest(index, format) => {
                Some(ScreenEvent::Reply(format(color(self.term.colors(), index)).into_bytes()))
            }
            Event::Bell => Some(ScreenEvent::Bell),
            _ => None,
        }));
        events
    }

    /// Changes the size; what no longer fits goes into the scrollback.
    pub(super) fn resize(&mut self, cols: usize, rows: usize) {
        if (cols, rows) == (self.cols(), self.rows()) {
            return;
        }
        let alternate = self.below.take().map(|main| std::mem::replace(self.term.grid_mut(), main));
        // Wrapping long lines anew may make many of few: none of them may fall off before they are harvested.
        self.term.grid_mut().update_history(usize::from(u16::MAX));
        self.term.resize(Size { cols, rows });
        self.harvest(KEPT);
        let mut rebuilt = with_room(self.term.grid(), cols, rows);
        settle(&mut rebuilt);
        *self.term.grid_mut() = rebuilt;
        if let Some(mut alternate) = alternate {
            alternate.resize::<Color>(false, rows, cols);
            settle(&mut alternate);
            self.below = Some(std::mem::replace(self.term.grid_mut(), alternate));
        }
        self.region = (0, rows);
        let mut column = self.tabs.len();
        self.tabs.resize_with(cols, || {
            column += 1;
            (column - 1).is_multiple_of(8)
        });
    }

    /// What `ESC [ ! p` asks for, which the emulator does not know.
    pub(super) fn soft_reset(&mut self) {
        let point = self.term.grid().cursor.point;
        for mode in [NamedPrivateMode::ShowCursor, NamedPrivateMode::LineWrap] {
            self.set_private_mode(mode.into());
        }
        for mode in [NamedPrivateMode::Origin, NamedPrivateMode::CursorKeys, NamedPrivateMode::BracketedPaste]
        {
            self.unset_private_mode(mode.into());
        }
        self.unset_private_mode(NamedPrivateMode::ReportFocusInOut.into());
        self.unset_mode(alacritty_terminal::vte::ansi::NamedMode::Insert.into());
        self.unset_keypad_application_mode();
        self.view_modes.remove(&45);
        self.set_scrolling_region(1, None);
        self.set_active_charset(CharsetIndex::G0);
        let grid = self.term.grid_mut();
        grid.cursor = Default::default();
        grid.saved_cursor = Default::default();
        grid.cursor.point = point;
    }

    /// Before something scrolls by `lines`: there must be room for them above the screen.
    #[inline]
    fn make_room(&mut self, lines: usize) {
        if self.below.is_none() && self.term.grid().history_size() + lines > history_max(self.rows()) {
            self.harvest(KEPT);
        }
    }

    /// Packs all but the newest `keep` lines above the main screen, which is shown.
    fn harvest(&mut self, keep: usize) {
        let grid = self.term.grid();
        let history = i32::try_from(grid.history_size()).unwrap_or(i32::MAX);
        let kept = i32::try_from(keep).unwrap_or(i32::MAX).min(history);
        for row in -history..-kept {
            self.line.read(&grid[Row(row)]);
            self.scrollback.push(&self.line);
        }
        let max = history_max(self.rows());
        let grid = self.term.grid_mut();
        grid.update_history(keep);
        grid.update_history(max);
    }

    /// Shows the alternate screen, empty, with the cursor where it is.
    fn show_alternate(&mut self) {
        if self.below.is_some() {
            return;
        }
        let (cols, rows) = (self.cols(), self.rows());
        let mut alternate = Grid::new(rows, cols, 0);
        alternate.cursor = self.term.grid().cursor.clone();
        alternate.reset_region::<Color, _>(..);
        self.below = Some(std::mem::replace(self.term.grid_mut(), alternate));
    }

    /// Shows the main screen again; the alternate one is forgotten.
    fn show_main(&mut self, restore_cursor: bool) {
        let Some(mut main) = self.below.take() else { return };
        if restore_cursor {
            main.cursor = main.saved_cursor.clone();
        } else {
            main.cursor = self.term.grid().cursor.clone();
        }
        *self.term.grid_mut() = main;
    }

    /// The modes around the alternate screen, and those only the view knows. Whether it was one of them.
    fn own_mode(&mut self, mode: PrivateMode, set: bool) -> bool {
        match (mode.raw(), set) {
            (1049, true) => {
                if self.below.is_none() {
                    self.term.save_cursor_position();
                }
                self.show_alternate();
            }
            (1049, false) => self.show_main(true),
            (47 | 1047, true) => self.show_alternate(),
            (47 | 1047, false) => self.show_main(false),
            (1048, true) => self.term.save_cursor_position(),
            (1048, false) => self.term.restore_cursor_position(),
            (mode, true) if MODES_OF_THE_VIEW.contains(&mode) => {
                self.view_modes.insert(mode);
            }
            (mode, false) if MODES_OF_THE_VIEW.contains(&mode) => {
                self.view_modes.remove(&mode);
            }
            _ => return false,
        }
        true
    }

    /// Writes printable ASCII where it only has to be put into cells: up to the last column, over narrow characters. Returns
    /// how many bytes it wrote; the rest, if only one, is for the parser.
    pub(super) fn write_plain(&mut self, text: &[u8]) -> usize {
        let insert = self.mode(TermMode::INSERT);
        let cols = self.cols();
        let grid = self.term.grid_mut();
        let cursor = &grid.cursor;
        if insert || cursor.input_needs_wrap || cursor.charsets[self.charset] != StandardCharset::Ascii {
            return 0;
        }
        let (line, column) = (cursor.point.line, cursor.point.column);
        let length = text.len().min(cols.saturating_sub(column.0 + 1));
        let template = cursor.template.clone();
        let cells = &mut grid[line][column..column + length];
        let halves = Flags::WIDE_CHAR | Flags::WIDE_CHAR_SPACER;
        if cells.iter().any(|cell| cell.flags.intersects(halves)) {
            return 0;
        }
        for (cell, byte) in cells.iter_mut().zip(text) {
            cell.c = char::from(*byte);
            cell.fg = template.fg;
            cell.bg = template.bg;
            cell.flags = template.flags;
            cell.extra.clone_from(&template.extra);
        }
        grid.cursor.point.column = column + length;
        length
    }

    /// Whether the character that a mark would join has as many as it may have.
    fn is_overloaded(&self) -> bool {
        let grid = self.term.grid();
        let mut column = grid.cursor.point.column.0;
        if !grid.cursor.input_needs_wrap {
            column = column.saturating_sub(1);
        }
        let row = &grid[grid.cursor.point.line];
        if row[Column(column)].flags.contains(Flags::WIDE_CHAR_SPACER) {
            column = column.saturating_sub(1);
        }
        row[Column(column)].zerowidth().is_some_and(|marks| marks.len() >= MARKS_MAX)
    }
}

/// Lines above the screen the emulator may hold: a scroll moves at most a screen.
fn history_max(rows: usize) -> usize {
    KEPT + BATCH.max(rows)
}

fn default_tabs(cols: usize) -> Vec<bool> {
    (0..cols).map(|column| column.is_multiple_of(8)).collect()
}

/// An empty main screen that has the memory for its history from the start: the emulator would take a thousand lines.
fn roomy(cols: usize, rows: usize) -> Grid<Cell> {
    let mut grid = Grid::new(rows + history_max(rows), cols, history_max(rows));
    grid.resize::<Color>(false, rows, cols);
    grid
}

/// The same screen in such memory; resizing has given it up.
fn with_room(old: &Grid<Cell>, cols: usize, rows: usize) -> Grid<Cell> {
    let mut grid = roomy(cols, rows);
    let screen = Row(0)..Row(i32::try_from(rows).unwrap_or(i32::MAX));
    for _ in 0..old.history_size() {
        grid.scroll_up::<Color>(&screen, 1);
    }
    for row in old.topmost_line().0..screen.end.0 {
        grid[Row(row)] = old[Row(row)].clone();
    }
    grid.cursor = old.cursor.clone();
    grid.saved_cursor = old.saved_cursor.clone();
    grid
}

/// Cursors wait to wrap behind the last column only, which a resize has moved.
fn settle(grid: &mut Grid<Cell>) {
    let last = grid.last_column();
    for cursor in [&mut grid.cursor, &mut grid.saved_cursor] {
        cursor.input_needs_wrap &= cursor.point.column == last;
    }
}

/// Hands calls on to the emulator below.
macro_rules! forward {
    ($($name:ident($($argument:ident: $kind:ty),*);)*) => {
        $(
            #[inline]
            fn $name(&mut self, $($argument: $kind),*) {
                self.term.$name($($argument),*);
            }
        )*
    };
}

impl Handler for Emulator {
    forward! {
        goto(line: i32, col: usize);
        goto_line(line: i32);
        goto_col(col: usize);
        insert_blank(count: usize);
        move_up(lines: usize);
        move_down(lines: usize);
        device_status(status: usize);
        move_forward(cols: usize);
        move_backward(cols: usize);
        move_down_and_cr(lines: usize);
        move_up_and_cr(lines: usize);
        backspace();
        carriage_return();
        bell();
        scroll_down(lines: usize);
        insert_blank_lines(lines: usize);
        erase_chars(count: usize);
        delete_chars(count: usize);
        move_forward_tabs(count: u16);
        save_cursor_position();
        restore_cursor_position();
        clear_line(mode: LineClearMode);
        reverse_index();
        terminal_attribute(attribute: Attr);
        set_mode(mode: Mode);
        unset_mode(mode: Mode);
        report_mode(mode: Mode);
        set_keypad_application_mode();
        unset_keypad_application_mode();
        configure_charset(index: CharsetIndex, charset: StandardCharset);
        set_color(index: usize, value: Rgb);
        dynamic_color_sequence(prefix: String, index: usize, terminator: &str);
        reset_color(index: usize);
        decaln();
        text_area_size_chars();
        report_keyboard_mode();
        push_keyboard_mode(mode: KeyboardModes);
        pop_keyboard_modes(count: u16);
        set_keyboard_mode(mode: KeyboardModes, behavior: KeyboardModesApplyBehavior);
    }

    #[inline]
    fn input(&mut self, character: char) {
        if self.term.grid().cursor.input_needs_wrap {
            self.make_room(1);
        }
        // Below U+0300 nothing joins the character before it.
        if character >= '\u{300}' {
            match character.width() {
                Some(0) if self.is_overloaded() => return,
                // A wide character in the last column wraps, too.
                Some(2) => self.make_room(1),
                _ => {}
            }
        }
        self.term.input(character);
    }

    #[inline]
    fn linefeed(&mut self) {
        self.make_room(1);
        self.term.newline();
    }

    fn put_tab(&mut self, count: u16) {
        self.make_room(1);
        self.term.put_tab(count);
    }

    /// The emulator would go on waiting to wrap.
    fn move_backward_tabs(&mut self, count: u16) {
        self.term.move_backward_tabs(count);
        settle(self.term.grid_mut());
    }

    fn scroll_up(&mut self, lines: usize) {
        self.make_room(lines.min(self.rows()));
        self.term.scroll_up(lines);
    }

    /// Deleted lines are gone; the emulator would keep them if they were at the top.
    fn delete_lines(&mut self, lines: usize) {
        if self.below.is_none() && self.term.grid().cursor.point.line == 0 && self.region.0 == 0 {
            self.harvest(0);
            let max = history_max(self.rows());
            self.term.grid_mut().update_history(0);
            self.term.delete_lines(lines);
            self.term.grid_mut().update_history(max);
        } else {
            self.term.delete_lines(lines);
        }
    }

    /// Clearing the screen clears it; the emulator would push it into the scrollback, which the view does not.
    fn clear_screen(&mut self, mode: ClearMode) {
        match mode {
            ClearMode::All => self.term.grid_mut().reset_region::<Color, _>(..),
            ClearMode::Saved => {
                self.scrollback.clear();
                if self.below.is_none() {
                    self.term.grid_mut().clear_history();
                } else if let Some(main) = &mut self.below {
                    main.clear_history();
                }
            }
            ClearMode::Above | ClearMode::Below => self.term.clear_screen(mode),
        }
    }

    fn reset_state(&mut self) {
        if let Some(main) = self.below.take() {
            *self.term.grid_mut() = main;
        }
        self.term.reset_state();
        self.scrollback.clear();
        self.region = (0, self.rows());
        self.charset = CharsetIndex::G0;
        self.tabs = default_tabs(self.cols());
        self.cursor_styled = false;
        self.view_modes.clear();
        self.titles.clear();
    }

    fn set_private_mode(&mut self, mode: PrivateMode) {
        if self.own_mode(mode, true) {
            return;
        }
        match mode {
            PrivateMode::Named(NamedPrivateMode::BlinkingCursor) => self.cursor_styled = true,
            PrivateMode::Named(NamedPrivateMode::ColumnMode) => self.region = (0, self.rows()),
            _ => {}
        }
        self.term.set_private_mode(mode);
    }

    fn unset_private_mode(&mut self, mode: PrivateMode) {
        if self.own_mode(mode, false) {
            return;
        }
        match mode {
            PrivateMode::Named(NamedPrivateMode::BlinkingCursor) => self.cursor_styled = true,
            PrivateMode::Named(NamedPrivateMode::ColumnMode) => self.region = (0, self.rows()),
            _ => {}
        }
        self.term.unset_private_mode(mode);
    }

    fn report_private_mode(&mut self, mode: PrivateMode) {
        let state = match mode.raw() {
            47 | 1047 | 1049 => self.below.is_some(),
            raw if MODES_OF_THE_VIEW.contains(&raw) => self.view_modes.contains(&raw),
            _ => return self.term.report_private_mode(mode),
        };
        let answer = format!("\x1b[?{};{}$y", mode.raw(), if state { 1 } else { 2 });
        self.events.send_event(Event::PtyWrite(answer));
    }

    /// As the view answers: a VT100 with advanced video; xterm, patch 276.
    fn identify_terminal(&mut self, intermediate: Option<char>) {
        let answer = match intermediate {
            None => "\x1b[?1;2c",
            Some('>') => "\x1b[>0;276;0c",
            Some(_) => return,
        };
        self.events.send_event(Event::PtyWrite(answer.to_owned()));
    }

    fn set_scrolling_region(&mut self, top: usize, bottom: Option<usize>) {
        let rows = self.rows();
        let bottom = bottom.unwrap_or(rows).min(rows);
        if top < bottom {
            self.region = (top.saturating_sub(1), bottom);
            self.term.set_scrolling_region(top.max(1), Some(bottom));
        }
    }

    fn set_active_charset(&mut self, index: CharsetIndex) {
        self.charset = index;
        self.term.set_active_charset(index);
    }

    fn set_horizontal_tabstop(&mut self) {
        let column = self.term.grid().cursor.point.column;
        self.tabs[column.0] = true;
        self.term.set_horizontal_tabstop();
    }

    fn clear_tabs(&mut self, mode: TabulationClearMode) {
        match mode {
            TabulationClearMode::Current => self.tabs[self.term.grid().cursor.point.column.0] = false,
            TabulationClearMode::All => self.tabs.fill(false),
        }
        self.term.clear_tabs(mode);
    }

    fn set_cursor_style(&mut self, style: Option<CursorStyle>) {
        self.cursor_styled = style.is_some();
        self.term.set_cursor_style(style);
    }

    fn set_cursor_shape(&mut self, shape: CursorShape) {
        self.cursor_styled = true;
        self.term.set_cursor_shape(shape);
    }

    fn set_hyperlink(&mut self, link: Option<Hyperlink>) {
        let length = |link: &Hyperlink| link.uri.len() + link.id.as_ref().map_or(0, String::len);
        self.term.set_hyperlink(link.filter(|link| length(link) <= LINK_MAX));
    }

    fn set_title(&mut self, title: Option<String>) {
        let title = title.unwrap_or_default();
        self.title = title.chars().filter(|character| !character.is_control()).take(TITLE_MAX).collect();
        self.title_changed = true;
    }

    fn push_title(&mut self) {
        if self.titles.len() == TITLE_STACK_MAX {
            self.titles.remove(0);
        }
        self.titles.push(self.title.clone());
    }

    fn pop_title(&mut self) {
        if let Some(title) = self.titles.pop() {
            self.set_title(Some(title));
        }
    }
}
