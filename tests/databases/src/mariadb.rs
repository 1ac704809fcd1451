//! MariaDB from the system's packages.

use std::ffi::OsStr;

use url::Url;

use crate::process::{Folder, find, with_free_port};
use crate::{Kind, Reached, certificate};

const PASSWORD: &str = "right password";

pub(crate) fn start() -> Result<Reached, String> {
    let install = find(&["/usr/bin/mariadb-install-db".into(), "mariadb-install-db".into()]);
    let program = find(&["/usr/sbin/mariadbd".into(), "mariadbd".into()]);
    let (Some(install), Some(program)) = (install, program) else {
        return Err("MariaDB is not installed (Debian, Ubuntu: apt install mariadb-server)".to_owned());
    };
    with_free_port(|port| {
        let folder = Folder::new(&["mysql", "nobody"])?;
        let data = format!("--datadir={}", folder.path.join("data").display());
        let fresh = ["--no-defaults", &data, "--auth-root-authentication-method=normal", "--skip-test-db"];
        folder.run(&install, &fresh.map(OsStr::new))?;
        let first = folder.file(
            "first.sql",
            &format!(
                "CREATE USER 'leapmux'@'%' IDENTIFIED BY '{PASSWORD}';\nGRANT ALL ON *.* TO 'leapmux'@'%' WITH GRANT OPTION;\n"
            ),
        )?;
        let mut arguments = vec![
            "--no-defaults".to_owned(),
            data,
            format!("--init-file={}", first.display()),
            format!("--socket={}", folder.path.join("sock").display()),
            format!("--pid-file={}", folder.path.join("pid").display()),
            format!("--port={port}"),
            "--bind-address=127.0.0.1".to_owned(),
            "--skip-name-resolve".to_owned(),
            "--max-connections=300".to_owned(),
            // What is on the disk is thrown away.
            "--innodb-flush-log-at-trx-commit=0".to_owned(),
            "--skip-innodb-doublewrite".to_owned(),
        ];
        let certificate = certificate::make(&folder);
        if let Some(certificate) = &certificate {
            arguments.push(format!("--ssl-cert={}", certificate.certificate.display()));
            arguments.push(format!("--ssl-key={}", certificate.key.display()));
        }
        let server = folder.serve(&program, &arguments, "KILL", "ready for connections")?;
        let admin = format!("mysql://leapmux@127.0.0.1:{port}/mysql?ssl-mode=DISABLED");
        let mut admin = Url::parse(&admin).expect("a URL");
        admin.set_password(Some(PASSWORD)).expect("it has users");
        let ca = certificate.map(|certificate| certificate.ca);
        Ok(Reached { kind: Kind::MySql, admin, ca, created_as: "", _server: Some(server) })
    })
}
