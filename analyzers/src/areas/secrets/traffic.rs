//! Files of requests: those that somebody sends by hand, and those that were recorded on the way.

use crate::paths;

/// Whether `path` holds requests that somebody sends: a collection of Postman, Insomnia, Bruno, Hoppscotch or Thunder
/// Client, or a file of an editor's.
pub(super) fn holds_requests(path: &str) -> bool {
    const CLIENTS: &[&str] = &["postman", "insomnia", "bruno", "hoppscotch", "thunder"];
    let lower = path.to_ascii_lowercase();
    let name = paths::name(&lower);
    let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
    let is_of_a_client = || CLIENTS.iter().any(|client| lower.contains(client));
    ends(&[".http", ".rest", ".bru"]) || ends(&[".json", ".yml", ".yaml"]) && is_of_a_client()
}

/// Whether `path` holds what went to a server and came back: cassettes of VCR and Betamax, recordings of Polly and nock,
/// and archives of a browser's traffic.
pub(super) fn is_recording(path: &str) -> bool {
    const FOLDERS: &[&str] = &[
        "cassettes",
        "vcr_cassettes",
        "vcr",
        "betamax",
        "__recordings__",
        "recordings",
        "__nock-fixtures__",
        "nock-fixtures",
        "nock",
        "tapes",
    ];
    const FORMATS: &[&str] = &[".yml", ".yaml", ".json", ".har", ".txt", ".tape", ".js", ".json5"];
    let lower = path.to_ascii_lowercase();
    let name = paths::name(&lower);
    let is_in_folder = || paths::folder(&lower).split('/').any(|part| FOLDERS.contains(&part));
    name.ends_with(".har") || FORMATS.iter().any(|end| name.ends_with(end)) && is_in_folder()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_requests_are_known_by_their_names() {
        for path in [
            "docs/shop.postman_collection.json",
            "postman/orders.json",
            "requests/orders.http",
            "api/Orders.bru",
            "insomnia.yaml",
            "thunder-tests/thunderclient.json",
        ] {
            assert!(holds_requests(path), "{path}");
        }
        for path in ["docs/api.md", "src/postman.rs", "package.json"] {
            assert!(!holds_requests(path), "{path}");
        }
    }

    #[test]
    fn recordings_are_known_by_folder_and_format() {
        for path in [
            "spec/fixtures/vcr_cassettes/orders.yml",
            "tests/cassettes/test_orders.yaml",
            "src/__recordings__/orders_1/recording.har",
            "test/nock-fixtures/orders.json",
        ] {
            assert!(is_recording(path), "{path}");
        }
        for path in ["src/recordings/player.ts.map", "music/tapes/list.csv", "spec/fixtures/orders.yml"] {
            assert!(!is_recording(path), "{path}");
        }
    }
}
