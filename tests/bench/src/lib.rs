//! LeapMux bench
