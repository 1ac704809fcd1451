//! The providers there are: one file and one line each.

mod claude;
mod opencode;
mod reasonix;

use crate::provider::AgentProvider;

/// All providers, by label.
pub fn providers() -> &'static [&'static dyn AgentProvider] {
    &[&claude::Claude, &opencode::OpenCode, &reasonix::Reasonix]
}

/// The provider with this id.
pub fn provider(id: &str) -> Option<&'static dyn AgentProvider> {
    providers().iter().copied().find(|provider| provider.id() == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_slugs_and_labels_are_sorted() {
        let labels: Vec<_> = providers().iter().map(|provider| provider.label()).collect();
        assert!(labels.is_sorted(), "{labels:?}");
        for known in providers() {
            assert!(
                known.id().bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()),
                "{}",
                known.id()
            );
            assert_eq!(provider(known.id()).map(|p| p.label()), Some(known.label()));
            assert!(!known.programs().is_empty());
        }
    }
}
