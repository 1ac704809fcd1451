//! Hub services over ports; knows no HTTP, no SQL and no protobuf
