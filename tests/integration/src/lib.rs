//! LeapMux integration
