//! The Hub's storage port: records, traits, in-memory backend and the contract suite
