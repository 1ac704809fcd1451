//! A certificate for a test's server, signed by an authority of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{Folder, succeeded};

/// Files in PEM.
pub(crate) struct Certificate {
    pub ca: PathBuf,
    pub certificate: PathBuf,
    pub key: PathBuf,
}

/// Makes one for `localhost` and 127.0.0.1 with the openssl program; servers run without TLS where there is none.
pub(crate) fn make(folder: &Folder) -> Option<Certificate> {
    let file = |name: &str| folder.path.join(name);
    let made = Certificate { ca: file("ca.pem"), certificate: file("server.pem"), key: file("server.key") };
    let ca_key = file("ca.key");
    request("leapmux test authority", &made.ca, &ca_key, &["basicConstraints=critical,CA:TRUE"], None)
        .ok()?;
    let names = ["subjectAltName=DNS:localhost,IP:127.0.0.1", "basicConstraints=critical,CA:FALSE"];
    request("localhost", &made.certificate, &made.key, &names, Some((&made.ca, &ca_key))).ok()?;
    folder.give(&made.certificate).ok()?;
    folder.give(&made.key).ok()?;
    Some(made)
}

fn request(
    name: &str,
    certificate: &Path,
    key: &Path,
    extensions: &[&str],
    signer: Option<(&Path, &Path)>,
) -> Result<(), String> {
    let mut openssl = Command::new("openssl");
    openssl.args([
        "req",
        "-x509",
        "-nodes",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-days",
        "2",
    ]);
    openssl.arg("-subj").arg(format!("/CN={name}")).arg("-out").arg(certificate).arg("-keyout").arg(key);
    for extension in extensions {
        openssl.args(["-addext", extension]);
    }
    if let Some((ca, ca_key)) = signer {
        openssl.arg("-CA").arg(ca).arg("-CAkey").arg(ca_key);
    }
    succeeded(&mut openssl)
}
