//! Passwords that are kept as they were typed: they are compared with what somebody types, or looked up by it.

use std::sync::LazyLock;

use crate::code::{Language, pattern};
use regex::Regex;

use crate::areas::security::marks::is_for_operators;
use crate::paths::is_aside;
use crate::{Place, Snapshot};

/// `user.password !== req.body.password`, `$row['password'] == $password`, `user.getPassword().equals(password)`.
static COMPARED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)(\b|\$)(?P<kept>\w*(user|account|member|customer|admin|row|found|existing|usuario|usuário|cuenta|cliente|utilisateur|benutzer)\w*(\[0\])?)(\.|->|\?\.|\[['\x22])(get)?_?(?P<one>passw\w*|pwd|senha\w*|contrase(?:n|ñ|ni)a\w*|clave|mot_?de_?passe|passwort\w*)(\(\))?(['\x22]\])?",
        r"\s*(!==?|===?|\.equals\()\s*\$?(?P<other>[\w.\[\]'\x22>?-]*(passw\w*|pwd|senha\w*|contrase(?:n|ñ|ni)a\w*|clave|mot_?de_?passe|passwort\w*)(\(\))?)(['\x22]\])?\s*(\)|:|\{|;|&|\||$|\?)"
    ))
});

/// `findOne({ email, password })`, `filter_by(email=email, password=password)`, `WHERE email = ? AND password = ?`.
static LOOKED_UP: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)\b(findOne|findFirst|findOneBy|filter_by|find_by)\(\s*(\{[^{}\n]*|\{\s*where:\s*\{[^{}\n]*|[^(){}\n]*)\bpassword\s*([:=,}]\s*(req\.body\.|request\.\w+\.|\w+\.)?(password)?\s*[,})]|\})",
        r"|(?i)\bwhere\b[^;\n]*\b(email|mail|user_?name|login|name)\b[^;\n]*\band\s+(\w+\.)?password\s*=\s*(\?|\$\d|%s|:\w|@\w|'\s*\$|'\x22\s*[+.]|'\$\{|'\{)"
    ))
});

/// `First(a => a.Email == form.Email && a.Password == form.Password)`, of LINQ.
static BY_LINQ: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)\b(First|Single|Any|Find|Where|Count|Exists)\w*\(\s*\(?(?P<row>\w+)\)?\s*=>[^;]*\b\w+\.(passw\w*|pwd|senha\w*|contrase(?:n|ñ|ni)a\w*|clave|mot_?de_?passe|passwort\w*)\s*==\s*",
        r"[\w.?!]*(passw\w*|pwd|senha\w*|contrase(?:n|ñ|ni)a\w*|clave|mot_?de_?passe|passwort\w*)\b"
    ))
});

/// Words for a password, in the languages that columns are called in.
const WORDS: &[&str] =
    &["passw", "pwd", "senha", "contrasena", "contraseña", "contrasenia", "clave", "motdepasse", "mot_de_passe"];

/// What says that it is no password as it was typed.
static OTHERS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)hash|digest|crypt|encod|confirm|repeat|again|retype|verify|md5|sha\d|password_?2"));

/// Where a password is compared as it was typed, in what runs on the server.
pub(super) fn compared(repo: &Snapshot) -> Option<Place> {
    let sources = repo.tree().own_texts().filter(|(file, _)| {
        Language::of(&file.path).is_some_and(|language| language != Language::Tsx)
            && !is_aside(&file.path)
            && !is_for_operators(&file.path)
    });
    let speaks = |text: &str| {
        let lower = text.to_lowercase();
        WORDS.iter().any(|word| lower.contains(word))
    };
    sources.filter(|(_, text)| speaks(text)).find_map(|(file, text)| {
        let is_it = |line: &str| {
            speaks(line)
                && !OTHERS.is_match(line)
                && (COMPARED.is_match(line)
                    || LOOKED_UP.is_match(line)
                    || file.path.ends_with(".cs") && BY_LINQ.is_match(line))
        };
        let line = text.lines().position(is_it)? as u32 + 1;
        Some(Place::lines(repo.head(), file.path.as_str(), line, line))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_compared_as_it_was_typed() {
        for line in [
            "if (user.password !== req.body.password) {",
            "    if user.password == password:",
            "if ($row['password'] == $_POST['password']) {",
            "if (user.getPassword().equals(password)) {",
            "if (usuario.senha !== req.body.senha) {",
            "if ($user['clave'] === $_POST['clave']) {",
            "if usuario.contraseña == contraseña:",
        ] {
            assert!(COMPARED.is_match(line), "{line}");
        }
        for line in [
            "if (data.password !== data.passwordAgain) {",
            "if (user.password === hash(password)) {",
            "user.password = password;",
        ] {
            assert!(!COMPARED.is_match(line), "{line}");
        }
        for line in [
            "const user = await User.findOne({ email: email, password: password })",
            "const user = await User.findOne({ email, password })",
            "const user = await User.findOne({ where: { email, password: req.body.password } })",
            "user = User.query.filter_by(email=email, password=password).first()",
            "cur.execute(\"SELECT * FROM users WHERE email = %s AND password = %s\", (email, password))",
        ] {
            assert!(LOOKED_UP.is_match(line), "{line}");
        }
        let linq = ".FirstOrDefaultAsync(a => a.Email == form.Email && a.Senha == form.Senha)";
        assert!(BY_LINQ.is_match(linq));
        assert!(!BY_LINQ.is_match(&linq.replace("a.Senha == form.Senha", "a.Password == null")));
        for line in
            ["const user = await User.findOne({ email }).select('+password')", "User.findOne({ email }, password)"]
        {
            assert!(!LOOKED_UP.is_match(line), "{line}");
        }
    }
}
