//! What planning needs of a connection: its type, whether its keys are known, and its default catalog.
//!
//! Nothing is contacted and no value but the catalog is kept. Where SQLMesh asks the engine for the catalog, the
//! answer here is "unknown".

use crate::config::yaml::{Data, Node};
use crate::diagnostic::{Diagnostic, nearest};

use super::read::Reader;

/// A connection, reduced.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Connection {
    /// `duckdb`, `postgres`, ….
    pub kind: String,
    /// Default catalog, when the settings name one.
    pub catalog: Option<String>,
}

/// A type of connection: its own keys, those that must be there, and where its catalog is named.
struct Kind {
    name: &'static str,
    keys: &'static [&'static str],
    required: &'static [&'static str],
    catalog: Option<&'static str>,
}

/// Keys of every connection.
const COMMON: [&str; 9] = [
    "type",
    "concurrent_tasks",
    "register_comments",
    "pre_ping",
    "pretty_sql",
    "schema_differ_overrides",
    "catalog_type_overrides",
    "check_import",
    "shared_connection",
];

/// Keys that need not be there, in whatever type they are known, but have a value where they are.
const NEVER_EMPTY: [&str; 14] = [
    "concurrent_tasks",
    "register_comments",
    "pre_ping",
    "pretty_sql",
    "extensions",
    "connector_config",
    "secrets",
    "filesystems",
    "connect_timeout",
    "method",
    "driver",
    "scopes",
    "http_scheme",
    "retries",
];

const DUCKDB_KEYS: &[&str] = &[
    "database",
    "catalogs",
    "extensions",
    "connector_config",
    "secrets",
    "filesystems",
    "token",
];
const MYSQL_KEYS: &[&str] = &[
    "host",
    "user",
    "password",
    "port",
    "database",
    "charset",
    "collation",
    "ssl_disabled",
    "local_infile",
];
const MSSQL_KEYS: &[&str] = &[
    "host",
    "user",
    "password",
    "database",
    "timeout",
    "login_timeout",
    "login_attempts",
    "charset",
    "appname",
    "port",
    "conn_properties",
    "autocommit",
    "tds_version",
    "driver",
    "driver_name",
    "trust_server_certificate",
    "encrypt",
    "odbc_properties",
    "workspace_id",
    "tenant_id",
];

/// The connection types that SQLMesh has. Engines without catalogs name none.
const KINDS: [Kind; 19] = [
    Kind {
        name: "duckdb",
        keys: DUCKDB_KEYS,
        required: &[],
        catalog: Some("database"),
    },
    Kind {
        name: "motherduck",
        keys: DUCKDB_KEYS,
        required: &[],
        catalog: Some("database"),
    },
    Kind {
        name: "postgres",
        keys: &[
            "host",
            "user",
            "password",
            "port",
            "database",
            "keepalives_idle",
            "connect_timeout",
            "role",
            "sslmode",
            "application_name",
        ],
        required: &["host", "user", "password", "port", "database"],
        catalog: Some("database"),
    },
    Kind {
        name: "gcp_postgres",
        keys: &[
            "instance_connection_string",
            "user",
            "password",
            "enable_iam_auth",
            "db",
            "ip_type",
            "keyfile",
            "keyfile_json",
            "timeout",
            "scopes",
            "driver",
        ],
        required: &["instance_connection_string", "user", "db"],
        catalog: Some("db"),
    },
    Kind {
        name: "redshift",
        keys: &[
            "user",
            "password",
            "database",
            "host",
            "port",
            "source_address",
            "unix_sock",
            "ssl",
            "sslmode",
            "timeout",
            "tcp_keepalive",
            "application_name",
            "preferred_role",
            "principal_arn",
            "credentials_provider",
            "region",
            "cluster_identifier",
            "iam",
            "db_user",
            "is_serverless",
            "serverless_acct_id",
            "serverless_work_group",
            "enable_merge",
        ],
        required: &[],
        catalog: Some("database"),
    },
    Kind {
        name: "snowflake",
        keys: &[
            "account",
            "user",
            "password",
            "warehouse",
            "database",
            "role",
            "authenticator",
            "token",
            "host",
            "port",
            "application",
            "private_key",
            "private_key_path",
            "private_key_passphrase",
            "session_parameters",
        ],
        required: &["account"],
        catalog: Some("database"),
    },
    Kind {
        name: "bigquery",
        keys: &[
            "method",
            "project",
            "execution_project",
            "quota_project",
            "location",
            "keyfile",
            "keyfile_json",
            "token",
            "refresh_token",
            "client_id",
            "client_secret",
            "token_uri",
            "scopes",
            "impersonated_service_account",
            "job_creation_timeout_seconds",
            "job_execution_timeout_seconds",
            "job_retries",
            "job_retry_deadline_seconds",
            "priority",
            "maximum_bytes_billed",
            "reservation",
        ],
        required: &[],
        catalog: Some("project"),
    },
    Kind {
        name: "databricks",
        keys: &[
            "server_hostname",
            "http_path",
            "access_token",
            "auth_type",
            "oauth_client_id",
            "oauth_client_secret",
            "catalog",
            "http_headers",
            "session_configuration",
            "databricks_connect_server_hostname",
            "databricks_connect_access_token",
            "databricks_connect_cluster_id",
            "databricks_connect_use_serverless",
            "force_databricks_connect",
            "disable_databricks_connect",
            "disable_spark_session",
        ],
        required: &[],
        catalog: Some("catalog"),
    },
    Kind {
        name: "spark",
        keys: &["config_dir", "catalog", "config", "wap_enabled"],
        required: &[],
        catalog: Some("catalog"),
    },
    Kind {
        name: "trino",
        keys: &[
            "method",
            "host",
            "user",
            "catalog",
            "port",
            "http_scheme",
            "roles",
            "http_headers",
            "session_properties",
            "retries",
            "timezone",
            "password",
            "verify",
            "impersonation_user",
            "keytab",
            "krb5_config",
            "principal",
            "service_name",
            "hostname_override",
            "mutual_authentication",
            "force_preemptive",
            "sanitize_mutual_error_response",
            "delegate",
            "jwt_token",
            "client_certificate",
            "client_private_key",
            "cert",
            "source",
            "schema_location_mapping",
            "timestamp_mapping",
        ],
        required: &["host", "user", "catalog"],
        catalog: Some("catalog"),
    },
    Kind {
        name: "athena",
        keys: &[
            "aws_access_key_id",
            "aws_secret_access_key",
            "role_arn",
            "role_session_name",
            "region_name",
            "work_group",
            "s3_staging_dir",
            "schema_name",
            "catalog_name",
            "s3_warehouse_location",
        ],
        required: &[],
        catalog: Some("catalog_name"),
    },
    Kind {
        name: "mysql",
        keys: MYSQL_KEYS,
        required: &["host", "user", "password"],
        catalog: None,
    },
    Kind {
        name: "starrocks",
        keys: MYSQL_KEYS,
        required: &["host", "user", "password"],
        catalog: None,
    },
    Kind {
        name: "mssql",
        keys: MSSQL_KEYS,
        required: &["host"],
        catalog: Some("database"),
    },
    Kind {
        name: "azuresql",
        keys: MSSQL_KEYS,
        required: &["host"],
        catalog: Some("database"),
    },
    Kind {
        name: "fabric",
        keys: MSSQL_KEYS,
        required: &["host", "workspace_id", "tenant_id"],
        catalog: Some("database"),
    },
    Kind {
        name: "clickhouse",
        keys: &[
            "host",
            "username",
            "password",
            "port",
            "cluster",
            "virtual_catalog",
            "connect_timeout",
            "send_receive_timeout",
            "query_limit",
            "use_compression",
            "compression_method",
            "connection_settings",
            "http_proxy",
            "verify",
            "ca_cert",
            "client_cert",
            "client_cert_key",
            "https_proxy",
            "server_host_name",
            "tls_mode",
            "secure",
            "connection_pool_options",
        ],
        required: &["host", "username"],
        catalog: None,
    },
    Kind {
        name: "risingwave",
        keys: &["host", "user", "password", "port", "database", "role", "sslmode"],
        required: &["host", "user", "port", "database"],
        catalog: Some("database"),
    },
    Kind {
        name: "db2",
        keys: &[
            "host",
            "port",
            "database",
            "db2_schema",
            "username",
            "password",
            "ssl",
            "ssl_cert",
            "ssl_key",
            "ssl_ca",
            "connect_timeout",
        ],
        required: &["host", "database", "db2_schema", "username", "password"],
        catalog: Some("database"),
    },
];

/// Reads the settings of one connection.
pub(super) fn read(reader: &mut Reader<'_>, path: &str, node: &Node) -> Option<Connection> {
    let entries = reader.map(path, node)?;
    let Some(kind_node) = node.get("type") else {
        let names: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
        reader.push(
            Diagnostic::error("config/no-connection-type", format!("`{path}` has no `type`"))
                .help(format!("Add `type`: one of {}.", names.join(", "))),
            node.place,
        );
        return None;
    };
    let name = kind_node.as_text().unwrap_or_default().to_lowercase();
    let Some(kind) = KINDS.iter().find(|kind| kind.name == name) else {
        let shown = kind_node.as_text().unwrap_or(kind_node.what());
        let diagnostic = Diagnostic::error(
            "config/unknown-connection-type",
            format!("`{shown}` is not a connection type"),
        );
        let names: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
        let help = match nearest(&name, names.iter().copied()) {
            Some(near) => format!("Is `{near}` meant?"),
            None => format!("The types are {}.", names.join(", ")),
        };
        reader.push(diagnostic.help(help), kind_node.place);
        return None;
    };
    let known: Vec<&str> = COMMON.iter().chain(kind.keys).copied().collect();
    reader.known_keys(path, entries, &known);
    reader.not_empty(path, entries, kind.required);
    reader.not_empty(path, entries, &NEVER_EMPTY);
    for key in kind.required {
        if node.get(key).is_none() {
            reader.push(
                Diagnostic::error(
                    "config/missing-key",
                    format!("The `{}` connection `{path}` has no `{key}`", kind.name),
                )
                .help(format!("It needs {}.", kind.required.join(", "))),
                node.place,
            );
        }
    }
    Some(Connection {
        kind: kind.name.to_string(),
        catalog: catalog(reader, path, node, kind),
    })
}

fn catalog(reader: &mut Reader<'_>, path: &str, node: &Node, kind: &Kind) -> Option<String> {
    let named = kind
        .catalog
        .and_then(|key| node.get(key))
        .filter(|value| !value.is_null())
        .and_then(|value| match &value.data {
            Data::Int(number) => Some(number.to_string()),
            _ => value.as_text().map(str::to_string),
        })
        .filter(|name| !name.is_empty());
    match kind.name {
        "duckdb" | "motherduck" => {
            let catalogs = node.get("catalogs").filter(|value| !value.is_null());
            if named.is_some()
                && let Some(catalogs) = catalogs
            {
                reader.push(
                    Diagnostic::error(
                        "config/database-and-catalogs",
                        format!("`{path}` has both `database` and `catalogs`"),
                    )
                    .help("Name all databases in `catalogs`; the first is the default."),
                    catalogs.place,
                );
            }
            if let Some(first) = catalogs
                .and_then(Node::entries)
                .and_then(|entries| entries.first())
            {
                return Some(first.key.clone());
            }
            match named {
                Some(database) if kind.name == "motherduck" => Some(database),
                Some(database) if database.starts_with("md:") => {
                    reader.push(
                        Diagnostic::error(
                            "config/motherduck",
                            "A MotherDuck database is not a `duckdb` connection",
                        )
                        .help("Write `type: motherduck`."),
                        node.place,
                    );
                    None
                }
                Some(database) => Some(duckdb_catalog(&database)),
                None if kind.name == "duckdb" => Some("memory".to_string()),
                None => None,
            }
        }
        "athena" => Some(named.unwrap_or_else(|| "AwsDataCatalog".to_string())),
        _ => named,
    }
}

/// The catalog that DuckDB gives to a database file: its name without folders and the last ending.
fn duckdb_catalog(database: &str) -> String {
    if database == ":memory:" {
        return "memory".to_string();
    }
    let file = database.rsplit(['/', '\\']).next().unwrap_or(database);
    match file.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem.to_string(),
        _ => file.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::duckdb_catalog;

    #[test]
    fn catalogs_of_duckdb_files() {
        for (database, expected) in [
            ("a/b/my.db", "my"),
            (":memory:", "memory"),
            ("my.v2.duckdb", "my.v2"),
            ("My-Db.db", "My-Db"),
            ("noext", "noext"),
            (".hidden.db", ".hidden"),
        ] {
            assert_eq!(duckdb_catalog(database), expected);
        }
    }
}
