//! What a file's name says about what it holds.

use super::place;
use crate::paths;

/// What a file of some name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Nature {
    /// Settings, often with credentials: what it held decides.
    Environment,
    /// A key, if its content is one.
    Key,
    /// Somebody's credentials for a tool, whatever the content.
    Credentials,
    /// The same, if the content has one.
    Configuration,
    /// What opens something else and is one line; a program of that name asks for it.
    Passphrase,
    /// What somebody typed: what it held decides.
    Typed,
    /// What Terraform knows of what it runs: its content decides.
    State,
    /// A binary keystore.
    Keystore,
    /// Rows of a database.
    Data,
    /// A file of a running database.
    DataFolder,
}

impl Nature {
    pub(super) fn word(self) -> &'static str {
        match self {
            Nature::Environment => "environment",
            Nature::Key => "private_key",
            Nature::Credentials | Nature::Configuration | Nature::Passphrase | Nature::Typed | Nature::State => {
                "credentials"
            }
            Nature::Keystore => "keystore",
            Nature::Data | Nature::DataFolder => "data",
        }
    }
}

/// Names that say it alone, in small letters.
const NAMES: &[(Nature, &[&str])] = &[
    (Nature::Key, &["id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "id_ecdsa_sk", "id_ed25519_sk", "identity.pem"]),
    (
        Nature::Credentials,
        &[
            ".netrc",
            "_netrc",
            ".pgpass",
            "pgpass.conf",
            ".git-credentials",
            ".htpasswd",
            ".htdigest",
            ".vault-token",
            ".passwd-s3fs",
            "secring.gpg",
        ],
    ),
    (
        Nature::Passphrase,
        &[
            ".vault_pass",
            ".vault-pass",
            ".vault_password",
            ".vault-password",
            ".vault_password_file",
            "vault_pass",
            "vault_password",
            "vault-password",
        ],
    ),
    (
        Nature::Typed,
        &[
            ".bash_history",
            "bash_history",
            "zsh_history",
            ".histfile",
            ".ksh_history",
            ".tcsh_history",
            ".mycli-history",
            ".influx_history",
            ".iex_history",
            ".erlang_history",
            ".scala_history",
            ".rhistory",
            ".lesshst",
            ".viminfo",
            "mongosh_repl_history",
            "repl_history.jl",
            ".zsh_history",
            ".sh_history",
            ".ash_history",
            ".history",
            "fish_history",
            ".mysql_history",
            ".psql_history",
            ".sqlite_history",
            ".rediscli_history",
            ".dbshell",
            ".mongorc_history",
            ".python_history",
            ".node_repl_history",
            ".irb_history",
            ".irb-history",
            ".pry_history",
            ".php_history",
            "consolehost_history.txt",
        ],
    ),
    (
        Nature::Configuration,
        &[
            ".npmrc",
            ".yarnrc.yml",
            ".pypirc",
            ".my.cnf",
            ".mylogin.cnf",
            ".boto",
            ".s3cfg",
            "rclone.conf",
            ".terraformrc",
            "terraform.rc",
            "credentials.tfrc.json",
            "kubeconfig",
            "kubeconfig.yaml",
            "kubeconfig.yml",
            ".databrickscfg",
            "kaggle.json",
            "ngrok.yml",
            ".vultr-cli.yaml",
            ".arcrc",
            ".remote-sync.json",
            "wg0.conf",
            ".dockercfg",
            ".dockerconfigjson",
            "credentials.json",
            "service-account.json",
            "serviceaccount.json",
            "serviceaccountkey.json",
            "service_account.json",
            "client_secret.json",
            "wp-config.php",
            "proftpdpasswd",
            ".esmtprc",
            ".msmtprc",
            "sftp-config.json",
            ".ftpconfig",
            "sitemanager.xml",
            "recentservers.xml",
            "filezilla.xml",
        ],
    ),
    (
        Nature::DataFolder,
        &["ibdata1", "ib_logfile0", "ib_logfile1", "pg_control", "wiredtiger.wt", "dump.rdb", "appendonly.aof"],
    ),
];

/// The last parts of paths that say it.
const TAILS: &[(Nature, &[&str])] = &[
    (Nature::Typed, &[".pgcli/history", "pgcli/history"]),
    (
        Nature::Credentials,
        &[
            "config/master.key",
            "config/credentials/production.key",
            ".azure/accesstokens.json",
            ".azure/service_principal_entries.json",
            ".azure/msal_token_cache.json",
            ".azure/msal_token_cache.bin",
            "gcloud/credentials.db",
            "gcloud/access_tokens.db",
            "gcloud/application_default_credentials.json",
        ],
    ),
    (
        Nature::Configuration,
        &[
            ".aws/credentials",
            ".aws/config",
            ".docker/config.json",
            ".kube/config",
            "gh/hosts.yml",
            "etc/shadow",
            ".cargo/credentials",
            ".cargo/credentials.toml",
            ".gem/credentials",
            ".m2/settings.xml",
            ".composer/auth.json",
            ".config/composer/auth.json",
            ".oci/config",
            ".aliyun/config.json",
            ".tccli/default.credential",
            ".bluemix/config.json",
            ".config/scw/config.yaml",
            ".config/hcloud/cli.toml",
            ".config/linode-cli",
            ".config/doctl/config.yaml",
            ".config/hub",
            ".config/glab-cli/config.yml",
            ".config/argocd/config",
            ".config/stripe/config.toml",
            ".config/configstore/firebase-tools.json",
            ".config/netlify/config.json",
            ".netlify/config.json",
            ".vercel/auth.json",
            "com.vercel.cli/auth.json",
            ".wrangler/config/default.toml",
            ".fly/config.yml",
            ".supabase/access-token",
            "huggingface/token",
            ".snowsql/config",
            ".mc/config.json",
            ".circleci/cli.yml",
            ".travis/config.yml",
        ],
    ),
];

/// How names end that say it.
const ENDS: &[(Nature, &[&str])] = &[
    (Nature::State, &[".tfstate", ".tfstate.backup"]),
    (
        Nature::Keystore,
        &[
            ".p12",
            ".pfx",
            ".pkcs12",
            ".jks",
            ".jceks",
            ".keystore",
            ".bks",
            ".bcfks",
            ".kdb",
            ".kdbx",
            ".psafe3",
            ".keychain",
            ".keychain-db",
            // Oracle's, which opens without a password.
            "cwallet.sso",
        ],
    ),
    (Nature::Key, &[".pem", ".key", ".der", ".ppk", ".pk8", ".p8", "_rsa", "_ed25519", "_ecdsa"]),
    (Nature::Configuration, &[".ovpn", ".kubeconfig", ".tfvars", ".tfvars.json"]),
    (
        Nature::DataFolder,
        &[
            ".ibd",
            ".bson",
            ".myd",
            ".mdf",
            ".accdb",
            ".mv.db",
            ".base.rdb",
            ".incr.aof",
            ".sql.gz",
            ".sql.bz2",
            ".sql.xz",
            ".sql.zip",
            ".dump.gz",
        ],
    ),
];

/// How people and editors end the name of a copy.
const COPIES: &[&str] = &[".bak", ".backup", ".old", ".orig", ".save", ".copy", ".txt", "~"];

/// What a file of that name, or a copy of one, is, if it is one that holds credentials by nature.
pub(super) fn by_name(path: &str) -> Option<Nature> {
    if place::is_environment_file(path) {
        return Some(Nature::Environment);
    }
    let lower = path.to_ascii_lowercase();
    by_small_name(&lower).or_else(|| by_small_name(COPIES.iter().find_map(|end| lower.strip_suffix(end))?))
}

fn by_small_name(lower: &str) -> Option<Nature> {
    let name = paths::name(lower);
    let of = |table: &[(Nature, &[&str])], says: &dyn Fn(&str) -> bool| {
        table.iter().find(|(_, known)| known.iter().any(|known| says(known))).map(|(nature, _)| *nature)
    };
    if lower.contains(".gnupg/private-keys-v1.d/") {
        return Some(Nature::Credentials);
    }
    if name.contains("firebase-adminsdk") && name.ends_with(".json") {
        return Some(Nature::Configuration);
    }
    if name.starts_with("ssh_host_") && name.ends_with("_key") {
        return Some(Nature::Key);
    }
    // Terraform keeps the state from before each change with the time in its name.
    if name.contains(".tfstate.") {
        return Some(Nature::State);
    }
    if ["/.aws/cli/cache/", "/.aws/sso/cache/", "/gcloud/legacy_credentials/"]
        .iter()
        .any(|folder| format!("/{lower}").contains(folder))
    {
        return Some(Nature::Configuration);
    }
    let is_below = |tail: &str| lower.strip_suffix(tail).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'));
    // What somebody packed to have a copy of the data.
    let is_copied = || name.split(['.', '-', '_']).any(|word| matches!(word, "backup" | "backups" | "dump" | "dumps"));
    if [".tgz", ".tar", ".tar.gz", ".tar.bz2", ".tar.xz", ".zip", ".7z", ".rar"].iter().any(|end| name.ends_with(end))
        && is_copied()
    {
        return Some(Nature::DataFolder);
    }
    of(NAMES, &|known| name == known).or_else(|| of(TAILS, &is_below)).or_else(|| of(ENDS, &|end| name.ends_with(end)))
}

/// Whether `path` is a database in a file, or a dump of one.
pub(super) fn is_database(path: &str) -> bool {
    const ENDS: &[&str] = &[".sqlite", ".sqlite3", ".db", ".db3", ".sql", ".dump", ".mdb"];
    let lower = path.to_ascii_lowercase();
    ENDS.iter().any(|end| lower.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_files_hold() {
        for (path, nature) in [
            ("home/.config/gcloud/credentials.db", Nature::Credentials),
            (".azure/msal_token_cache.bin", Nature::Credentials),
            ("dotfiles/.Bash_History", Nature::Typed),
            ("infra/terraform.tfstate", Nature::State),
            ("dump/shop/users.bson", Nature::DataFolder),
            ("site-backup.tgz", Nature::DataFolder),
            ("db/shop_dump.tar.gz", Nature::DataFolder),
            ("db/shop.sql.gz", Nature::DataFolder),
            (".kube/config", Nature::Configuration),
            ("deploy/id_ed25519", Nature::Key),
            ("deploy/github_rsa", Nature::Key),
            ("etc/ssh/ssh_host_rsa_key", Nature::Key),
            ("release.jks", Nature::Keystore),
            ("pgdata/global/pg_control", Nature::DataFolder),
            ("data/mysql/shop/users.ibd", Nature::DataFolder),
            ("redis/dump.rdb", Nature::DataFolder),
            ("mongo/WiredTiger.wt", Nature::DataFolder),
            ("keys/id_ed25519.bak", Nature::Key),
            ("home/.bash_history.txt", Nature::Typed),
            ("home/.config/pgcli/history", Nature::Typed),
            ("infra/terraform.tfstate.1712345678.backup", Nature::State),
            ("infra/prod.auto.tfvars", Nature::Configuration),
            ("infra/.vault_pass.txt", Nature::Passphrase),
            (".aws/sso/cache/3f9ac01b.json", Nature::Configuration),
            ("deploy/prod.kubeconfig", Nature::Configuration),
            ("wallet/cwallet.sso", Nature::Keystore),
            ("redis/appendonlydir/appendonly.aof.1.incr.aof", Nature::DataFolder),
        ] {
            assert_eq!(by_name(path), Some(nature), "{path}");
        }
    }

    #[test]
    fn other_names_say_nothing() {
        for path in [
            ".azure/pipelines.yml",
            "src/config",
            "my.aws/config.rs",
            "history.md",
            "docs/kubeconfig.md",
            "a.pub",
            "notes/old.txt",
            "vault_pass.py",
            "src/history",
            "vendor.tgz",
            "src/backup.rs",
            "dumper.zip",
        ] {
            assert_eq!(by_name(path), None, "{path}");
        }
    }
}
