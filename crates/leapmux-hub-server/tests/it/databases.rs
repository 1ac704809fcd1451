//! The Hub on a database server: what people made is there after a restart.

use leapmux_hub_server::{Hub, HubConfig, PoolConfig, ServerConfig, ServerKind, StorageConfig};
use leapmux_runtime::Tasks;
use serde_json::json;
use test_databases::{Database, Kind};

use crate::hub::{TestHub, config};

const PASSWORD: &str = "correct horse battery";

fn on(database: &Database, hub: HubConfig) -> HubConfig {
    let kind = if database.kind == Kind::Postgres { ServerKind::Postgres } else { ServerKind::MySql };
    let pool = PoolConfig { max: 5, min: 1, ..PoolConfig::default() };
    let server = ServerConfig { pool, ..ServerConfig::new(kind, database.url.as_str()) };
    let own = HubConfig::hub(&hub.data_dir);
    HubConfig { storage: StorageConfig::Server(server), listen: hub.listen, version: hub.version, ..own }
}

async fn accounts_outlive_the_hub(kind: Kind) {
    let Some(database) = kind.database().await else { return };
    let hub = TestHub::with(|hub| on(&database, hub)).await;
    let admin = json!({ "username": "ada", "displayName": "Ada 🦘", "password": PASSWORD });
    let made = hub.ask("leapmux.hub.v1.AuthService/SignUp", admin).await;
    assert_eq!(made["user"]["admin"].as_bool(), Some(true));
    assert!(!hub.dir.path().join("hub.db").exists(), "nothing of it is in a file");
    let second = Hub::start(on(&database, config(hub.dir.path())), &Tasks::new()).await;
    let refused = second.err().expect("one Hub works on a database").to_string();
    assert!(refused.contains("in use by another LeapMux"), "{refused}");
    hub.running.shutdown().await.expect("closes");
    let again = TestHub::with(|hub| on(&database, hub)).await;
    let info = again.ask("leapmux.hub.v1.SystemService/GetSystemInfo", json!({})).await;
    assert_eq!(info.get("needsSetup"), None, "there is an account: {info}");
    let login = json!({ "username": "ada", "password": PASSWORD });
    let back = again.ask("leapmux.hub.v1.AuthService/Login", login).await;
    assert_eq!(back["user"]["displayName"].as_str(), Some("Ada 🦘"), "{back}");
    again.running.shutdown().await.expect("closes");
}

#[tokio::test]
async fn accounts_outlive_the_hub_on_postgresql() {
    accounts_outlive_the_hub(Kind::Postgres).await;
}

#[tokio::test]
async fn accounts_outlive_the_hub_on_mariadb() {
    accounts_outlive_the_hub(Kind::MySql).await;
}
