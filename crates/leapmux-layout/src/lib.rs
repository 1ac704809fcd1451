//! The replicated layout: entities, batches, replica, projection and commands
