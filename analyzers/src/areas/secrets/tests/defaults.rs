//! Values that stand in behind a variable.

use super::*;

fn at_head(path: &str, text: &str) -> Finding {
    examine(Fixture::new().file(path, text)).remove(0)
}

#[test]
fn a_signing_secret_behind_its_variable_is_a_default_and_alone_it_counts() {
    let value = ["k7Qz9Lw2Xv8R", "t4Yp6Nb3Mc1Jd5"].concat();
    for (path, text) in [
        ("src/env.ts", format!("export const secret = process.env.JWT_SECRET || '{value}'\n")),
        ("shop/settings.py", format!("SECRET_KEY = env('SECRET_KEY', '{value}')\n")),
        ("src/main/resources/application.yml", format!("app:\n  secret: ${{JWT_SECRET:{value}}}\n")),
    ] {
        let finding = at_head(path, &text);
        assert_eq!(finding.outcome(), Outcome::Partly, "{path}: {}", finding.summary());
    }
    let alone = at_head("shop/settings.py", &format!("SECRET_KEY = '{value}'\n"));
    assert_eq!(alone.outcome(), Outcome::NotMet, "{}", alone.summary());
}
