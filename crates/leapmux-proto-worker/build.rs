//! Generates Rust from `proto/leapmux/worker` with a parser of its own: no `protoc` on the machine.
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = Path::new(&std::env::var("CARGO_MANIFEST_DIR")?).join("../../proto");
    let files = [
        "leapmux/worker/v1/agent.proto",
        "leapmux/worker/v1/file.proto",
        "leapmux/worker/v1/system.proto",
        "leapmux/worker/v1/tab.proto",
        "leapmux/worker/v1/terminal.proto",
    ];
    for file in files {
        println!("cargo:rerun-if-changed={}", root.join(file).display());
    }
    let descriptors = Path::new(&std::env::var("OUT_DIR")?).join("worker.fds.bin");
    let mut compiler = protox::Compiler::new([&root])?;
    compiler.include_source_info(true).include_imports(true).open_files(files)?;
    std::fs::write(&descriptors, compiler.encode_file_descriptor_set())?;
    // The generator names this file to cargo as an input. Written while the script runs, it would be newer than the run, and every
    // build would begin here again.
    std::fs::File::options()
        .write(true)
        .open(&descriptors)?
        .set_modified(std::time::SystemTime::UNIX_EPOCH)?;
    buffa_build::Config::new()
        .generate_views(false)
        .descriptor_set(&descriptors)
        .files(&files)
        .include_file("_worker.rs")
        .compile()?;
    Ok(())
}
