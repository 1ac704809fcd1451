//! Logging set-up, field names and the panic hook
