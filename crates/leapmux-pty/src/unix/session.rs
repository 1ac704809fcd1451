//! The processes of a session: finding them, and ending all of them. Blocking, so that the guard can use it too.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;

/// How long killed processes may take to vanish (a process in an uninterruptible system call does not) before we give up.
const KILLED_GRACE: Duration = Duration::from_secs(5);
const POLL_FIRST: Duration = Duration::from_millis(2);
const POLL_MAX: Duration = Duration::from_millis(50);

/// A session we started, by its leader. The start time tells the leader from a stranger who got its number later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Session {
    leader: i32,
    /// In the clock ticks of the system; 0 where it is not known.
    started: u64,
}

/// One process of the system's table, zombies left out.
#[derive(Debug, Clone, Copy)]
struct Entry {
    parent: i32,
    session: i32,
    started: u64,
}

/// Processes by number.
type Table = BTreeMap<i32, Entry>;

/// A process that cannot be mistaken for a later one of the same number.
type Member = (i32, u64);

impl Session {
    /// The session that `leader`, a child not waited for yet, leads.
    pub(crate) fn of(leader: u32) -> Self {
        let leader = i32::try_from(leader).unwrap_or_default();
        Self { leader, started: system::entry(leader).map_or(0, |entry| entry.started) }
    }

    /// Reads what `to_line` wrote.
    pub(crate) fn from_line(line: &str) -> Option<Self> {
        let (leader, started) = line.split_once(' ')?;
        Some(Self { leader: leader.parse().ok().filter(|pid| *pid > 1)?, started: started.parse().ok()? })
    }

    /// One line of text without its end.
    pub(crate) fn to_line(self) -> String {
        format!("{} {}", self.leader, self.started)
    }

    /// Whether no process of the session is left.
    pub(crate) fn is_empty(self) -> bool {
        self.members(&system::table()).is_empty()
    }

    /// Everybody in the session, and the descendants of everybody in it.
    fn members(self, table: &Table) -> BTreeSet<Member> {
        let reused =
            table.get(&self.leader).is_some_and(|leader| self.started != 0 && leader.started != self.started);
        if reused {
            return BTreeSet::new();
        }
        let mut found: BTreeSet<i32> =
            table.iter().filter(|(_, entry)| entry.session == self.leader).map(|(pid, _)| *pid).collect();
        loop {
            let children: Vec<i32> = table
                .iter()
                .filter(|(pid, entry)| found.contains(&entry.parent) && !found.contains(*pid))
                .map(|(pid, _)| *pid)
                .collect();
            if children.is_empty() {
                break;
            }
            found.extend(children);
        }
        found.into_iter().filter_map(|pid| table.get(&pid).map(|entry| (pid, entry.started))).collect()
    }
}

/// Ends every process of `sessions` and their descendants: sends `ask`, and kills who is left after `grace`.
/// Returns when they are gone. Descendants that were seen once stay marked though they lose their parent.
pub(crate) fn end(sessions: &[Session], ask: &[Signal], grace: Duration) {
    let mut hunted = BTreeSet::new();
    let mut left = look(sessions, &mut hunted);
    for signal in ask {
        send(&left, *signal);
    }
    left = wait_until_gone(sessions, &mut hunted, grace, |_| {});
    if !left.is_empty() {
        wait_until_gone(sessions, &mut hunted, KILLED_GRACE, |left| send(left, Signal::SIGKILL));
    }
}

/// Looks again and again, with growing pauses, calling `each` with who is left; returns them when the time is over.
fn wait_until_gone(
    sessions: &[Session],
    hunted: &mut BTreeSet<Member>,
    time: Duration,
    each: impl Fn(&BTreeSet<Member>),
) -> BTreeSet<Member> {
    let (end, mut pause) = (Instant::now() + time, POLL_FIRST);
    loop {
        let left = look(sessions, hunted);
        if left.is_empty() || Instant::now() >= end {
            return left;
        }
        each(&left);
        std::thread::sleep(pause);
        pause = POLL_MAX.min(pause * 2);
    }
}

/// Who of the sessions, and of those seen before, is alive; adds newcomers to `hunted`.
fn look(sessions: &[Session], hunted: &mut BTreeSet<Member>) -> BTreeSet<Member> {
    let table = system::table();
    hunted.extend(sessions.iter().flat_map(|session| session.members(&table)));
    hunted.retain(|(pid, started)| table.get(pid).is_some_and(|entry| entry.started == *started));
    hunted.clone()
}

/// Signals each of them; who is gone meanwhile needs none.
fn send(members: &BTreeSet<Member>, signal: Signal) {
    for (pid, _) in members {
        let _ = kill(Pid::from_raw(*pid), signal);
    }
}

/// Signals the group that `leader` leads. A group that is gone is not an error.
pub(crate) fn signal_group(leader: u32, signal: Signal) -> std::io::Result<()> {
    let group = Pid::from_raw(i32::try_from(leader).map_err(std::io::Error::other)?);
    match killpg(group, signal) {
        Ok(()) | Err(nix::errno::Errno::ESRCH) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// The table of processes from `/proc`.
#[cfg(target_os = "linux")]
mod system {
    use super::{Entry, Table};

    pub(super) fn table() -> Table {
        let Ok(directory) = std::fs::read_dir("/proc") else { return Table::new() };
        directory
            .flatten()
            .filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok())
            .filter_map(|pid| Some((pid, entry(pid)?)))
            .collect()
    }

    /// None for a process that is gone or only waits to be reaped.
    pub(super) fn entry(pid: i32) -> Option<Entry> {
        let stat = std::fs::read(format!("/proc/{pid}/stat")).ok()?;
        // The name, in parentheses, may hold anything but ends at the last parenthesis.
        let end = stat.iter().rposition(|byte| *byte == b')')?;
        let rest = std::str::from_utf8(stat.get(end + 1..)?).ok()?;
        let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
        let (state, parent) = (*fields.first()?, fields.get(1)?.parse().ok()?);
        if matches!(state, "Z" | "X") {
            return None;
        }
        Some(Entry { parent, session: fields.get(3)?.parse().ok()?, started: fields.get(19)?.parse().ok()? })
    }
}

/// The table of processes from `ps`; start times are not compared.
#[cfg(not(target_os = "linux"))]
mod system {
    use super::{Entry, Pid, Table};

    pub(super) fn table() -> Table {
        let Ok(listed) = std::process::Command::new("/bin/ps").args(["-axo", "pid=,ppid=,stat="]).output()
        else {
            return Table::new();
        };
        String::from_utf8_lossy(&listed.stdout).lines().filter_map(parse).collect()
    }

    fn parse(line: &str) -> Option<(i32, Entry)> {
        let mut fields = line.split_ascii_whitespace();
        let (pid, parent) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
        if fields.next()?.starts_with('Z') {
            return None;
        }
        let session = nix::unistd::getsid(Some(Pid::from_raw(pid))).ok()?.as_raw();
        Some((pid, Entry { parent, session, started: 0 }))
    }

    pub(super) fn entry(pid: i32) -> Option<Entry> {
        let session = nix::unistd::getsid(Some(Pid::from_raw(pid))).ok()?.as_raw();
        Some(Entry { parent: 0, session, started: 0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(parent: i32, session: i32, started: u64) -> Entry {
        Entry { parent, session, started }
    }

    #[test]
    fn members_are_the_session_and_its_descendants() {
        let table = Table::from([
            (1, entry(0, 1, 1)),
            (10, entry(1, 10, 100)),
            (11, entry(10, 10, 110)),
            (12, entry(11, 12, 120)),
            (13, entry(1, 10, 130)),
            (20, entry(1, 20, 100)),
        ]);
        let members = Session { leader: 10, started: 100 }.members(&table);
        assert_eq!(members.into_iter().map(|(pid, _)| pid).collect::<Vec<_>>(), [10, 11, 12, 13]);
    }

    #[test]
    fn a_stranger_with_the_leaders_number_is_left_alone() {
        let table = Table::from([(10, entry(1, 10, 999)), (11, entry(10, 10, 999))]);
        assert!(Session { leader: 10, started: 100 }.members(&table).is_empty());
    }

    #[test]
    fn lines_round_trip_and_refuse_everybodys_numbers() {
        let session = Session { leader: 4711, started: 12 };
        assert_eq!(Session::from_line(&session.to_line()), Some(session));
        for line in ["", "1 0", "0 0", "-1 3", "x 1", "12"] {
            assert_eq!(Session::from_line(line), None, "{line}");
        }
    }

    #[test]
    fn finds_this_process() {
        let own = i32::try_from(std::process::id()).expect("a process id");
        assert!(system::table().contains_key(&own));
    }
}
