//! Hub and Worker in one process over the in-process link
