//! The provider-neutral conversation: events, items, options and the reducer
