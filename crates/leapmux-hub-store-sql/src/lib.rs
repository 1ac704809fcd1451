//! The Hub's storage port over SQL
