//! Generates Rust from `proto/leapmux/{hub,relay}` with a parser of its own: no `protoc` on the machine.
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = Path::new(&std::env::var("CARGO_MANIFEST_DIR")?).join("../../proto");
    let files = [
        "leapmux/hub/v1/auth.proto",
        "leapmux/hub/v1/event.proto",
        "leapmux/hub/v1/layout.proto",
        "leapmux/hub/v1/org.proto",
        "leapmux/hub/v1/system.proto",
        "leapmux/hub/v1/user.proto",
        "leapmux/hub/v1/worker.proto",
        "leapmux/hub/v1/workspace.proto",
        "leapmux/relay/v1/event.proto",
        "leapmux/relay/v1/link.proto",
    ];
    for file in files {
        println!("cargo:rerun-if-changed={}", root.join(file).display());
    }
    let descriptors = Path::new(&std::env::var("OUT_DIR")?).join("hub.fds.bin");
    let mut compiler = protox::Compiler::new([&root])?;
    compiler.include_source_info(true).include_imports(true).open_files(files)?;
    std::fs::write(&descriptors, compiler.encode_file_descriptor_set())?;
    // Rerun directives of its own would name files cargo sees as always new, and rebuild on every call.
    connectrpc_build::Config::new()
        .emit_rerun_directives(false)
        .descriptor_set(&descriptors)
        .files(&files)
        .include_file("_connectrpc.rs")
        .compile()?;
    Ok(())
}
