//! The Hub's API and a channel initiator over WebSocket, for CLI, tests and benchmarks
