//! Private keys that open nothing but what made them: a database server for itself, or somebody for the own machine.

use std::collections::{BTreeMap, BTreeSet};

use super::opinion::{Opinion, Weight};
use super::place::Class;
use crate::Snapshot;
use crate::paths;

/// The rule that finds certificates for the own machine.
pub(super) const CERTIFICATE: &str = "own-machine-certificate";

/// What a key opens, if that is nothing to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opens {
    /// Its certificate is for `localhost`.
    OwnMachine,
    /// The database whose folder it stands in.
    OwnDatabase,
}

impl Opens {
    pub(super) fn opinion(self) -> Opinion {
        let aside = |class, reason| Opinion { weight: Weight::SetAside, class, reason };
        match self {
            Opens::OwnMachine => aside(Class::Test, "beside its certificate for the own machine"),
            Opens::OwnDatabase => aside(Class::Example, "made by a database server for itself"),
        }
    }
}

/// What ever stood beside the keys of a history.
#[derive(Default)]
pub(super) struct OwnKeys<'repo> {
    /// By folder, the names of the files that have a certificate for the own machine.
    certificates: BTreeMap<&'repo str, BTreeSet<&'repo str>>,
    /// Every name in these folders.
    names: BTreeMap<&'repo str, BTreeSet<&'repo str>>,
    /// Folders of a running database.
    databases: BTreeSet<&'repo str>,
}

impl<'repo> OwnKeys<'repo> {
    pub(super) fn of(repo: &'repo Snapshot) -> Self {
        let history = repo.history();
        let mut keys = OwnKeys::default();
        for path in history.paths.iter().filter(|path| is_of_a_database(paths::name(path))) {
            keys.databases.insert(paths::folder(path));
        }
        let blobs: BTreeSet<_> = (history.blobs())
            .filter(|(_, blob)| blob.hits.iter().any(|hit| hit.rule == CERTIFICATE))
            .map(|(id, _)| id)
            .collect();
        if blobs.is_empty() {
            return keys;
        }
        let changes = history.commits().iter().flat_map(|commit| &commit.changes);
        for change in changes.filter(|change| change.new.is_some_and(|blob| blobs.contains(&blob))) {
            let path = history.path(change.path);
            keys.certificates.entry(paths::folder(path)).or_default().insert(paths::name(path));
        }
        for path in &history.paths {
            let folder = paths::folder(path);
            if keys.certificates.contains_key(folder) {
                keys.names.entry(folder).or_default().insert(paths::name(path));
            }
        }
        keys
    }

    /// What the private key at `path` opens; `None` if that may be more.
    pub(super) fn opens(&self, path: &str) -> Option<Opens> {
        /// As MySQL calls them, and PostgreSQL the last one.
        const OF_DATABASES: &[&str] =
            &["ca-key.pem", "client-key.pem", "server-key.pem", "private_key.pem", "server.key"];
        let (folder, name) = (paths::folder(path), paths::name(path));
        if OF_DATABASES.contains(&name) && self.databases.contains(folder) {
            return Some(Opens::OwnDatabase);
        }
        let certificates = self.certificates.get(folder)?;
        // Where one is named as the key is, it is that one.
        let is_its = |other: &&&str| **other != name && is_certificate(other) && stem(other) == stem(name);
        let its = self.names.get(folder).into_iter().flatten().find(is_its);
        its.is_none_or(|its| certificates.contains(its)).then_some(Opens::OwnMachine)
    }
}

/// Whether only the folder of a running database has a file of that name.
fn is_of_a_database(name: &str) -> bool {
    matches!(name, "auto.cnf" | "ibdata1" | "ibtmp1" | "ib_logfile0" | "ib_buffer_pool" | "mysql.sock" | "PG_VERSION")
}

fn is_certificate(name: &str) -> bool {
    [".crt", ".cer", ".cert"].iter().any(|end| name.ends_with(end))
        || name.ends_with(".pem") && !name.contains("key") && !name.contains("priv")
}

/// What a key and its certificate have in common: `shop` of `shop.key`, `shop-key.pem`, `shop.crt` and `shop-cert.pem`.
fn stem(name: &str) -> &str {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let ends = ["key", "cert", "crt", "certificate", "private"];
    let stem = ends.iter().find_map(|end| stem.strip_suffix(end)).unwrap_or(stem);
    stem.trim_end_matches(['-', '_', '.'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn a_key_belongs_to_the_certificate_of_its_name_or_to_any_beside_it() {
        let local = crate::secrets::example(CERTIFICATE);
        let opens = |certificates: &[(&str, &str)], key: &str| {
            let files = certificates.iter().fold(Fixture::new(), |all, (path, text)| all.file(path, text));
            OwnKeys::of(&files.snapshot()).opens(key)
        };
        assert_eq!(opens(&[("certs/cert.pem", &local)], "certs/key.pem"), Some(Opens::OwnMachine));
        assert_eq!(opens(&[("certs/localhost.pem", &local)], "certs/localhost-key.pem"), Some(Opens::OwnMachine));
        assert_eq!(opens(&[("certs/cert.pem", &local)], "keys/key.pem"), None);
        assert_eq!(opens(&[("certs/local.crt", &local), ("certs/shop.crt", "another")], "certs/shop.key"), None);
        assert_eq!(opens(&[("certs/cert.pem", "another")], "certs/key.pem"), None);
    }

    #[test]
    fn keys_in_the_folder_of_a_database_are_its_own() {
        let opens = |beside: &str, key: &str| {
            let repo = Fixture::new().file(beside, "1").snapshot();
            OwnKeys::of(&repo).opens(key)
        };
        assert_eq!(opens("data/auto.cnf", "data/private_key.pem"), Some(Opens::OwnDatabase));
        assert_eq!(opens("pg/PG_VERSION", "pg/server.key"), Some(Opens::OwnDatabase));
        assert_eq!(opens("data/auto.cnf", "data/shop.pem"), None);
        assert_eq!(opens("other/auto.cnf", "data/private_key.pem"), None);
    }
}
