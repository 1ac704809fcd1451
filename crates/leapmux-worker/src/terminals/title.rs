//! When a title that a program sets becomes the tab's: not more often than people can read, and never against a person's own.

use std::time::Duration;

use tokio::time::Instant;

/// Shortest time between two titles (TRM-5).
const EVERY: Duration = Duration::from_millis(500);

/// The titles of one terminal.
#[derive(Debug)]
pub(super) struct Titles {
    /// Its own name, when no program has set one.
    pub(super) name: String,
    /// A person has named the tab; programs do not rename it (TRM-4).
    pub(super) pinned: bool,
    wanted: Option<String>,
    not_before: Option<Instant>,
}

impl Titles {
    pub(super) fn new(name: String, pinned: bool) -> Self {
        Self { name, pinned, wanted: None, not_before: None }
    }

    /// A program wants a title; empty takes it back.
    pub(super) fn want(&mut self, title: &str) {
        self.wanted = Some(if title.is_empty() { self.name.clone() } else { title.to_owned() });
    }

    /// When `take` will have something.
    pub(super) fn due(&self) -> Option<Instant> {
        self.wanted.as_ref().filter(|_| !self.pinned)?;
        Some(self.not_before.unwrap_or_else(Instant::now))
    }

    /// The title to set now.
    pub(super) fn take(&mut self, now: Instant) -> Option<String> {
        if self.pinned || self.not_before.is_some_and(|at| now < at) {
            return None;
        }
        let title = self.wanted.take()?;
        self.not_before = Some(now + EVERY);
        Some(title)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_wins_after_a_pause_and_a_persons_own_always() {
        let mut titles = Titles::new("Terminal Ada".into(), false);
        assert_eq!(titles.due(), None);
        titles.want("one");
        let now = titles.due().expect("something is wanted");
        assert_eq!(titles.take(now).as_deref(), Some("one"));
        titles.want("two");
        titles.want("three");
        assert_eq!(titles.take(now), None);
        let later = titles.due().expect("something is wanted");
        assert_eq!((later - now, titles.take(later).as_deref()), (EVERY, Some("three")));
        titles.want("");
        assert_eq!(titles.take(later + EVERY).as_deref(), Some("Terminal Ada"));
        titles.pinned = true;
        titles.want("four");
        assert_eq!((titles.due(), titles.take(later + 2 * EVERY)), (None, None));
    }
}
