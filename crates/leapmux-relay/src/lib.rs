//! The blind switch: channel table, routing, limits and fair queues over opaque frames
