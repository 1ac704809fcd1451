//! Takes the built front end (`LEAPMUX_WEB_DIST`, else `frontend/dist`) into the program, compressed. Compressed forms are kept by
//! content, so an unchanged file costs nothing the next time.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use sha2::{Digest, Sha256};

/// Files smaller than this are not worth a second form.
const COMPRESS_FROM: usize = 512;

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-env-changed=LEAPMUX_WEB_DIST");
    println!("cargo:rerun-if-changed=build.rs");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    let mut files = Vec::new();
    if env::var_os("CARGO_FEATURE_EMBED").is_some()
        && let Some(dist) = dist()
    {
        println!("cargo:rerun-if-changed={}", dist.display());
        collect(&dist, &dist, &mut files)?;
    }
    files.sort();
    let mut source = String::from("static ASSETS: &[Asset] = &[\n");
    for (path, file) in &files {
        source.push_str(&entry(&out, path, file)?);
    }
    source.push_str("];\n");
    write_if_changed(&out.join("assets.rs"), source.as_bytes())
}

/// The folder to embed. An absent one of our own is made: cargo takes a watched path that does not exist for changed, every time.
fn dist() -> Option<PathBuf> {
    if let Some(given) = env::var_os("LEAPMUX_WEB_DIST") {
        return Some(given.into());
    }
    let frontend = Path::new(&env::var_os("CARGO_MANIFEST_DIR")?).join("../../frontend");
    let dist = frontend.join("dist");
    (frontend.is_dir() && fs::create_dir_all(&dist).is_ok()).then_some(dist)
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // Build manifests and source maps are for developers.
        if name.starts_with('.') || name.ends_with(".map") {
            continue;
        }
        if path.is_dir() {
            collect(root, &path, files)?;
        } else {
            let relative = path.strip_prefix(root).expect("found below the root");
            let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
            files.push((parts.join("/"), fs::canonicalize(&path)?));
        }
    }
    Ok(())
}

fn entry(out: &Path, path: &str, file: &Path) -> io::Result<String> {
    let content = fs::read(file)?;
    let hash: String = Sha256::digest(&content).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let (mime, text) = mime(path);
    let (mut brotli, mut gzip) = (None, None);
    if text && content.len() >= COMPRESS_FROM {
        brotli = compressed(out, &hash, "br", &content, squeeze_brotli)?;
        gzip = compressed(out, &hash, "gz", &content, squeeze_gzip)?;
    }
    let include =
        |form: Option<PathBuf>| form.map_or("None".to_owned(), |at| format!("Some(include_bytes!({at:?}))"));
    let mut line = String::new();
    let _ = writeln!(
        line,
        "Asset {{ path: {path:?}, mime: {mime:?}, etag: {:?}, immutable: {}, identity: include_bytes!({file:?}), brotli: {}, gzip: {} }},",
        format!("\"{hash}\""),
        path.starts_with("assets/"),
        include(brotli),
        include(gzip),
    );
    Ok(line)
}

/// The file with a compressed form, when it is a tenth smaller than the content at least.
fn compressed(
    out: &Path,
    hash: &str,
    kind: &str,
    content: &[u8],
    squeeze: fn(&[u8]) -> io::Result<Vec<u8>>,
) -> io::Result<Option<PathBuf>> {
    let file = out.join(format!("{hash}-{}.{kind}", quality()));
    if !file.exists() {
        write_if_changed(&file, &squeeze(content)?)?;
    }
    let small = fs::metadata(&file)?.len() as usize;
    Ok((small < content.len() / 10 * 9).then_some(file))
}

/// Release builds take their time.
fn quality() -> i32 {
    if env::var("PROFILE").is_ok_and(|profile| profile == "release") { 11 } else { 9 }
}

fn squeeze_brotli(content: &[u8]) -> io::Result<Vec<u8>> {
    let params = brotli::enc::BrotliEncoderParams { quality: quality(), lgwin: 22, ..Default::default() };
    let mut small = Vec::new();
    brotli::BrotliCompress(&mut &content[..], &mut small, &params)?;
    Ok(small)
}

fn squeeze_gzip(content: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content)?;
    encoder.finish()
}

fn write_if_changed(file: &Path, content: &[u8]) -> io::Result<()> {
    if fs::read(file).is_ok_and(|there| there == content) { Ok(()) } else { fs::write(file, content) }
}

/// The type of a file, and whether compressing it pays.
fn mime(path: &str) -> (&'static str, bool) {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => ("text/html; charset=utf-8", true),
        "js" | "mjs" => ("text/javascript; charset=utf-8", true),
        "css" => ("text/css; charset=utf-8", true),
        "json" => ("application/json", true),
        "wasm" => ("application/wasm", true),
        "svg" => ("image/svg+xml", true),
        "webmanifest" => ("application/manifest+json", true),
        "txt" => ("text/plain; charset=utf-8", true),
        "ico" => ("image/x-icon", true),
        "png" => ("image/png", false),
        "jpg" | "jpeg" => ("image/jpeg", false),
        "webp" => ("image/webp", false),
        "woff2" => ("font/woff2", false),
        "woff" => ("font/woff", false),
        "ttf" => ("font/ttf", true),
        "mp3" => ("audio/mpeg", false),
        _ => ("application/octet-stream", false),
    }
}
