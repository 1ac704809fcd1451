//! A dump, fed to a fresh model, must give the same screen; and the same again whatever comes after.

use alacritty_terminal::grid::{Cursor, Dimensions, Grid};
use alacritty_terminal::index::Line as Row;
use alacritty_terminal::term::TermMode;
use alacritty_terminal::term::cell::{Cell, Flags};
use proptest::prelude::*;

use super::line::Line;
use super::style::Style;
use super::{Screen, ScreenEvent, ScreenModel};

/// All of a model that a program or a person can notice.
#[derive(Debug, PartialEq)]
struct State {
    above: Vec<Line>,
    main: Vec<Line>,
    alternate: Option<Vec<Line>>,
    cursors: Vec<String>,
    modes: String,
}

fn rows(grid: &Grid<Cell>, from: i32) -> Vec<Line> {
    let to = i32::try_from(grid.screen_lines()).expect("a screen is small");
    let mut lines: Vec<Line> = (from..to).map(|row| Line::of(&grid[Row(row)])).collect();
    // A resize may leave nothing where the last line goes on; that cannot be seen.
    if let Some(last) = lines.last_mut() {
        last.wrapped = false;
    }
    // To wait behind a last column, it is drawn again; the view then still knows that the line goes on, the model not.
    let waiting = [&grid.cursor, &grid.saved_cursor].into_iter().filter(|cursor| cursor.input_needs_wrap);
    for cursor in waiting {
        lines[usize::try_from(cursor.point.line.0 - from).expect("a row of the screen")].wrapped = false;
    }
    let mut lines = visible(lines);
    lines.iter_mut().filter(|line| !line.wrapped).for_each(Line::trim);
    lines
}

/// Brings lines into one form where a difference could not be seen: a blank in the last column of a line that goes on (a
/// wide character may have had no room there) has no style, and neighbouring runs of one style are one run.
fn visible(mut lines: Vec<Line>) -> Vec<Line> {
    for line in &mut lines {
        let mut runs: Vec<(Style, String)> =
            line.pieces().map(|(style, text)| (style.clone(), text.to_owned())).collect();
        let mut gap = line.gap;
        if line.wrapped
            && !gap
            && let Some((_, text)) = runs.last_mut().filter(|(_, text)| text.ends_with(' '))
        {
            text.pop();
            gap = true;
        }
        if gap {
            runs.push((Style::default(), " ".into()));
        }
        runs.retain(|(_, text)| !text.is_empty());
        runs.dedup_by(|next, run| {
            let same = next.0 == run.0 || (next.1 == " " && run.0.looks_blank_like(&next.0));
            if same {
                run.1 += &next.1;
            }
            same
        });
        let wrapped = line.wrapped;
        *line = Line::from_runs(runs);
        line.wrapped = wrapped;
    }
    lines
}

fn cursor(cursor: &Cursor<Cell>) -> String {
    let charsets = super::dump::CHARSETS.map(|(index, _)| cursor.charsets[index]);
    format!(
        "{},{} waits={} {:?} {charsets:?}",
        cursor.point.line.0,
        cursor.point.column.0,
        cursor.input_needs_wrap,
        Style::of(&cursor.template)
    )
}

fn state(screen: &Screen) -> State {
    let emulator = &screen.emulator;
    let (main, shown) = (emulator.main(), emulator.term.grid());
    let history = -i32::try_from(main.history_size()).expect("a history is short");
    let mut above: Vec<Line> = emulator.scrollback.last(usize::MAX).collect();
    let mut all = rows(main, history);
    let screen_rows = all.split_off(main.history_size());
    above.extend(all);
    let mut cursors = vec![cursor(&shown.cursor), cursor(&shown.saved_cursor)];
    if emulator.below.is_some() {
        cursors.extend([cursor(&main.cursor), cursor(&main.saved_cursor)]);
    }
    State {
        above: visible(above),
        main: screen_rows,
        alternate: emulator.below.is_some().then(|| rows(shown, 0)),
        cursors,
        modes: format!(
            "{:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
            emulator.term.mode(),
            emulator.region,
            emulator.charset,
            emulator.tabs,
            emulator.cursor_styled.then(|| emulator.term.cursor_style()),
            emulator.view_modes,
            emulator.title,
            screen.sequences.pending(),
        ),
    }
}

fn fed(cols: u16, rows: u16, bytes: &[u8]) -> Screen {
    let mut screen = Screen::new(cols, rows);
    screen.feed(bytes);
    screen
}

fn redrawn(screen: &Screen) -> Screen {
    let (cols, rows) = screen.size();
    fed(cols, rows, &screen.dump())
}

fn assert_redraws(name: &str, screen: &Screen) {
    assert_eq!(
        state(&redrawn(screen)),
        state(screen),
        "{name}: {:?}",
        String::from_utf8_lossy(&screen.dump())
    );
}

/// What a row of the shown screen reads.
fn text(screen: &Screen, row: i32) -> String {
    Line::of(&screen.emulator.term.grid()[Row(row)]).text().to_owned()
}

#[test]
fn draws_what_xterm_draws() {
    let screen = fed(10, 4, "one\r\ntwo\tx\r\n\x1b[31mred\x1b[m \u{65e5}\u{672c}e\u{301}".as_bytes());
    assert_eq!(text(&screen, 0), "one");
    assert_eq!(text(&screen, 1), "two     x");
    assert_eq!(text(&screen, 2), "red 日本e\u{301}");
    let cursor = &screen.emulator.term.grid().cursor;
    assert_eq!((cursor.point.line.0, cursor.point.column.0, cursor.input_needs_wrap), (2, 9, false));
}

#[test]
fn the_alternate_screen_keeps_the_main_one_below() {
    let mut screen = fed(20, 5, b"$ vim\r\n\x1b[?1049h\x1b[2J\x1b[1;1Hfile\x1b[5;1H~");
    assert_eq!((text(&screen, 0).as_str(), text(&screen, 4).as_str()), ("file", "~"));
    assert_redraws("alternate", &screen);
    let mut again = redrawn(&screen);
    for screen in [&mut screen, &mut again] {
        screen.feed(b"\x1b[?1049l$ ");
        assert_eq!(
            (text(screen, 0).as_str(), text(screen, 1).as_str(), text(screen, 4).as_str()),
            ("$ vim", "$", "")
        );
    }
}

#[test]
fn hand_written_cases_redraw() {
    let cases = [
        ("empty", ""),
        ("waits behind the last column", "0123456789"),
        ("waits behind a wide character", "01234567\u{65e5}"),
        ("wide character without room", "012345678\u{65e5}x"),
        ("its place taken by another", "012345678\u{65e5}\x1b[2;1Hab"),
        ("wrapped line with nothing after it", "0123456789x\x1b[2;1H\x1b[K"),
        (
            "colours at the wrap",
            "\x1b[41m0123456789ab\x1b[m\r\nx\r\n\x1b[44m0123456789\x1b[42mzz\r\n\r\n\r\n\x1b[m.",
        ),
        ("background erased", "\x1b[44m\x1b[2J\x1b[3;3Hx\x1b[K"),
        ("scrolled with background", "\x1b[44ma\r\nb\r\nc\r\nd\r\ne\r\nf"),
        ("scroll region and origin", "a\r\nb\r\nc\x1b[2;3r\x1b[?6h\x1b[2;4Hx"),
        ("saved cursor", "\x1b[1;31m\x1b[3;4H\x1b7\x1b[m\x1b[1;1Hx"),
        ("saved cursor that waits", "\x1b[2;1H0123456789\x1b7\x1b[H"),
        ("line drawing", "\x1b(0lqqk\x1b(B \x1b)0\x0exx"),
        ("charset below the alternate screen", "\x1b(0q\x1b[?1049hq\x1b(Bq"),
        ("tab stops", "\x1b[3g\x1b[1;4H\x1bH\x1b[1;1H\tx"),
        ("underlines", "\x1b[4ma\x1b[4:3;58:2::1:2:3mb\x1b[21mc\x1b[4:5;58:5:9md"),
        ("links", "\x1b]8;id=a;https://a.org/?q=1;2\x1b\\link\x1b]8;;\x1b\\ \x1b]8;;https://b.org\x07b"),
        ("link at the cursor", "\x1b]8;;https://b.org\x07\x1b[1mb"),
        (
            "modes",
            "\x1b[?1h\x1b=\x1b[4h\x1b[?7l\x1b[?25l\x1b[?1002h\x1b[?1006h\x1b[?1004h\x1b[?2004h\x1b[?1016h\x1b[20h",
        ),
        ("cursor styles", "\x1b[5 q"),
        ("title and colours", "\x1b]0;a title\x07\x1b]11;#102030\x07\x1b]4;1;rgb:ff/00/00\x07"),
        ("old alternate screen", "\x1b7ab\x1b[?47hcd"),
        ("unfinished sequence", "ab\x1b[3"),
        ("unfinished title", "\x1b]0;half a ti"),
        ("marks", "e\u{301}\u{302}x\r\n\u{301}y"),
        ("half a wide character", "\u{65e5}\u{672c}\x1b[1;2Hx\x1b[1;3H\x1b[P"),
        ("true colours", "\x1b[38;2;1;2;3;48;5;200mx\x1b[97;100my"),
        ("soft reset", "\x1b[?25l\x1b[4h\x1b[2;3r\x1b[1m\x1b[!px"),
        ("invalid bytes", "ok\u{fffd}"),
    ];
    for (name, stream) in cases {
        for (cols, rows) in [(10, 4), (7, 2), (40, 10)] {
            assert_redraws(name, &fed(cols, rows, stream.as_bytes()));
        }
    }
    assert_redraws("broken utf-8", &fed(10, 4, b"a\xff\xc3\xe6\x97"));
}

#[test]
fn what_programs_ask_is_answered() {
    let mut screen = fed(80, 24, b"\x1b[3;5H");
    let asked = b"\x1b[c\x1b[>c\x1b[5n\x1b[6n\x1b[?1049$p\x1b]11;?\x07\x1b[18t";
    let answers: Vec<ScreenEvent> = screen.feed(asked);
    let expected = [
        "\x1b[?1;2c",
        "\x1b[>0;276;0c",
        "\x1b[0n",
        "\x1b[3;5R",
        "\x1b[?1049;2$y",
        "\x1b]11;rgb:0000/0000/0000\x07",
        "\x1b[8;24;80t",
    ];
    assert_eq!(answers, expected.map(|answer| ScreenEvent::Reply(answer.into())));
    let events = screen.feed(b"\x07\x07\x1b]2;first\x07\x1b]2;second\x1b\\");
    assert_eq!(events, [ScreenEvent::Title("second".into()), ScreenEvent::Bell]);
}

#[test]
fn lines_are_kept_in_order_when_they_scroll_off_and_come_back_when_the_screen_grows() {
    let mut screen = Screen::new(20, 5);
    for number in 0..500 {
        screen.feed(format!("line {number}\r\n").as_bytes());
    }
    assert_eq!(screen.scrollback_lines(), 496);
    let above = state(&screen).above;
    assert!(above.iter().enumerate().all(|(number, line)| line.text() == format!("line {number}")));
    screen.resize(20, 15);
    assert_eq!((text(&screen, 0), text(&screen, 13)), ("line 486".to_owned(), "line 499".to_owned()));
    assert_eq!(screen.scrollback_lines(), 486);
    screen.resize(20, 3);
    assert_eq!(text(&screen, 1), "line 499");
    assert_eq!(state(&screen).above.len(), 498);
    screen.feed(b"\x1b[3J");
    assert_eq!(screen.scrollback_lines(), 0);
}

#[test]
fn a_narrower_screen_wraps_and_loses_nothing() {
    let mut screen = Screen::new(40, 4);
    for number in 0..100 {
        screen.feed(format!("{number:03}-{}\r\n", "x".repeat(30)).as_bytes());
    }
    screen.resize(10, 4);
    screen.resize(40, 6);
    let all: String = String::from_utf8_lossy(&screen.dump()).replace(['\r', '\n'], "");
    for number in 0..100 {
        assert!(all.contains(&format!("{number:03}-{}", "x".repeat(30))), "{number} in {all}");
    }
}

/// Output of real programs at 100 columns and 30 rows, see `fixtures/README.md`.
const RECORDED: [(&str, &[u8]); 5] = [
    ("bash", include_bytes!("../../fixtures/bash.bytes")),
    ("less", include_bytes!("../../fixtures/less.bytes")),
    ("region", include_bytes!("../../fixtures/region.bytes")),
    ("tmux", include_bytes!("../../fixtures/tmux.bytes")),
    ("vim", include_bytes!("../../fixtures/vim.bytes")),
];

#[test]
fn recorded_programs_redraw_wherever_they_are_cut() {
    for (name, stream) in RECORDED {
        for part in 1..=40 {
            let cut = stream.len() * part / 40;
            let mut screen = fed(100, 30, &stream[..cut]);
            let mut again = redrawn(&screen);
            assert_eq!(state(&again), state(&screen), "{name} at {cut}");
            let rest = &stream[cut..];
            screen.feed(rest);
            again.feed(rest);
            assert_eq!(state(&again), state(&screen), "{name} after {cut}");
        }
    }
}

#[test]
fn recorded_programs_look_as_they_looked() {
    let vim = fed(100, 30, RECORDED[4].1);
    assert!(vim.on_alternate_screen());
    let all: Vec<String> = (0..30).map(|row| text(&vim, row)).collect();
    assert!(
        all.iter().any(|row| row.contains("\u{65e5}\u{672c}\u{8a9e} \u{30c6}\u{30ad}\u{30b9}\u{30c8}")),
        "{all:#?}"
    );
    assert!(all.iter().any(|row| row.contains(" 11 ^Iint x = 1;$")), "{all:#?}");
    let less = fed(100, 30, RECORDED[1].1);
    assert_eq!(text(&less, 0), "#include <stdio.h>");
    let region = fed(100, 30, RECORDED[2].1);
    let all: Vec<String> = (0..30).map(|row| text(&region, row)).collect();
    assert!(
        !region.on_alternate_screen()
            && all.iter().any(|row| row == "back\u{250c}\u{2500}\u{2500}\u{2500}\u{2510}"),
        "{all:#?}"
    );
}

/// Pieces of output as programs write them, with everything the emulator knows.
fn piece() -> impl Strategy<Value = String> {
    let number = prop_oneof![Just(0_u16), 1..12_u16, Just(99_u16)];
    let style = prop_oneof![
        Just("0"),
        Just("1"),
        Just("2"),
        Just("3"),
        Just("4"),
        Just("4:3"),
        Just("7"),
        Just("8"),
        Just("9"),
        Just("31"),
        Just("44"),
        Just("95"),
        Just("38;5;200"),
        Just("48;2;1;2;3"),
        Just("58:5:3"),
        Just("39"),
        Just("49"),
        Just("27"),
    ];
    let mode = prop_oneof![
        Just(1),
        Just(6),
        Just(7),
        Just(25),
        Just(47),
        Just(1000),
        Just(1002),
        Just(1006),
        Just(1047),
        Just(1048),
        Just(1049),
        Just(2004),
        Just(12),
        Just(3),
        Just(1015),
    ];
    let escape = prop_oneof![
        Just("\x1b7"),
        Just("\x1b8"),
        Just("\x1bD"),
        Just("\x1bE"),
        Just("\x1bM"),
        Just("\x1bH"),
        Just("\x1b(0"),
        Just("\x1b(B"),
        Just("\x1b)0"),
        Just("\x0e"),
        Just("\x0f"),
        Just("\x1b="),
        Just("\x1b>"),
        Just("\x1b#8"),
        Just("\x1b[!p"),
        Just("\x1b]0;t\x07"),
        Just("\x1b]8;id=i;u:x\x07"),
        Just("\x1b]8;;\x07"),
        Just("\x1b[5 q"),
        Just("\x1b[3g"),
        Just("\x1b[s"),
        Just("\x1b[u"),
        Just("\x1bc"),
        Just("\x1b[3J"),
        Just("\x1b[4h"),
        Just("\x1b[4l"),
        Just("\x1b[20h"),
        Just("\x1b[20l"),
    ];
    let text = prop_oneof![
        "[ -~]{1,14}",
        Just("\u{65e5}\u{672c}\u{8a9e}".to_owned()),
        Just("e\u{301}".to_owned()),
        Just("\t".to_owned()),
        Just("\u{8}".to_owned()),
        Just("\r\n".to_owned()),
        Just("\n\n\n".to_owned()),
        Just("\u{1f600}".to_owned()),
    ];
    prop_oneof![
        6 => text,
        3 => (number.clone(), number.clone(), "[@A-HJ-MPSTXZadfgrIG`]").prop_map(|(a, b, last)| format!("\x1b[{a};{b}{last}")),
        2 => (number.clone(), number).prop_map(|(a, b)| format!("\x1b[{a};{b}H")),
        2 => style.prop_map(|style| format!("\x1b[{style}m")),
        1 => (mode, prop::bool::ANY).prop_map(|(mode, on)| format!("\x1b[?{mode}{}", if on { 'h' } else { 'l' })),
        1 => escape.prop_map(|escape| escape.to_owned()),
    ]
}

/// The one place a cursor can be and not be sent: outside of the scroll region while addresses are relative to it.
fn is_out_of_reach(screen: &Screen) -> bool {
    let emulator = &screen.emulator;
    let line = usize::try_from(emulator.term.grid().cursor.point.line.0).unwrap_or(0);
    emulator.mode(TermMode::ORIGIN) && !(emulator.region.0..emulator.region.1).contains(&line)
}

/// Whether a line goes on where that is not drawn, see `rows`: behind a cursor that waits, or below the screen.
fn hides_where_a_line_goes_on(screen: &Screen) -> bool {
    let emulator = &screen.emulator;
    [emulator.term.grid(), emulator.main()].into_iter().any(|grid| {
        let waits =
            |cursor: &Cursor<Cell>| cursor.input_needs_wrap && Line::of(&grid[cursor.point.line]).wrapped;
        waits(&grid.cursor) || waits(&grid.saved_cursor) || Line::of(&grid[grid.bottommost_line()]).wrapped
    })
}

/// Whether a wide character lost a half to an erasure, or had no room in a last column: what the emulator does when the
/// place is written to depends on it.
fn has_halves(screen: &Screen) -> bool {
    let emulator = &screen.emulator;
    [emulator.term.grid(), emulator.main()].into_iter().any(|grid| {
        (-i32::try_from(grid.history_size()).unwrap_or(0)..i32::try_from(grid.screen_lines()).unwrap_or(0))
            .any(|row| {
                let is = |cell: Option<&Cell>, flag| cell.is_some_and(|cell| cell.flags.contains(flag));
                let cells = &grid[Row(row)][..];
                (0..=cells.len()).any(|at| {
                    let before = at.checked_sub(1).and_then(|before| cells.get(before));
                    is(before, Flags::WIDE_CHAR) != is(cells.get(at), Flags::WIDE_CHAR_SPACER)
                        || is(before, Flags::LEADING_WIDE_CHAR_SPACER)
                })
            })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn any_output_redraws_and_goes_on(
        before in prop::collection::vec(piece(), 0..60),
        cut in 0..8_usize,
        after in prop::collection::vec(piece(), 0..20),
        cols in 2..24_u16,
        rows in 1..9_u16,
    ) {
        let mut bytes = before.concat().into_bytes();
        // Cut inside a sequence or a character: the rest comes after the redraw.
        let rest = bytes.split_off(bytes.len().saturating_sub(cut));
        let mut screen = fed(cols, rows, &bytes);
        if !is_out_of_reach(&screen) {
            let mut again = redrawn(&screen);
            prop_assert_eq!(state(&again), state(&screen));
            if has_halves(&screen) || hides_where_a_line_goes_on(&screen) {
                return Ok(());
            }
            for piece in [rest.as_slice(), after.concat().as_bytes()] {
                screen.feed(piece);
                again.feed(piece);
            }
            prop_assert_eq!(state(&again), state(&screen));
        }
    }

    #[test]
    fn pieces_of_any_length_give_the_same_screen(
        pieces in prop::collection::vec(piece(), 0..60),
        cols in 2..40_u16,
        rows in 1..9_u16,
    ) {
        let bytes = pieces.concat().into_bytes();
        let (whole, mut by_one) = (fed(cols, rows, &bytes), Screen::new(cols, rows));
        for byte in &bytes {
            by_one.feed(&[*byte]);
        }
        prop_assert_eq!(state(&whole), state(&by_one));
    }

    #[test]
    fn sizes_change_at_any_time(
        pieces in prop::collection::vec((piece(), prop::option::weighted(0.2, (0..40_u16, 0..14_u16))), 0..60),
    ) {
        let mut screen = Screen::new(20, 6);
        for (bytes, size) in pieces {
            screen.feed(bytes.as_bytes());
            if let Some((cols, rows)) = size {
                screen.resize(cols, rows);
            }
        }
        let (mut expected, mut again) = (state(&screen), state(&redrawn(&screen)));
        if !is_out_of_reach(&screen) && !has_halves(&screen) {
            // Lines above that were wrapped at another width are wrapped anew.
            (expected.above, again.above) = (Vec::new(), Vec::new());
            prop_assert_eq!(again, expected);
        }
    }

    #[test]
    fn rubbish_never_panics(
        pieces in prop::collection::vec(prop_oneof![
            prop::collection::vec(any::<u8>(), 0..40),
            prop::collection::vec(prop_oneof![Just(0x1b), Just(b'['), Just(b']'), Just(b';'), Just(b'?'), b'0'..b'z'], 0..40),
        ], 0..30),
        cols in 0..30_u16,
        rows in 0..10_u16,
    ) {
        let mut screen = Screen::new(cols, rows);
        for piece in &pieces {
            screen.feed(piece);
            screen.dump();
        }
        screen.resize(rows, cols);
        redrawn(&screen);
    }
}
