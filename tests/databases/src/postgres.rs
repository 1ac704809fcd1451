//! PostgreSQL from the system's packages.

use std::path::{Path, PathBuf};
use std::process::Command;

use url::Url;

use crate::process::{Folder, find, said, with_free_port};
use crate::{Kind, Reached, certificate};

const PASSWORD: &str = "right password";

pub(crate) fn start() -> Result<Reached, String> {
    let (Some(initdb), Some(program)) = (program("initdb"), program("postgres")) else {
        return Err("PostgreSQL is not installed (Debian, Ubuntu: apt install postgresql)".to_owned());
    };
    with_free_port(|port| {
        let folder = Folder::new(&["postgres", "nobody"])?;
        let data = folder.path.join("data");
        let password = folder.file("password", PASSWORD)?;
        let arguments = ["-U", "leapmux", "-E", "UTF8", "-A", "scram-sha-256", "--no-locale", "--no-sync"];
        let mut arguments: Vec<_> = arguments.iter().map(|word| word.as_ref()).collect();
        arguments.extend(["--pwfile".as_ref(), password.as_os_str(), "-D".as_ref(), data.as_os_str()]);
        folder.run(&initdb, &arguments)?;
        let mut settings = vec![
            "listen_addresses=127.0.0.1".to_owned(),
            format!("unix_socket_directories={}", folder.path.display()),
            "max_connections=300".to_owned(),
            // What is on the disk is thrown away.
            "fsync=off".to_owned(),
            "full_page_writes=off".to_owned(),
            "synchronous_commit=off".to_owned(),
        ];
        let certificate = certificate::make(&folder);
        if let Some(certificate) = &certificate {
            settings.push("ssl=on".to_owned());
            settings.push(format!("ssl_cert_file={}", certificate.certificate.display()));
            settings.push(format!("ssl_key_file={}", certificate.key.display()));
        }
        let mut arguments =
            vec!["-D".to_owned(), data.display().to_string(), "-p".to_owned(), port.to_string()];
        arguments.extend(settings.into_iter().flat_map(|setting| ["-c".to_owned(), setting]));
        // QUIT: at once, and its shared memory is given back.
        let server = folder.serve(&program, &arguments, "QUIT", "ready to accept connections")?;
        // Each handshake costs two delayed acknowledgements of 44 ms on one machine; tests of TLS ask for it.
        let admin = format!("postgres://leapmux@127.0.0.1:{port}/postgres?sslmode=disable");
        let mut admin = Url::parse(&admin).expect("a URL");
        admin.set_password(Some(PASSWORD)).expect("it has users");
        let ca = certificate.map(|certificate| certificate.ca);
        let created_as = template(&program);
        Ok(Reached { kind: Kind::Postgres, admin, ca, created_as, _server: Some(server) })
    })
}

/// `template1` is in use whenever two create at once. Copying files is what is fast in a fresh server, and what 15 has to be asked for.
fn template(program: &Path) -> &'static str {
    let version = said(Command::new(program).arg("--version"));
    let major =
        version.split_whitespace().filter_map(|word| word.split('.').next()?.parse::<u32>().ok()).next();
    if major.is_some_and(|major| major >= 15) {
        " TEMPLATE template0 STRATEGY file_copy"
    } else {
        " TEMPLATE template0"
    }
}

/// The newest that Debian has beside each other; otherwise the one in `PATH`.
fn program(name: &str) -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin").join(name))).filter(|(_, path)| path.is_file())
        })
        .collect();
    found.sort();
    found.pop().map(|(_, path)| path).or_else(|| find(&[name.into()]))
}
