//! The provider port, codecs, agent actor and journal port
