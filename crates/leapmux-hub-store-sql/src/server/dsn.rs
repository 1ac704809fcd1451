//! Addresses of databases as people write them: URLs, and the form `user:password@tcp(host:3306)/database?parameter=value`.
//! What is said about one never repeats its values.

#[cfg(feature = "postgres")]
pub(super) use self::postgres::postgres_url;

#[cfg(feature = "postgres")]
mod postgres;

#[cfg(feature = "mysql")]
pub(super) use self::mysql::{Encryption, MySqlDsn, Target, mysql_dsn};

#[cfg(feature = "mysql")]
mod mysql;

#[cfg(all(test, feature = "postgres", feature = "mysql"))]
mod tests {
    use super::*;

    #[test]
    fn a_postgres_url_keeps_what_the_driver_knows() {
        let text = "postgresql://u:p%40ss@db:5433/leap?sslmode=require&passwrod=hunter2&search_path=a";
        let (url, unknown) = postgres_url(text).expect("a URL");
        assert_eq!(unknown, ["passwrod"]);
        assert_eq!(url.query(), Some("sslmode=require&options%5Bsearch_path%5D=a"));
        assert_eq!((url.password(), url.port()), (Some("p%40ss"), Some(5433)));
    }

    #[test]
    fn what_is_no_postgres_url_is_said_without_repeating_it() {
        for wrong in
            ["hunter2", "mysql://u:hunter2@h/d", "postgres://u:hunter2@h:99999/d", "u:hunter2@tcp(h)/d"]
        {
            let said = postgres_url(wrong).expect_err("refused");
            assert!(!said.contains("hunter2"), "{said}");
        }
    }

    #[test]
    fn both_mysql_forms_say_the_same() {
        for text in [
            "leap:p@s/s:w?rd@tcp(db.example:3307)/leap?parseTime=true&tls=true",
            "mysql://leap:p%40s%2Fs%3Aw%3Frd@db.example:3307/leap?ssl-mode=VERIFY_IDENTITY",
        ] {
            let dsn = mysql_dsn(text).expect("an address");
            assert_eq!(dsn.target, Target::Tcp("db.example".into(), 3307), "{text}");
            assert_eq!((dsn.user.as_str(), dsn.database.as_str()), ("leap", "leap"));
            assert_eq!(dsn.password.expect("given").expose(), "p@s/s:w?rd");
            assert_eq!(dsn.encryption, Encryption::VerifyIdentity);
            assert!(dsn.unknown.is_empty());
        }
    }

    #[test]
    fn the_classic_form_in_its_variants() {
        let parts = |text: &str| {
            let dsn = mysql_dsn(text).expect("an address");
            (dsn.target, dsn.user, dsn.password.is_some(), dsn.database)
        };
        let tcp = |host: &str, port| Target::Tcp(host.to_owned(), port);
        assert_eq!(
            parts("root@tcp(h:4000)/leapmux?parseTime=true"),
            (tcp("h", 4000), "root".into(), false, "leapmux".into())
        );
        assert_eq!(parts("u:p@/d"), (tcp("127.0.0.1", 3306), "u".into(), true, "d".into()));
        assert_eq!(parts("u:p@tcp([::1]:33)/d").0, tcp("::1", 33));
        assert_eq!(parts("u@unix(/run/my.sock)/d").0, Target::Socket("/run/my.sock".into()));
        let with_path = mysql_dsn("u:p@tcp(h:1)/d?tls=verify-ca&ssl-ca=/etc/ca.pem").expect("an address");
        assert_eq!((with_path.ca, with_path.database.as_str()), (Some("/etc/ca.pem".into()), "d"));
        for wrong in [
            "hunter2",
            "u:hunter2@tcp(h:1)/",
            "u:hunter2@tcp(h:x)/d",
            "u:hunter2@h/d",
            "u:hunter2@tcp(h)/d?tls=maybe",
        ] {
            let said = mysql_dsn(wrong).expect_err("refused");
            assert!(!said.contains("hunter2"), "{said}");
        }
    }
}
