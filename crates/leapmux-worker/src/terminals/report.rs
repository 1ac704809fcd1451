//! Tells what a terminal emulator answers by itself from what a person types. Every attached view answers a program's
//! questions; only one answer may reach the program.

/// Whether `input` is nothing but answers: device attributes, status, cursor position, modes, colours, strings.
pub(super) fn is_report(input: &[u8]) -> bool {
    let mut rest = input;
    while !rest.is_empty() {
        let Some(length) = report(rest) else { return false };
        rest = &rest[length..];
    }
    !input.is_empty()
}

/// Length of the one answer at the beginning.
fn report(input: &[u8]) -> Option<usize> {
    match input.get(..2)? {
        b"\x1b[" => control(input),
        b"\x1b]" | b"\x1bP" => string(input),
        _ => None,
    }
}

fn control(input: &[u8]) -> Option<usize> {
    let end = input.iter().skip(2).position(|byte| (0x40..=0x7e).contains(byte))? + 2;
    let parameters = &input[2..end];
    let is = |prefix: &[u8], suffix: &[u8]| {
        parameters.strip_prefix(prefix).and_then(|rest| rest.strip_suffix(suffix)).is_some_and(numbers)
    };
    let answer = match input[end] {
        b'c' => is(b"?", b"") || is(b">", b"") || is(b"=", b""),
        b'n' => is(b"", b"") || is(b"?", b""),
        b'R' => is(b"?", b"") || (is(b"", b"") && parameters.contains(&b';')),
        b'y' => is(b"?", b"$") || is(b"", b"$"),
        b't' => is(b"", b""),
        b'u' => is(b"?", b""),
        _ => false,
    };
    answer.then_some(end + 1)
}

fn numbers(parameters: &[u8]) -> bool {
    !parameters.is_empty() && parameters.iter().all(|byte| byte.is_ascii_digit() || *byte == b';')
}

fn string(input: &[u8]) -> Option<usize> {
    let bell = input.iter().position(|byte| *byte == 0x07).map(|at| at + 1);
    let terminator = input.windows(2).position(|pair| pair == b"\x1b\\").map(|at| at + 2);
    match (bell, terminator) {
        (Some(bell), Some(terminator)) => Some(bell.min(terminator)),
        (bell, terminator) => bell.or(terminator),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_answers_from_keys() {
        let answers: [&[u8]; 9] = [
            b"\x1b[?1;2c",
            b"\x1b[>0;276;0c",
            b"\x1b[0n",
            b"\x1b[12;40R",
            b"\x1b[?2026;2$y",
            b"\x1b[8;24;80t",
            b"\x1b]11;rgb:0000/0000/0000\x07",
            b"\x1b]10;rgb:ffff/ffff/ffff\x1b\\\x1b[?1;2c",
            b"\x1bP>|xterm.js(6.0)\x1b\\",
        ];
        for answer in answers {
            assert!(is_report(answer), "{:?}", String::from_utf8_lossy(answer));
        }
        let keys: [&[u8]; 12] = [
            b"",
            b"a",
            b"\x1b",
            b"\x1b[A",
            b"\x1bOP",
            b"\x1b[1;5C",
            b"\x1b[15~",
            b"\x1b[200~paste\x1b[201~",
            b"\x1b[I",
            b"\x1b[<0;1;2M",
            b"\x1b[?1;2cx",
            b"\x1b]x",
        ];
        for key in keys {
            assert!(!is_report(key), "{:?}", String::from_utf8_lossy(key));
        }
    }
}
