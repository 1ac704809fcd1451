//! Addresses of the MySQL family, as URLs and in the form its tools in Go write them.

use std::path::PathBuf;

use leapmux_runtime::Secret;
use url::Url;

/// Where a server listens.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::server) enum Target {
    Tcp(String, u16),
    Socket(PathBuf),
}

/// How much TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) enum Encryption {
    Off,
    /// Where the server offers it.
    Preferred,
    /// Always, with whatever certificate.
    Required,
    /// Always, the certificate signed by somebody who is trusted.
    VerifyCa,
    /// Always, and the certificate is the host's.
    VerifyIdentity,
}

/// An address taken apart.
#[derive(Debug)]
pub(in crate::server) struct MySqlDsn {
    pub target: Target,
    pub user: String,
    pub password: Option<Secret<String>>,
    pub database: String,
    pub encryption: Encryption,
    /// Certificates to trust beside the usual ones.
    pub ca: Option<PathBuf>,
    /// Names of parameters that mean nothing here.
    pub unknown: Vec<String>,
}

const PORT: u16 = 3306;
/// Meant for another driver, and without meaning for this one.
const QUIETLY_IGNORED: [&str; 16] = [
    "parseTime",
    "loc",
    "charset",
    "collation",
    "timeout",
    "readTimeout",
    "writeTimeout",
    "multiStatements",
    "interpolateParams",
    "maxAllowedPacket",
    "allowNativePasswords",
    "checkConnLiveness",
    "clientFoundRows",
    "columnsWithAlias",
    "rejectReadOnly",
    "time_zone",
];

/// Reads either form.
pub(in crate::server) fn mysql_dsn(dsn: &str) -> Result<MySqlDsn, String> {
    let dsn = dsn.trim();
    let parsed = match dsn.starts_with("mysql://") || dsn.starts_with("mariadb://") {
        true => from_url(dsn)?,
        false => from_classic(dsn)?,
    };
    if parsed.database.is_empty() {
        return Err("it names no database".to_owned());
    }
    Ok(parsed)
}

fn from_url(dsn: &str) -> Result<MySqlDsn, String> {
    let url = Url::parse(dsn).map_err(|error| format!("it is no URL ({error})"))?;
    let host = url.host_str().filter(|host| !host.is_empty()).unwrap_or("localhost");
    let parsed = MySqlDsn {
        target: Target::Tcp(unbracketed(host).to_owned(), url.port().unwrap_or(PORT)),
        user: decoded(url.username()),
        password: url.password().map(|password| Secret::new(decoded(password))),
        database: decoded(url.path().trim_start_matches('/')),
        encryption: Encryption::Preferred,
        ca: None,
        unknown: Vec::new(),
    };
    parsed.with_parameters(url.query().unwrap_or_default())
}

/// `[user[:password]@][protocol[(address)]]/database[?parameters]`. A password may hold any of these signs, so the parts are
/// found from the end.
fn from_classic(dsn: &str) -> Result<MySqlDsn, String> {
    let form = "it is neither user:password@tcp(host:3306)/database nor a mysql:// URL";
    // After the address's bracket if there is one: the path of a certificate has slashes too.
    let split = dsn.rfind(")/").map(|bracket| bracket + 1).or_else(|| dsn.rfind('/')).ok_or(form)?;
    let (front, back) = (&dsn[..split], &dsn[split + 1..]);
    let (credentials, address) = front.rsplit_once('@').unwrap_or(("", front));
    let (user, password) = match credentials.split_once(':') {
        Some((user, password)) => (user, Some(password)),
        None => (credentials, None),
    };
    let (database, parameters) = back.split_once('?').unwrap_or((back, ""));
    let parsed = MySqlDsn {
        target: target(address).ok_or(form)?,
        user: user.to_owned(),
        password: password.map(|password| Secret::new(password.to_owned())),
        database: decoded(database),
        encryption: Encryption::Preferred,
        ca: None,
        unknown: Vec::new(),
    };
    parsed.with_parameters(parameters)
}

/// `tcp(host:port)`, `unix(/path)`, `host:port`-less forms of the first, or nothing.
fn target(address: &str) -> Option<Target> {
    let (protocol, inner) = match address.split_once('(') {
        Some((protocol, rest)) => (protocol, rest.strip_suffix(')')?),
        None => (address, ""),
    };
    match protocol {
        "unix" if !inner.is_empty() => Some(Target::Socket(inner.into())),
        "" | "tcp" if inner.is_empty() => Some(Target::Tcp("127.0.0.1".to_owned(), PORT)),
        "tcp" => {
            match inner.rsplit_once(':').filter(|(host, _)| !host.contains(':') || host.ends_with(']')) {
                Some((host, port)) => Some(Target::Tcp(unbracketed(host).to_owned(), port.parse().ok()?)),
                None => Some(Target::Tcp(unbracketed(inner).to_owned(), PORT)),
            }
        }
        _ => None,
    }
}

impl MySqlDsn {
    fn with_parameters(mut self, query: &str) -> Result<Self, String> {
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "tls" | "sslmode" | "ssl-mode" => {
                    self.encryption = encryption(&value)
                        .ok_or_else(|| format!("its parameter {name} has an unknown value"))?;
                }
                "ssl-ca" | "sslca" => self.ca = Some((&*value).into()),
                "socket" => self.target = Target::Socket((&*value).into()),
                known if QUIETLY_IGNORED.contains(&known) => {}
                _ => self.unknown.push(name.into_owned()),
            }
        }
        Ok(self)
    }
}

fn encryption(value: &str) -> Option<Encryption> {
    match value.to_ascii_lowercase().replace('-', "_").as_str() {
        "false" | "disabled" | "disable" => Some(Encryption::Off),
        "preferred" | "prefer" => Some(Encryption::Preferred),
        "skip_verify" | "required" | "require" => Some(Encryption::Required),
        "verify_ca" => Some(Encryption::VerifyCa),
        "true" | "verify_identity" | "verify_full" => Some(Encryption::VerifyIdentity),
        _ => None,
    }
}

fn unbracketed(host: &str) -> &str {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

/// `%2F` and its like, as in a URL.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let code = (first == b'%').then(|| text_of(after.get(..2)?)).flatten();
        match code {
            Some(code) => {
                bytes.push(code);
                rest = &after[2..];
            }
            None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}
fn text_of(digits: &[u8]) -> Option<u8> {
    u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}
