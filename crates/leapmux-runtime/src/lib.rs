//! Owned tasks, shutdown phases, backoff, clock, secrets
