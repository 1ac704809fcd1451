//! Turns `frontend/dist` (or the folder `LEAPMUX_WEB_DIST` names) into a table of embedded files. Without a built page the
//! table is empty, and the Hub says so in its place.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-env-changed=LEAPMUX_WEB_DIST");
    let dist = std::env::var_os("LEAPMUX_WEB_DIST").map_or_else(
        || Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("../../frontend/dist"),
        PathBuf::from,
    );
    println!("cargo:rerun-if-changed={}", dist.display());
    let mut files = Vec::new();
    collect(&dist, &mut files)?;
    // By text, as the look-up compares: folders sort otherwise as paths.
    files.sort_by_key(|file| file.to_string_lossy().into_owned());
    let mut table = String::from("pub(crate) static ASSETS: &[Asset] = &[\n");
    for file in files.iter().filter(|file| !is_twin(file)) {
        let name = file.strip_prefix(&dist)?.to_string_lossy().replace('\\', "/");
        let digest = Sha256::digest(fs::read(file)?);
        let etag = digest.iter().take(12).fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        writeln!(
            table,
            "    Asset {{ path: {name:?}, etag: \"\\\"{etag}\\\"\", identity: include_bytes!({:?}), brotli: {}, gzip: {} }},",
            file.canonicalize()?,
            twin(file, "br")?,
            twin(file, "gz")?,
        )?;
    }
    table.push_str("];\n");
    fs::write(Path::new(&std::env::var("OUT_DIR")?).join("assets.rs"), table)?;
    Ok(())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let path = entry?.path();
        if is_hidden(&path) {
            continue;
        }
        if path.is_dir() { collect(&path, files)? } else { files.push(path) }
    }
    Ok(())
}

fn is_twin(file: &Path) -> bool {
    file.extension().is_some_and(|ending| ending == "br" || ending == "gz")
        && file.with_extension("").exists()
}

fn is_hidden(file: &Path) -> bool {
    file.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
}

fn twin(file: &Path, ending: &str) -> std::io::Result<String> {
    let path = PathBuf::from(format!("{}.{ending}", file.display()));
    Ok(if path.exists() {
        format!("Some(include_bytes!({:?}))", path.canonicalize()?)
    } else {
        "None".into()
    })
}
