//! URLs of the PostgreSQL family.

use url::Url;

/// What the driver knows; anything else it would log with its value.
const KNOWN: [&str; 18] = [
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
    "statement-cache-capacity",
];

/// A URL with nothing in it that the driver does not know, and the names of what was left out.
pub(in crate::server) fn postgres_url(dsn: &str) -> Result<(Url, Vec<String>), String> {
    // The parser's errors do not repeat what they parse.
    let mut url = Url::parse(dsn.trim()).map_err(|error| format!("it is no URL ({error})"))?;
    if !matches!(url.scheme(), "postgres" | "postgresql") {
        return Err("it does not begin with postgres:// or postgresql://".to_owned());
    }
    let (mut kept, mut unknown) = (Vec::new(), Vec::new());
    for (name, value) in url.query_pairs() {
        match &*name {
            // A session's setting rather than the driver's.
            "search_path" => kept.push(("options[search_path]".to_owned(), value.into_owned())),
            known if KNOWN.contains(&known) || known.starts_with("options[") => {
                kept.push((name.into_owned(), value.into_owned()));
            }
            _ => unknown.push(name.into_owned()),
        }
    }
    url.set_query(None);
    if !kept.is_empty() {
        url.query_pairs_mut().extend_pairs(kept);
    }
    Ok((url, unknown))
}
