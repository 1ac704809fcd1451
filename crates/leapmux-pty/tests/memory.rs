//! What a terminal with a full scrollback costs, told by the model and by the operating system.
#![cfg(target_os = "linux")]

use leapmux_pty::screen::{SCROLLBACK_LINES, Screen, ScreenModel};

/// The most a live terminal's lines may take when all of them are there.
const LIMIT: usize = 4_000_000;

/// Lines as they are on a developer's screen, up to 120 columns: a listing, a diff, a log, a compiler.
fn line(number: usize) -> String {
    match number % 5 {
        0 => format!(
            "\x1b[0m-rw-r--r-- 1 ada users {:>9} Nov 20 13:{:02} \x1b[01;34mcrates/leapmux-terminal-{number}\x1b[0m/\x1b[01;32mscreen_model_{number}.rs\x1b[0m",
            number * 7919 % 10_000_000,
            number % 60
        ),
        1 => format!(
            "\x1b[32m+    let \x1b[1mvalue_{number}\x1b[22m = compute(\x1b[33m\"argument number {number}\"\x1b[32m, &mut self.state, Options::default())?;\x1b[m"
        ),
        2 => format!(
            "\x1b[2m2026-11-20T13:05:{:02}.{:06}Z\x1b[0m \x1b[32m INFO\x1b[0m \x1b[1mworker{{id={number}}}\x1b[0m\x1b[2m:\x1b[0m \x1b[2mleapmux::link\x1b[0m\x1b[2m:\x1b[0m frame sent \x1b[3mchannel\x1b[0m\x1b[2m=\x1b[0m{number} \x1b[3mbytes\x1b[0m\x1b[2m=\x1b[0m{}",
            number % 60,
            number % 1_000_000,
            number * 31
        ),
        3 => format!(
            "   \x1b[1m\x1b[92mCompiling\x1b[0m crate-with-a-long-name-{number} v1.{}.{} (/home/ada/projects/workspace/crates/crate-{number})",
            number % 90,
            number % 7
        ),
        _ => format!(
            "\x1b[38;2;{};{};{}m{}\x1b[0m \x1b[48;5;{}m {number} \x1b[0m {}",
            number % 256,
            number * 3 % 256,
            number * 7 % 256,
            "\u{2588}".repeat(number % 30),
            number % 256,
            "plain words at the end of the line ".repeat(2)
        ),
    }
}

fn resident() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").expect("read");
    statm.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok()).expect("a number") * 4096
}

#[test]
fn ten_thousand_coloured_lines_take_less_than_four_megabytes() {
    let lines: Vec<String> = (0..SCROLLBACK_LINES + 200).map(|number| line(number) + "\r\n").collect();
    let before = resident();
    let mut screen = Screen::new(120, 40);
    for line in &lines {
        screen.feed(line.as_bytes());
    }
    let grown = resident().saturating_sub(before);
    assert!(screen.scrollback_lines() >= SCROLLBACK_LINES, "{} lines are left", screen.scrollback_lines());
    assert!(screen.memory() <= LIMIT, "the model says {}", screen.memory());
    assert!(grown <= LIMIT, "the operating system says {grown}");
    assert!(screen.memory() > 1_000_000, "the model must count what it holds: {}", screen.memory());
    println!("{} lines: {} bytes, {grown} resident", screen.scrollback_lines(), screen.memory());
    // And every line is there.
    let mut again = Screen::new(120, 40);
    again.feed(&screen.dump());
    assert_eq!(again.scrollback_lines(), screen.scrollback_lines());
    assert_eq!(again.dump(), screen.dump());
}
