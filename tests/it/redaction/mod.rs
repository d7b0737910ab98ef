//! A found credential can not be printed: not in any format, not with `-vv`, not on standard error, not to a file, and
//! not when it stands in a message, a tag or a name.

mod needles;
mod served;

pub use needles::Search;

use foliolens::report::Format;

use crate::support::{Repository, run};

const MIXED: &[u8] = b"aZ3kQ9xW7mB5vN1cR8tY4uP6sD2fG0hJLeKo";
const UPPER: &[u8] = b"QZ3KM9XW7PB5VN2CR8TY4UH6SD";
const HEX: &[u8] = b"0123456789abcdef";
const DIGITS: &[u8] = b"4827361590";

/// Variable, the parts of the beginning (apart, so that none stands in this file), alphabet and length of the rest.
type Kind = (&'static str, &'static [&'static str], &'static [u8], usize);

/// Fifty kinds of credentials by their published forms.
const KINDS: [Kind; 50] = [
    ("AWS_ACCESS_KEY_ID", &["AK", "IA"], UPPER, 16),
    ("AWS_SECRET_ACCESS_KEY", &[], MIXED, 40),
    ("ALIBABA_KEY", &["LT", "AI"], MIXED, 20),
    ("SPACES_KEY", &["DO", "00"], UPPER, 16),
    ("DIGITALOCEAN_TOKEN", &["dop_", "v1_"], HEX, 64),
    ("CLOUDFLARE_API_TOKEN", &[], MIXED, 40),
    ("HEROKU_API_KEY", &["HRKU", "-AA"], MIXED, 58),
    ("FLY_TOKEN", &["fo", "1_"], MIXED, 43),
    ("VAULT_TOKEN", &["hv", "s."], MIXED, 90),
    ("LINODE_TOKEN", &[], HEX, 64),
    ("DATABRICKS_TOKEN", &["da", "pi"], HEX, 32),
    ("PLANETSCALE", &["pscale", "_pw_"], MIXED, 43),
    ("SUPABASE", &["sb", "p_"], HEX, 40),
    ("NETLIFY", &["nf", "p_"], MIXED, 36),
    ("DOPPLER", &["dp.", "pt."], MIXED, 43),
    ("GITHUB_TOKEN", &["gh", "p_"], MIXED, 36),
    ("GITLAB_TOKEN", &["glp", "at-"], MIXED, 20),
    ("STRIPE_KEY", &["sk_", "live_"], MIXED, 24),
    ("STRIPE_WEBHOOK", &["wh", "sec_"], MIXED, 32),
    ("SHOPIFY", &["shp", "at_"], HEX, 32),
    ("SQUARE", &["sq0", "csp-"], MIXED, 43),
    ("RAZORPAY", &["rzp_", "live_"], MIXED, 14),
    ("SLACK_TOKEN", &["xox", "b-482736159012-739204618530-"], MIXED, 24),
    ("SENDGRID", &["S", "G.aZ3kQ9xW7mB5vN1cR8tY4u."], MIXED, 43),
    ("TWILIO_SID", &["A", "C"], HEX, 32),
    ("TWILIO_AUTH_TOKEN", &[], HEX, 32),
    ("MAILGUN_KEY", &["ke", "y-"], HEX, 32),
    ("MAILCHIMP_KEY", &[], HEX, 32),
    ("DISCORD_TOKEN", &["MTA", "4827361590482736159."], MIXED, 34),
    ("TELEGRAM_TOKEN", &["4827361590", ":AA"], MIXED, 33),
    ("GOOGLE_API_KEY", &["AI", "za"], MIXED, 35),
    ("OPENAI_API_KEY", &["sk-", "proj-"], MIXED, 48),
    ("ANTHROPIC_API_KEY", &["sk-ant-", "api03-"], MIXED, 95),
    ("HUGGINGFACE", &["h", "f_"], MIXED, 34),
    ("GROQ", &["gs", "k_"], MIXED, 52),
    ("REPLICATE", &["r", "8_"], MIXED, 37),
    ("PERPLEXITY", &["pp", "lx-"], MIXED, 48),
    ("NPM_TOKEN", &["np", "m_"], MIXED, 36),
    ("PYPI_TOKEN", &["pypi-", "AgEIcHlwaS5vcmc"], MIXED, 70),
    ("DOCKER_TOKEN", &["dckr_", "pat_"], MIXED, 27),
    ("RUBYGEMS", &["ruby", "gems_"], HEX, 48),
    ("ARTIFACTORY", &["AK", "Cp"], MIXED, 69),
    ("DD_API_KEY", &[], HEX, 32),
    ("NEW_RELIC", &["NR", "AK-"], UPPER, 27),
    ("SENTRY", &["snt", "ryu_"], HEX, 64),
    ("GRAFANA", &["gl", "sa_"], MIXED, 41),
    ("LINEAR", &["lin_", "api_"], MIXED, 40),
    ("DATABASE_PASSWORD", &[], MIXED, 20),
    ("JWT_SECRET", &[], MIXED, 48),
    ("ADMIN_PIN_SECRET", &[], DIGITS, 24),
];

/// Name and value of each; `seed` makes them differ.
fn planted(seed: usize) -> Vec<(&'static str, String)> {
    let value = |kind: usize, (name, begins, letters, length): Kind| {
        let letter = |at: usize| char::from(letters[(at * 7 + at / 5 + kind * 3 + seed * 11) % letters.len()]);
        (name, begins.concat() + &(0..length).map(letter).collect::<String>())
    };
    KINDS.into_iter().enumerate().map(|(at, kind)| value(at, kind)).collect()
}

/// In files at HEAD, in files that are gone, in a private key and in an address with a password.
fn in_files(repository: &Repository, planted: &[(&str, String)]) {
    let lines: String = planted.iter().map(|(name, value)| format!("{name} = \"{value}\"\n")).collect();
    repository.write("src/settings.py", &lines).write(".env", &lines.replace(" = ", "="));
    let of = |name: &str| &planted.iter().find(|(known, _)| *known == name).expect("a kind").1;
    let address = format!("postgres://shop:{}@db.shop.io/shop", of("DATABASE_PASSWORD"));
    repository.write("compose.yml", &format!("services:\n  db:\n    url: {address}\n"));
    let (begin, end) =
        (["-----BEGIN RSA PRIVATE", " KEY-----"].concat(), ["-----END RSA PRIVATE", " KEY-----"].concat());
    repository.write("key.pem", &format!("{begin}\n{}\n{end}\n", of("JWT_SECRET").repeat(8)));
    let readme = format!("# Shop\n\n## Run\n\n```\nexport GITHUB_TOKEN={}\nnpm start\n```\n", of("GITHUB_TOKEN"));
    repository.write("README.md", &readme);
    repository.commit("Add settings");
    repository.write("src/settings.py", "import os\n").commit("Read settings from the environment");
}

/// In the messages of commits and tags, and some with a form of their own in names.
fn in_texts(repository: &Repository, planted: &[(&str, String)]) {
    for (at, (name, value)) in planted.iter().enumerate() {
        repository.commit(&format!("Use {value}\n\n{name}={value}\n"));
        repository.git(&["tag", "-a", &format!("v{at}"), "-m", &format!("{name}: {value}")]);
        if ["GITHUB_TOKEN", "SLACK_TOKEN", "NPM_TOKEN"].contains(name) {
            repository.write(&format!("data/{value}/settings.py"), "DEBUG = True\n").commit("Add data");
            // The name of the branch under review is shown in every report.
            repository.git(&["checkout", "-q", "-b", &format!("try/{value}")]);
        }
    }
}

fn assert_silent(repository: &Repository, planted: &[(&str, String)]) {
    let folder = tempfile::tempdir().expect("a folder");
    for command in ["review", "secrets"] {
        for format in Format::ALL.map(Format::name) {
            let file = folder.path().join(format).display().to_string();
            let shown = run(&["-vv", command, &repository.target(), "--format", format]);
            let filed = run(&["-vv", command, &repository.target(), "--format", format, "--output", &file]);
            assert_eq!((shown.0, filed.0), (0, 0), "{format}: {}", shown.2);
            let written = std::fs::read_to_string(&file).expect("written");
            for text in [&shown.1, &shown.2, &filed.1, &filed.2, &written] {
                for (name, value) in planted {
                    assert!(!text.contains(value.as_str()), "{command} {format} shows {name}");
                    // Nor the most of it.
                    assert!(!text.contains(&value[4..value.len() - 2]), "{command} {format} shows most of {name}");
                }
            }
        }
    }
}

/// How many distinct values were found, counted or set aside. What several rules find is one.
fn found(repository: &Repository) -> usize {
    let json = run(&["secrets", &repository.target(), "--format", "json"]).1;
    let report: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let signals = report["areas"][0]["signals"].as_array().expect("signals").iter();
    signals.filter_map(|signal| signal["facts"]["findings"].as_array()).map(Vec::len).sum()
}

#[test]
fn no_value_in_a_file_comes_out_anywhere() {
    let (repository, planted) = (Repository::with_commits(2), planted(0));
    in_files(&repository, &planted);
    assert!(found(&repository) >= 38, "{} of fifty were found", found(&repository));
    assert_silent(&repository, &planted);
}

#[test]
fn no_value_in_a_message_a_tag_or_a_name_comes_out_anywhere() {
    let (repository, planted) = (Repository::with_commits(2), planted(1));
    in_texts(&repository, &planted);
    assert!(found(&repository) >= 30, "{} of fifty were found", found(&repository));
    assert_silent(&repository, &planted);
}
