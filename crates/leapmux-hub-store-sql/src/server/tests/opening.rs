//! What can be wrong with a database on a server, each told in one sentence without a secret in it.

use leapmux_hub_store::SessionStore;

use super::*;

on_servers! {
    a_wrong_password_is_refused_and_not_repeated
    a_server_that_is_not_there_is_named
    a_database_that_is_not_there_is_named
    a_newer_database_is_refused_with_both_versions
    a_second_hub_is_refused_and_the_first_stays
    a_dead_hubs_claim_ends
    hubs_that_start_at_once_migrate_once
    a_migration_cut_short_is_finished
    tls_is_used_where_it_is_asked_for
    a_user_without_rights_is_told_so
    a_database_without_unicode_is_refused
}

async fn a_wrong_password_is_refused_and_not_repeated(database: Database) {
    if database.url.password().is_none() {
        return;
    }
    let said = refused(&config_at(&database, database.with_password("hunter2").as_str())).await;
    assert!(said.contains("refused the user") && said.contains(database.url.username()), "{said}");
    assert!(said.contains(&format!("storage.{}.dsn", database.kind.key())), "{said}");
    assert!(!said.contains("hunter2"), "{said}");
}

async fn a_server_that_is_not_there_is_named(database: Database) {
    let port = std::net::TcpListener::bind("127.0.0.1:0").expect("free").local_addr().expect("bound").port();
    let mut url = database.url.clone();
    url.set_host(Some("127.0.0.1")).expect("it has a host");
    url.set_port(Some(port)).expect("it has a port");
    let said = refused(&config_at(&database, url.as_str())).await;
    assert!(said.contains("cannot be reached") && said.contains(&format!("127.0.0.1:{port}")), "{said}");
    assert!(said.contains(&format!("storage.{}.dsn", database.kind.key())), "{said}");
}

async fn a_database_that_is_not_there_is_named(database: Database) {
    let mut url = database.url.clone();
    url.set_path("leapmux_nowhere");
    let said = refused(&config_at(&database, url.as_str())).await;
    assert!(said.contains("\"leapmux_nowhere\"") && said.contains("does not exist"), "{said}");
    assert!(said.contains("CREATE DATABASE"), "{said}");
}

async fn a_newer_database_is_refused_with_both_versions(database: Database) {
    let newer = open(&config(&database), with_later).await.expect("opens");
    newer.close().await.expect("closes");
    let said = refused(&config(&database)).await;
    let known = migrations::all().len();
    assert!(
        said.contains("newer LeapMux")
            && said.contains("version 9999")
            && said.contains(&format!("version {known}")),
        "{said}"
    );
    assert!(said.contains(&database.name), "{said}");
}

async fn a_second_hub_is_refused_and_the_first_stays(database: Database) {
    let first = open_server(&config(&database)).await.expect("opens");
    let said = refused(&config(&database)).await;
    assert!(said.contains("in use by another LeapMux (on ") && said.contains(&database.name), "{said}");
    assert!(said.contains(&format!(":{}", std::process::id())), "{said}");
    first.create_user(&account(1)).await.expect("still its own");
    first.close().await.expect("closes");
    open_server(&config(&database)).await.expect("free again").close().await.expect("closes");
}

async fn a_dead_hubs_claim_ends(database: Database) {
    // Dropped and not closed: nobody gives the lease back.
    drop(open_server(&config(&database)).await.expect("opens"));
    let next = open_server(&config(&database)).await.expect("its time ends");
    next.create_user(&account(1)).await.expect("its own");
    next.close().await.expect("closes");
}

async fn hubs_that_start_at_once_migrate_once(database: Database) {
    let mut pools = Vec::new();
    for _ in 0..4 {
        pools.push(pool_of(&database).await);
    }
    let mut starting = tokio::task::JoinSet::new();
    for Pool { db, kept } in pools {
        starting.spawn(async move {
            let migrated = migrate(&db, migrations::all, false).await;
            drop(kept);
            migrated.map_err(|error| format!("{error:?}"))
        });
    }
    for outcome in starting.join_all().await {
        outcome.expect("migrated");
    }
    let db = pool_of(&database).await.db;
    assert!(!standing(&db, migrations::all).await.expect("readable").behind);
    migrate(&db, migrations::all, false).await.expect("nothing to do");
    let select = Query::select().column("version").from("seaql_migrations").to_owned();
    assert_eq!(db.query_all(&select).await.expect("readable").len(), migrations::all().len());
}

async fn a_migration_cut_short_is_finished(database: Database) {
    let names = |skip: usize| {
        let all = migrations::all();
        all.iter().skip(skip).map(|one| one.name().to_owned()).collect::<Vec<_>>()
    };
    let whole = open_server(&config(&database)).await.expect("opens");
    whole.create_user(&account(1)).await.expect("room");
    whole.close().await.expect("closes");
    // As a process leaves it that died before its last steps were written down, some of their tables made and some not.
    for name in names(1) {
        database.run(&format!("DELETE FROM seaql_migrations WHERE version = '{name}'")).await;
    }
    database.run("DROP TABLE sessions").await;
    database.run("DROP TABLE guards").await;
    let again = open_server(&config(&database)).await.expect("finishes");
    assert_eq!(again.user(&user(1).id).await.expect("readable"), Some(user(1)));
    assert!(again.sessions_of(&user(1).id).await.expect("the table is there").is_empty());
    again.close().await.expect("closes");
}

async fn tls_is_used_where_it_is_asked_for(database: Database) {
    let Some(ca) = &database.ca else { return };
    let postgres = database.kind == Kind::Postgres;
    let (mode, ca_name, every) = if postgres {
        ("sslmode", "sslrootcert", "verify-full")
    } else {
        ("ssl-mode", "ssl-ca", "VERIFY_IDENTITY")
    };
    let mut url = database.url.clone();
    url.query_pairs_mut().append_pair(mode, every);
    let said = refused(&config_at(&database, url.as_str())).await;
    assert!(said.starts_with("TLS with the") && said.contains("failed"), "nobody signed it: {said}");
    url.query_pairs_mut().append_pair(ca_name, &ca.display().to_string());
    let store = open_server(&config_at(&database, url.as_str())).await.expect("the authority is trusted");
    let sql = match postgres {
        true => "SELECT CAST(ssl AS TEXT) FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
        false => {
            "SELECT VARIABLE_VALUE FROM information_schema.SESSION_STATUS WHERE VARIABLE_NAME = 'Ssl_version'"
        }
    };
    let statement = sea_orm::Statement::from_string(store.db().get_database_backend(), sql);
    let row = store.db().query_one_raw(statement).await.expect("readable").expect("a row");
    let answer: String = row.try_get_by_index(0).expect("a text");
    assert!(answer == "true" || answer.starts_with("TLSv1."), "{answer}");
    store.close().await.expect("closes");
}

async fn a_user_without_rights_is_told_so(database: Database) {
    let name = format!("guest_{}", database.name);
    match database.kind {
        Kind::Postgres => {
            database.as_admin(&format!("CREATE ROLE {name} LOGIN PASSWORD 'guest password'")).await;
        }
        Kind::MySql => {
            database.as_admin(&format!("CREATE USER '{name}'@'%' IDENTIFIED BY 'guest password'")).await;
            database.as_admin(&format!("GRANT SELECT ON {}.* TO '{name}'@'%'", database.name)).await;
        }
        _ => return,
    }
    let mut url = database.with_password("guest password");
    url.set_username(&name).expect("it has users");
    let said = refused(&config_at(&database, url.as_str())).await;
    assert!(said.contains("may not do what is needed") && said.contains(&name), "{said}");
    assert!(!said.contains("guest password"), "{said}");
}

async fn a_database_without_unicode_is_refused(database: Database) {
    if database.kind != Kind::Postgres {
        return;
    }
    let name = format!("{}_latin", database.name);
    let sql = format!("CREATE DATABASE {name} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
    database.as_admin(&sql).await;
    let mut url = database.url.clone();
    url.set_path(&name);
    let said = refused(&config_at(&database, url.as_str())).await;
    assert!(said.contains("LATIN1") && said.contains("UTF8") && said.contains(&name), "{said}");
}
