//! What is sent: nothing that one of the servers does not have.

use leapmux_hub_store::contract::Store;
use sea_orm::TransactionTrait;

use super::*;

/// Counters and locks of one server's own, what needs a session of its own, and several statements in one.
const NOT_EVERYWHERE: [&str; 9] =
    ["SERIAL", "AUTO_INCREMENT", "ADVISORY", "GET_LOCK", "LISTEN", "NOTIFY", "SAVEPOINT", "FOR UPDATE", ";"];

on_servers! {
    everything_sent_is_understood_everywhere
    settings_hold_for_every_connection
    few_connections_lie_idle
    what_takes_too_long_is_given_up
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

async fn few_connections_lie_idle(database: Database) {
    if database.kind != Kind::MySql {
        return;
    }
    let mut few = config(&database);
    few.pool = PoolConfig { max: 6, max_idle: Some(1), ..few.pool };
    let mut driver = driver(&few).expect("an address");
    driver.probe().await.expect("it answers");
    let Pool { db, kept } = driver.pool(Use::Serving);
    let mut all = Vec::new();
    for _ in 0..6 {
        all.push(db.begin().await.expect("a connection"));
    }
    let count = format!("SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE DB = '{}'", database.name);
    let count = sea_orm::Statement::from_string(db.get_database_backend(), count);
    let row = all[0].query_one_raw(count.clone()).await.expect("readable").expect("a row");
    assert_eq!(row.try_get_by_index::<i64>(0).expect("a number"), 6);
    for transaction in all {
        transaction.rollback().await.expect("nothing was done");
    }
    // The one that asks, and one that may lie idle; connections end in their own time.
    let settled = tokio::time::timeout(Duration::from_secs(20), async {
        loop {
            let row = db.query_one_raw(count.clone()).await.expect("readable").expect("a row");
            if row.try_get_by_index::<i64>(0).expect("a number") <= 2 {
                return;
            }
        }
    });
    settled.await.expect("the others are closed");
    drop(kept);
}

/// What the server ends because of its length is told as being busy, not as a failure.
async fn what_takes_too_long_is_given_up(database: Database) {
    let (shorter, long) = match database.kind {
        Kind::Postgres => ("SET statement_timeout = 50", "SELECT pg_sleep(30)"),
        Kind::MySql => (
            "SET SESSION max_statement_time = 0.05",
            "SELECT COUNT(*) FROM information_schema.COLUMNS a, information_schema.COLUMNS b, information_schema.COLUMNS c",
        ),
        _ => return,
    };
    let mut one = config(&database);
    one.pool.max = 1;
    let mut driver = driver(&one).expect("an address");
    driver.probe().await.expect("it answers");
    let Pool { db, .. } = driver.pool(Use::Serving);
    db.execute_unprepared(shorter).await.expect("set");
    let failed = db.execute_unprepared(long).await.expect_err("given up");
    assert_eq!(crate::dialect::classify(&failed), crate::dialect::Class::Slow, "{failed}");
    let told = leapmux_hub_store::StoreError::from(SqlError::Db(failed));
    assert!(matches!(told, leapmux_hub_store::StoreError::Contended), "{told:?}");
}
