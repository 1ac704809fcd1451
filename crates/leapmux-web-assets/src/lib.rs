//! The built front end as bytes in the program: each file with its type, its content's hash and, where that pays, its brotli and
//! gzip forms, made when the program was built. Empty when there was no front end to embed.

/// One file of the front end.
#[derive(Debug, Clone, Copy)]
pub struct Asset {
    /// Relative to the site's root, without a leading slash.
    pub path: &'static str,
    /// Value of `content-type`.
    pub mime: &'static str,
    /// Value of `etag`: quoted, of the content.
    pub etag: &'static str,
    /// Its name carries a hash of its content: it never changes.
    pub immutable: bool,
    pub identity: &'static [u8],
    pub brotli: Option<&'static [u8]>,
    pub gzip: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// Every file, sorted by path.
pub fn assets() -> &'static [Asset] {
    ASSETS
}

/// The file at `path`, relative to the site's root.
pub fn get(path: &str) -> Option<&'static Asset> {
    ASSETS.binary_search_by_key(&path, |asset| asset.path).ok().map(|index| &ASSETS[index])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_found_by_its_path_and_nothing_else_is() {
        for asset in assets() {
            assert_eq!(get(asset.path).map(|found| found.etag), Some(asset.etag));
            assert!(asset.etag.starts_with('"') && asset.etag.ends_with('"') && asset.etag.len() > 16);
            assert!(asset.brotli.is_none_or(|small| small.len() < asset.identity.len()), "{}", asset.path);
            assert!(!asset.path.starts_with(['/', '.']), "{}", asset.path);
        }
        assert!(get("no/such/file").is_none());
        assert!(assets().is_empty() || get("index.html").is_some());
    }
}
