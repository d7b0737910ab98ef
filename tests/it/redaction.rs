//! A found credential can not be printed: not in any format, not with `-vv`, not on standard error, not to a file.

use crate::support::{Repository, run};

/// Credentials of many kinds, made here so that none stands in this file.
fn planted() -> Vec<(&'static str, String)> {
    let mixed = |length: usize| -> String {
        let letters = b"aZ3kQ9xW7mB5vN1cR8tY4uP6sD2fG0hJLeKo";
        (0..length).map(|at| char::from(letters[(at * 7 + at / 5) % letters.len()])).collect()
    };
    let upper = mixed(16).to_uppercase().replace(['0', '1', '8', '9'], "Q");
    let hex: String = (0..32).map(|at| char::from(b"0123456789abcdef"[(at * 11 + at / 3) % 16])).collect();
    vec![
        ("AWS_ACCESS_KEY_ID", format!("{}{upper}", ["AK", "IA"].concat())),
        ("AWS_SECRET_ACCESS_KEY", mixed(40)),
        ("GITHUB_TOKEN", format!("{}_{}", ["gh", "p"].concat(), mixed(36))),
        ("STRIPE_KEY", format!("{}_{}", ["sk", "live"].join("_"), mixed(24))),
        ("SLACK_TOKEN", format!("{}-123456789012-123456789012-{}", ["xo", "xb"].concat(), mixed(24))),
        ("SENDGRID", format!("{}.{}.{}", ["S", "G"].concat(), mixed(22), mixed(43))),
        ("GOOGLE_API_KEY", format!("{}{}", ["AI", "za"].concat(), mixed(35))),
        ("TWILIO_SID", format!("{}{hex}", ["A", "C"].concat())),
        ("NPM_TOKEN", format!("{}_{}", ["np", "m"].concat(), mixed(36))),
        ("DATABASE_PASSWORD", mixed(20)),
        ("JWT_SECRET", mixed(48)),
    ]
}

fn repository(planted: &[(&str, String)]) -> Repository {
    let repository = Repository::with_commits(2);
    let lines: String = planted.iter().map(|(name, value)| format!("{name} = \"{value}\"\n")).collect();
    repository.write("src/settings.py", &lines).write(".env", &lines.replace(" = ", "="));
    let password = &planted[9].1;
    repository
        .write("compose.yml", &format!("services:\n  db:\n    url: postgres://shop:{password}@db.shop.io/shop\n"));
    let (begin, end) =
        (["-----BEGIN RSA PRIVATE", " KEY-----"].concat(), ["-----END RSA PRIVATE", " KEY-----"].concat());
    repository.write("key.pem", &format!("{begin}\n{}\n{end}\n", planted[10].1.repeat(8)));
    repository.commit(&format!("Add settings with {}", planted[2].1));
    repository.write("src/settings.py", "import os\n").commit("Read settings from the environment");
    repository
}

#[test]
fn no_planted_value_comes_out_anywhere() {
    let planted = planted();
    let repository = repository(&planted);
    let folder = tempfile::tempdir().expect("a folder");
    for format in ["terminal", "markdown", "json", "html", "sarif"] {
        let file = folder.path().join(format).display().to_string();
        let shown = run(&["-vv", "review", &repository.target(), "--format", format]);
        let filed = run(&["-vv", "review", &repository.target(), "--format", format, "--output", &file]);
        assert_eq!((shown.0, filed.0), (0, 0), "{format}: {}", shown.2);
        let written = std::fs::read_to_string(&file).expect("written");
        for text in [&shown.1, &shown.2, &filed.1, &filed.2, &written] {
            for (name, value) in &planted {
                assert!(!text.contains(value.as_str()), "{format} shows {name}");
                // Nor the most of it.
                assert!(!text.contains(&value[4..value.len() - 2]), "{format} shows most of {name}");
            }
        }
    }
    let json = run(&["review", &repository.target(), "--format", "json"]).1;
    assert!(json.contains("fingerprint"), "something must have been found for this test to mean anything");
}
