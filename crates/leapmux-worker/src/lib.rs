//! The Worker: Hub link, channel host, terminals, agents, files and its own store
