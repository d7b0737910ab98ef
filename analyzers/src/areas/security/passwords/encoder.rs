//! A form for passwords that a project has made itself: what its classes are called says nothing of how good it is.

use std::sync::LazyLock;

use crate::code::{CodeMatch, Language, pattern};
use regex::Regex;

use crate::areas::security::marks::is_for_operators;
use crate::paths::is_aside;
use crate::{Place, Snapshot};

/// Where such a class or function is declared.
static OF_JAVA: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bimplements\b[^{;]*\bPasswordEncoder\b"));
static OF_KOTLIN: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\bclass\s+\w+[^{;\n]*(\([^{]*\))?\s*:\s*[^{;]*\bPasswordEncoder\b"));
static OF_CSHARP: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\bclass\s+\w+[^{;]*:[^{;]*\bI?PasswordHasher\b|\bstring\s+HashPassword\s*\("));

/// Hashes made for passwords.
pub(super) static SLOW: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)bcrypt|argon2|scrypt|pbkdf2|rfc2898|PBEKeySpec|KeyDerivation|hashpw|PasswordHasher<")
});

/// Hashes made for files.
static FAST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"\bDigestUtils\s*\.\s*(md5|sha)|\bMessageDigest\s*\.\s*getInstance|\bHashing\s*\.\s*(md5|sha)",
        r"|\b(MD5|SHA1|SHA256|SHA384|SHA512)\s*\.\s*(Create|HashData)\(|\bSHA\w*Managed\("
    ))
});

/// What a class is called that hashes.
static HASHES: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)encod|hash|crypt|digest|passw|sha\d|md5"));

/// Names that say no more than that passwords have some form.
const GENERAL: &[&str] = &["PasswordEncoder", "passwordEncoder", "IPasswordHasher", "PasswordHasher", "HashPassword"];

/// A form of a project's own.
pub(super) struct Own {
    pub(super) place: Place,
    /// The fast hash that it seems to be.
    pub(super) fast: Option<Place>,
}

/// The form that the project has made itself, if it is none of those made for passwords.
pub(super) fn own(repo: &Snapshot) -> Option<Own> {
    let (file, text) = sources(repo).find(|(path, text)| {
        let declared = match Language::of(path) {
            Some(Language::Java) => &OF_JAVA,
            Some(Language::Kotlin) => &OF_KOTLIN,
            Some(Language::CSharp) => &OF_CSHARP,
            _ => return false,
        };
        GENERAL.iter().any(|name| text.contains(name)) && declared.is_match(text) && !SLOW.is_match(text)
    })?;
    let at = |path: &str, text: &str, found: &Regex| {
        let line = text[..found.find(text)?.start()].matches('\n').count() as u32 + 1;
        Some(Place::lines(repo.head(), path, line, line))
    };
    let mut others = sources(repo)
        .filter(|(path, _)| Language::of(path) == Language::of(file) && HASHES.is_match(crate::paths::name(path)));
    let fast = at(file, text, &FAST).or_else(|| others.find_map(|(path, text)| at(path, text, &FAST)));
    Some(Own { place: Place::file(repo.head(), file), fast })
}

/// Whether `found` is in the very file of that form, or only a name that says that passwords have some form, with no hash
/// made for them beside it.
pub(super) fn is_no_proof(repo: &Snapshot, own: &Own, found: &CodeMatch) -> bool {
    let text = repo.text(&found.path).unwrap_or_default();
    let start = text[..found.bytes.start].rfind('\n').map_or(0, |at| at + 1);
    let line = text[start..].lines().next().unwrap_or_default();
    *found.path == *own.place.path || GENERAL.contains(&&text[found.bytes.clone()]) && !SLOW.is_match(line)
}

fn sources(repo: &Snapshot) -> impl Iterator<Item = (&str, &str)> {
    let own = repo.tree().own_texts().filter(|(file, _)| !is_aside(&file.path) && !is_for_operators(&file.path));
    own.map(|(file, text)| (file.path.as_str(), text))
}

#[cfg(test)]
mod tests {
    use crate::Outcome::{Met, NotMet, Partly};
    use crate::areas::security::passwords::finding;
    use crate::snapshot::fixture::Fixture;

    const ENCODER: &str = "class Own implements PasswordEncoder {\n  final Encoder encoder;\n  public String encode(CharSequence raw) { return encoder.encode(raw.toString()); }\n}\n";

    #[test]
    fn an_encoder_of_the_projects_own_is_no_proof_of_a_slow_hash() {
        let said = |path: &str, text: &str| {
            let repo = Fixture::new().file("src/main/java/a/Own.java", ENCODER).file(path, text).snapshot();
            finding(&repo)
        };
        let digest = |call: &str| {
            format!("class OneEncoder implements Encoder {{ public String encode(String a) {{ return {call}; }} }}\n")
        };
        let fast = said("src/main/java/a/OneEncoder.java", &digest("DigestUtils.sha256Hex(a)"));
        assert_eq!(fast.outcome(), NotMet);
        assert_eq!(fast.places()[0].path, "src/main/java/a/OneEncoder.java");
        assert_eq!(said("src/main/java/a/OneEncoder.java", &digest("a")).outcome(), Partly);
        // What is hashed elsewhere may be files.
        assert_eq!(said("src/main/java/a/Files.java", &digest("DigestUtils.sha256Hex(a)")).outcome(), Partly);
        let slow = "class Config { PasswordEncoder encoder() { return new BCryptPasswordEncoder(); } }\n";
        assert_eq!(said("src/main/java/a/Config.java", slow).outcome(), Met);
    }

    #[test]
    fn a_function_of_csharp_is_judged_by_its_body() {
        let said = |body: &str| {
            let class = format!(
                "class Passwords {{\n  public string HashPassword(string raw) {{ {body} }}\n  bool Check(string a) => HashPassword(a) == b;\n}}\n"
            );
            finding(&Fixture::new().file("Passwords.cs", &class).snapshot()).outcome()
        };
        assert_eq!(said("using var sha = SHA256.Create(); return Hex(sha.ComputeHash(Bytes(raw)));"), NotMet);
        assert_eq!(said("return BCrypt.Net.BCrypt.HashPassword(raw);"), Met);
    }
}
