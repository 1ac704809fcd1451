//! `leapmux-bench [scenario …]`: measures LeapMux against named peers and the physical limit, in one run on one machine.

fn main() {}
