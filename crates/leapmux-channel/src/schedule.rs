//! Who sends next (rule 10.4): OPEN frames in order, then class 1, then classes 2 and 3 by deficit round robin 4:1.

use std::collections::VecDeque;

use crate::event::Class;
use crate::limits::{DRR_QUANTUM, NORMAL_WEIGHT};

/// Streams that could send if there were room, by class, in the order they will.
#[derive(Debug)]
pub(crate) struct Schedule {
    /// Streams whose OPEN has not gone out; ids must rise on the wire.
    pub(crate) opens: VecDeque<u32>,
    interactive: VecDeque<u32>,
    normal: VecDeque<u32>,
    bulk: VecDeque<u32>,
    turn: Class,
    deficit: i64,
}

impl Schedule {
    pub(crate) fn new() -> Self {
        let empty = VecDeque::new;
        Self {
            opens: empty(),
            interactive: empty(),
            normal: empty(),
            bulk: empty(),
            turn: Class::Bulk,
            deficit: 0,
        }
    }
    fn queue(&mut self, class: Class) -> &mut VecDeque<u32> {
        match class {
            Class::Interactive => &mut self.interactive,
            Class::Normal => &mut self.normal,
            Class::Bulk => &mut self.bulk,
        }
    }
    /// Puts a stream at the end of its class. The caller keeps a stream from being there twice.
    pub(crate) fn push(&mut self, class: Class, id: u32) {
        self.queue(class).push_back(id);
    }
    /// Puts a stream back where [`Schedule::pop`] took it from.
    pub(crate) fn push_front(&mut self, class: Class, id: u32) {
        self.queue(class).push_front(id);
    }
    pub(crate) fn pop(&mut self, class: Class) -> Option<u32> {
        self.queue(class).pop_front()
    }
    pub(crate) fn remove(&mut self, class: Class, id: u32) {
        self.opens.retain(|other| *other != id);
        self.queue(class).retain(|other| *other != id);
    }
    pub(crate) fn is_empty(&self, class: Class) -> bool {
        match class {
            Class::Interactive => self.interactive.is_empty(),
            Class::Normal => self.normal.is_empty(),
            Class::Bulk => self.bulk.is_empty(),
        }
    }
    /// Whose turn it is of classes 2 and 3; `None` when neither has anything.
    pub(crate) fn shared_turn(&mut self) -> Option<Class> {
        match (self.normal.is_empty(), self.bulk.is_empty()) {
            (true, true) => return None,
            (false, true) => (self.turn, self.deficit) = (Class::Normal, 0),
            (true, false) => (self.turn, self.deficit) = (Class::Bulk, 0),
            (false, false) if self.deficit <= 0 => {
                let (next, weight) =
                    if self.turn == Class::Bulk { (Class::Normal, NORMAL_WEIGHT) } else { (Class::Bulk, 1) };
                (self.turn, self.deficit) = (next, DRR_QUANTUM * weight);
            }
            (false, false) => {}
        }
        Some(self.turn)
    }
    /// A frame of the class whose turn it is was sent.
    pub(crate) fn charge(&mut self, bytes: usize) {
        self.deficit -= bytes as i64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rule_10_4_normal_and_bulk_share_four_to_one() {
        let mut schedule = Schedule::new();
        schedule.push(Class::Normal, 1);
        schedule.push(Class::Bulk, 3);
        let (mut normal, mut bulk) = (0, 0);
        for _ in 0..10_000 {
            match schedule.shared_turn() {
                Some(Class::Normal) => normal += 1_000,
                Some(Class::Bulk) => bulk += 1_000,
                other => panic!("{other:?}"),
            }
            schedule.charge(1_000);
        }
        let share = f64::from(normal) / f64::from(bulk);
        assert!((3.8..4.2).contains(&share), "{share}");
    }

    #[test]
    fn a_class_alone_has_every_turn_and_owes_nothing_afterwards() {
        let mut schedule = Schedule::new();
        assert_eq!(schedule.shared_turn(), None);
        schedule.push(Class::Bulk, 3);
        for _ in 0..100 {
            assert_eq!(schedule.shared_turn(), Some(Class::Bulk));
            schedule.charge(16_384);
        }
        schedule.push(Class::Normal, 1);
        assert_eq!(schedule.shared_turn(), Some(Class::Normal));
    }
}
