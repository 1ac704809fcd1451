//! Generated inner messages and their conversions; never linked by the Hub
