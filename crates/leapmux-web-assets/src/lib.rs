//! The built front end as compressed bytes: what `cargo xtask web` made, found by path.

/// One file of the page.
#[derive(Debug)]
pub struct Asset {
    /// Below the page's root, without a leading slash: `assets/index-4f2a.js`.
    pub path: &'static str,
    /// Strong entity tag of the uncompressed bytes, quotes included (RFC 9110 8.8.3).
    pub etag: &'static str,
    /// As it is.
    pub identity: &'static [u8],
    /// Content coding `br`, where it pays.
    pub brotli: Option<&'static [u8]>,
    /// Content coding `gzip`, where it pays.
    pub gzip: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The page every route begins with.
pub const INDEX: &str = "index.html";

impl Asset {
    /// Media type by the name's ending; `application/octet-stream` when unknown.
    pub fn content_type(&self) -> &'static str {
        match self.path.rsplit_once('.').map_or("", |(_, ending)| ending) {
            "html" => "text/html; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            "css" => "text/css; charset=utf-8",
            "json" | "map" => "application/json",
            "webmanifest" => "application/manifest+json",
            // Streaming compilation needs exactly this one.
            "wasm" => "application/wasm",
            "svg" => "image/svg+xml",
            "png" => "image/png",
            "ico" => "image/x-icon",
            "woff2" => "font/woff2",
            "txt" => "text/plain; charset=utf-8",
            _ => "application/octet-stream",
        }
    }

    /// Its name carries a hash of its content: it may be kept for ever.
    pub fn is_immutable(&self) -> bool {
        self.path.starts_with("assets/")
    }
}

/// The file at `path` (no leading slash).
pub fn find(path: &str) -> Option<&'static Asset> {
    ASSETS.binary_search_by(|asset| asset.path.cmp(path)).ok().map(|at| &ASSETS[at])
}

/// The page itself; `None` in a program built without it.
pub fn index() -> Option<&'static Asset> {
    find(INDEX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_asset_is_found_by_its_path() {
        for asset in ASSETS {
            assert_eq!(find(asset.path).map(|found| found.etag), Some(asset.etag));
            assert!(asset.brotli.is_none_or(|bytes| bytes.len() < asset.identity.len()), "{}", asset.path);
        }
        assert!(find("no-such-file").is_none());
        assert!(find("../Cargo.toml").is_none());
    }

    #[test]
    fn media_types_follow_the_ending() {
        let of = |path| Asset { path, etag: "", identity: b"", brotli: None, gzip: None };
        assert_eq!(of("core.wasm").content_type(), "application/wasm");
        assert_eq!(of("index.html").content_type(), "text/html; charset=utf-8");
        assert!(of("assets/x.js").is_immutable() && !of("index.html").is_immutable());
    }
}
