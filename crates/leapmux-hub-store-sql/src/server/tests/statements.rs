//! What is sent: nothing that one of the servers does not have.

use leapmux_hub_store::contract::Store;

use super::*;

/// Counters and locks of one server's own, what needs a session of its own, and several statements in one.
const NOT_EVERYWHERE: [&str; 9] =
    ["SERIAL", "AUTO_INCREMENT", "ADVISORY", "GET_LOCK", "LISTEN", "NOTIFY", "SAVEPOINT", "FOR UPDATE", ";"];

on_servers! {
    everything_sent_is_understood_everywhere
    settings_hold_for_every_connection
}

async fn everything_sent_is_understood_everywhere(database: Database) {
    let sent: Arc<Mutex<Vec<String>>> = Arc::default();
    let workers = recorded(&database, &sent).await;
    contract::registration_keys::a_key_makes_one_worker(workers).await;
    let other = database.kind.database().await.expect("the server is there");
    contract::layouts::what_was_committed_is_loaded(recorded(&other, &sent).await).await;
    let sent = sent.lock().expect("nobody panics");
    assert!(sent.iter().any(|sql| sql.starts_with("CREATE TABLE")) && sent.len() > 50, "{}", sent.len());
    for sql in sent.iter() {
        let upper = sql.to_uppercase();
        let found = NOT_EVERYWHERE.iter().find(|word| upper.contains(**word));
        assert_eq!(found, None, "{sql}");
        let returns = upper.contains(" RETURNING ");
        assert!(!returns || !matches!(database.kind, Kind::MySql | Kind::TiDb), "{sql}");
    }
}

/// A store that notes down what it sends, migrations included.
async fn recorded(database: &Database, sent: &Arc<Mutex<Vec<String>>>) -> Store {
    let Pool { mut db, .. } = pool_of(database).await;
    let heard = sent.clone();
    db.set_metric_callback(move |info| heard.lock().expect("nobody panics").push(info.statement.sql.clone()));
    migrate(&db, migrations::all, false).await.expect("migrated");
    Arc::new(SqlStore::new(Connection::to_server(db, None, None), None))
}

async fn settings_hold_for_every_connection(database: Database) {
    let names: &[(&str, &str)] = match database.kind {
        Kind::Postgres => &[
            ("current_setting('transaction_isolation')", "serializable"),
            ("current_setting('statement_timeout')", "30s"),
            ("current_setting('lock_timeout')", "5s"),
        ],
        Kind::MySql => &[
            ("@@tx_isolation", "REPEATABLE-READ"),
            ("CAST(@@innodb_lock_wait_timeout AS CHAR)", "5"),
            ("CAST(@@sql_mode LIKE '%STRICT_ALL_TABLES%' AS CHAR)", "1"),
            ("@@character_set_client", "utf8mb4"),
        ],
        _ => return,
    };
    let Pool { db, .. } = pool_of(&database).await;
    let every = tokio::join!(asked(&db, names), asked(&db, names), asked(&db, names));
    for answers in [every.0, every.1, every.2] {
        let expected: Vec<String> = names.iter().map(|(_, value)| (*value).to_owned()).collect();
        assert_eq!(answers, expected);
    }
}

async fn asked(db: &DatabaseConnection, names: &[(&str, &str)]) -> Vec<String> {
    let list: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
    let sql = format!("SELECT {}", list.join(", "));
    let statement = sea_orm::Statement::from_string(db.get_database_backend(), sql);
    let row = db.query_one_raw(statement).await.expect("readable").expect("a row");
    (0..names.len()).map(|at| row.try_get_by_index(at).expect("a text")).collect()
}
