//! What is written into a screen by us: that the shell ended, and where it started instead.

use std::path::Path;

use leapmux_pty::ExitStatus;

use super::live_screen::LiveScreen;

/// Whatever a program that is gone has left switched on: mouse, focus, paste, cursor, charsets, scroll region.
const AFTER_A_PROGRAM: &str = "\x1b[?9l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1004l\x1b[?1005l\x1b[?1006l\x1b[?1015l\
     \x1b[?1016l\x1b[?2004l\x1b[!p\x1b[?25h\x1b[0 q\x1b(B\x0f\x1b[0m";

/// Ends an unfinished sequence and shows the main screen. Leaving an alternate screen that is not shown would move the cursor.
pub(super) fn leave(screen: &LiveScreen) -> &'static [u8] {
    if screen.on_alternate_screen() { b"\x18\x1b[?1049l" } else { b"\x18" }
}

/// The status a shell would report: a signal is 128 and its number.
pub(super) fn exit_code(status: ExitStatus) -> Option<i32> {
    status.code.or(status.signal.map(|signal| 128 + signal))
}

/// The notice of an end, after `leave`; without a code the Worker was gone when it came (TRM-90).
pub(super) fn ended(screen: &LiveScreen, code: Option<i32>) -> Vec<u8> {
    let text = match code {
        Some(code) => format!("[Terminal process exited ({code}) - Press Enter to restart]"),
        None => "[Worker disconnected - Press Enter to restart]".to_owned(),
    };
    let line = if screen.cursor_column() > 0 { "\r\n" } else { "" };
    format!("{AFTER_A_PROGRAM}{line}{text}\r\n").into_bytes()
}

/// That a shell could not start where it should.
pub(super) fn moved(asked: &Path, instead: &Path) -> Vec<u8> {
    format!("[{} does not exist - started in {}]\r\n", asked.display(), instead.display()).into_bytes()
}
