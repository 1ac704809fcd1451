//! The browser's door to channel and layout
